"""What installing on a running database needs."""


def pre_init_hook(env):
    """Fill the orders' credit state: record by record it takes long on a large database.

    Most orders are confirmed: a default costs nothing, and leaves few rows to write.
    """
    env.cr.execute(
        """
        ALTER TABLE sale_order ADD COLUMN IF NOT EXISTS credit_state varchar DEFAULT 'ok';
        ALTER TABLE sale_order ALTER COLUMN credit_state DROP DEFAULT;
        UPDATE sale_order o SET credit_state = found.credit_state
          FROM (SELECT id, CASE WHEN state = 'sale' THEN 'ok' ELSE 'none' END AS credit_state
                  FROM sale_order) found
         WHERE found.id = o.id AND o.credit_state IS DISTINCT FROM found.credit_state
        """
    )


def post_init_hook(env):
    """Take over the limits that Odoo itself holds."""
    for company in env['res.company'].search([('parent_id', '=', False)]):
        env['ar.credit.account']._take_over_native_limits(company)
