"""What must hold of the whole database, whatever died on the way."""

from odoo.tools import SQL

BOOKS = ('ar.provision.run',)


def home_of(work):
    """Return the name of the company in which the work is done."""
    return 'books' if work.model in BOOKS else 'home'


# Each finds what cannot be.
QUERIES = {
    "an entry does not balance": """
        SELECT move_id FROM account_move_line WHERE parent_state = 'posted' GROUP BY move_id
        HAVING abs(SUM(balance)) > 0.005""",
    "the sub-ledger is not the ledger": """
        WITH accounts AS (SELECT DISTINCT account_id FROM ar_allowance_movement),
             ledger AS (SELECT company_id, account_id, SUM(balance) AS amount FROM account_move_line
                         WHERE parent_state = 'posted' AND account_id IN (SELECT account_id FROM accounts)
                         GROUP BY company_id, account_id),
             moved AS (SELECT company_id, account_id, SUM(amount) AS amount FROM ar_allowance_movement
                        GROUP BY company_id, account_id)
        SELECT l.company_id, l.account_id, l.amount, m.amount FROM ledger l FULL JOIN moved m
         USING (company_id, account_id) WHERE abs(COALESCE(l.amount, 0) + COALESCE(m.amount, 0)) > 0.005""",
    "an entry without its document": """
        SELECT m.id FROM account_move m LEFT JOIN ar_write_off w ON w.id = m.ar_write_off_id
          LEFT JOIN ar_provision_run r ON r.id = m.ar_provision_run_id
         WHERE (m.ar_write_off_id IS NOT NULL AND w.state != 'posted')
            OR (m.ar_provision_run_id IS NOT NULL AND m.state = 'posted' AND r.state != 'posted')""",
    "a delivery is stuck": """
        SELECT 'letter', id, state FROM ar_dunning_delivery WHERE state = 'sending' OR in_hand
         UNION ALL SELECT 'document', id, state FROM ar_delivery WHERE state = 'sending' OR in_hand""",
    "an unknown is not explained": """
        SELECT id FROM ar_dunning_delivery WHERE state = 'unknown' AND COALESCE(error, '') = ''
         UNION ALL SELECT id FROM ar_delivery WHERE state = 'unknown' AND COALESCE(error, '') = ''""",
    "a job waits for nobody": "SELECT id FROM ar_provision_run WHERE job_state IS NOT NULL",
    "an entry of the journal is sealed twice": """
        SELECT entry_id FROM ar_journal_seal GROUP BY entry_id HAVING count(*) > 1""",
    "a number is given twice": """
        SELECT company_id, name FROM ar_balance_confirmation WHERE state != 'draft'
         GROUP BY company_id, name HAVING count(*) > 1""",
}


def faults(env):
    """Return a sentence for each thing that cannot be."""
    found = [
        f"{said}: {rows[:5]}" for said, query in QUERIES.items() if (rows := env.execute_query(SQL(query)))
    ]
    for company in env['res.company'].search([('name', 'in', ('home', 'books'))]):
        if fault := env['ar.journal']._verify(company)['fault']:
            found.append(fault)
        found += env['ar.journal']._verify_records(company)
        found += _exposures(env, company)
    broken = env['ar.kept.document'].search([]).filtered(lambda kept: not kept.is_intact)
    found += [f"not the file that was kept: {kept.name}" for kept in broken]
    return found


def _exposures(env, company):
    """Compare the exposure of each customer with its orders and open items, added up here."""
    accounts = env['ar.credit.account'].search([('company_id', '=', company.id)])
    found = []
    for account in accounts:
        lines = env['account.move.line'].search(
            [
                ('partner_id', '=', account.partner_id.id),
                ('company_id', '=', company.id),
                ('account_id.account_type', '=', 'asset_receivable'),
                ('parent_state', '=', 'posted'),
            ]
        )
        orders = env['sale.order'].search(
            [
                ('partner_id', '=', account.partner_id.id),
                ('company_id', '=', company.id),
                ('state', '=', 'sale'),
                ('invoice_status', '!=', 'invoiced'),
            ]
        )
        owed = sum(lines.mapped('amount_residual')) + sum(orders.mapped('amount_total'))
        if abs(account.exposure - owed) > 0.005:
            found.append(f"{account.partner_id.name}: exposure {account.exposure}, by hand {owed}")
    return found
