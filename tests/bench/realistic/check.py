"""What was generated is what Odoo itself would have stored: sums over all rows, and a sample recomputed."""

INVARIANTS = {
    "trial balance sums to zero": """
        select coalesce(sum(balance), 0) from account_move_line where parent_state = 'posted'""",
    "entries whose lines do not balance": """
        select count(*) from (select 1 from account_move_line group by move_id
         having sum(balance) <> 0 or sum(debit) <> sum(credit)) q""",
    "debit-credit differs from balance": """
        select count(*) from account_move_line where debit - credit <> balance""",
    "residual differs from balance minus partials": """
        select count(*) from account_move_line l join account_account a on a.id = l.account_id and a.reconcile
          left join (select id, sum(x) x, sum(xc) xc from (
             select debit_move_id id, amount x, debit_amount_currency xc from account_partial_reconcile
              union all
             select credit_move_id, -amount, -credit_amount_currency from account_partial_reconcile
             ) q group by id) p
            on p.id = l.id
         where l.amount_residual <> l.balance - coalesce(p.x, 0)
            or l.amount_residual_currency <> l.amount_currency - coalesce(p.xc, 0)
            or l.reconciled <> (l.balance - coalesce(p.x, 0) = 0 and l.amount_currency - coalesce(p.xc, 0) = 0
                                and p.id is not null)""",
    "receivable account: sum of balances minus sum of residuals": """
        select coalesce(sum(balance - amount_residual), 0) from account_move_line l
          join account_account a on a.id = l.account_id and a.account_type = 'asset_receivable'""",
    "residual of the wrong sign": """
        select count(*) from account_move_line where amount_residual * balance < 0""",
    "move residual differs from its receivable lines": """
        select count(*) from account_move m join (
          select move_id, sum(amount_residual) r from account_move_line l join account_account a
              on a.id = l.account_id and a.account_type = 'asset_receivable' group by 1) l on l.move_id = m.id
         where m.move_type in ('out_invoice', 'out_refund') and m.amount_residual_signed <> l.r""",
    "full reconcile set although a line is open": """
        select count(*) from account_move_line where full_reconcile_id is not null and not reconciled""",
    "partials whose two lines have different matching numbers": """
        select count(*) from account_partial_reconcile p join account_move_line d on d.id = p.debit_move_id
          join account_move_line c on c.id = p.credit_move_id
         where d.matching_number is distinct from c.matching_number
            or d.partner_id <> c.partner_id or d.account_id <> c.account_id
            or p.amount <= 0 and p.debit_amount_currency <= 0""",
    "max_date is not the later date of the two lines": """
        select count(*) from account_partial_reconcile p join account_move_line d on d.id = p.debit_move_id
          join account_move_line c on c.id = p.credit_move_id where p.max_date <> greatest(d.date, c.date)""",
    "orphan lines, payments, partials": """
        select (select count(*) from account_move_line l left join account_move m on m.id = l.move_id
                 where m.id is null)
             + (select count(*) from account_payment p left join account_move m on m.id = p.move_id
                 where m.id is null)
             + (select count(*) from account_move_line l left join res_partner m on m.id = l.partner_id
                 where m.id is null and l.partner_id is not null)
             + (select count(*) from account_move m left join account_payment p on m.id = p.move_id
                 where m.origin_payment_id is not null and p.id is distinct from m.origin_payment_id)""",
    "lines that disagree with their entry": """
        select count(*) from account_move_line l join account_move m on m.id = l.move_id
         where l.date <> m.date or l.parent_state <> m.state or l.move_name is distinct from m.name
            or l.journal_id <> m.journal_id""",
}

CHECKS = [
    (
        "account.move.line",
        ["amount_residual", "amount_residual_currency", "reconciled"],
        [("account_id.reconcile", "=", True)],
    ),
    (
        "account.move",
        [
            "amount_untaxed",
            "amount_tax",
            "amount_total",
            "amount_residual",
            "amount_untaxed_signed",
            "amount_tax_signed",
            "amount_total_signed",
            "amount_residual_signed",
            "amount_total_in_currency_signed",
            "payment_state",
        ],
        [],
    ),
    ("account.payment", ["is_reconciled", "amount_company_currency_signed"], []),
    (
        "sale.order.line",
        [
            "qty_invoiced",
            "qty_to_invoice",
            "untaxed_amount_invoiced",
            "untaxed_amount_to_invoice",
            "invoice_status",
            "price_subtotal",
            "price_total",
        ],
        [],
    ),
    ("sale.order", ["amount_untaxed", "amount_tax", "amount_total", "invoice_status"], []),
    (
        "res.partner",
        ["complete_name", "commercial_partner_id", "email_normalized"],
        [("customer_rank", ">", 0)],
    ),
]
CREDIT = """
    SELECT l.partner_id, SUM(l.amount_residual) FROM account_move_line l
      JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
     WHERE l.parent_state = 'posted' AND l.partner_id = ANY(%s) GROUP BY 1"""


def check(env, sample=300):
    """Print each fault; raise SystemExit if there is one."""
    faults = [*_invariants(env), *_recomputed(env, sample), *_credit(env, sample)]
    if faults:
        raise SystemExit('\n'.join(["The generated ledger is not what Odoo would have stored:", *faults]))


def _invariants(env):
    for label, query in INVARIANTS.items():
        env.cr.execute(query)
        [value] = env.cr.fetchone()
        if value:
            yield f"{label}: {value}"


def _recomputed(env, sample):
    """Compare stored computed fields of a sample with what Odoo computes now."""
    for name, fields, domain in CHECKS:
        model = env[name]
        env.cr.execute(f'SELECT id FROM {model._table} ORDER BY md5(id::text) LIMIT %s', [3 * sample])
        ids = [row[0] for row in env.cr.fetchall()]
        records = model.search([('id', 'in', ids), *domain], limit=sample)
        stored = {row['id']: row for row in records.read(fields, load=None)}
        for field in fields:
            env.add_to_compute(model._fields[field], records)
        records._recompute_recordset(fields)
        for record in records:
            for field in fields:
                old, new = stored[record.id][field], record[field]
                new = new.id if model._fields[field].type == 'many2one' else new
                if abs(old - new) >= 0.005 if isinstance(new, float) else old != new:
                    yield f"{record}.{field}: {old}, computed {new}"
        env.cr.rollback()
        env.invalidate_all(flush=False)


def _credit(env, sample):
    partners = env['res.partner'].search([('parent_id', '=', False), ('customer_rank', '>', 0)], limit=sample)
    partners |= env['res.partner'].search([('ref', 'like', 'WHALE')])
    env.cr.execute(CREDIT, [partners.ids])
    sums = dict(env.cr.fetchall())
    for partner in partners:
        if abs(partner.credit - float(sums.get(partner.id, 0))) >= 0.005:
            yield f"credit of {partner.display_name}: {partner.credit}, by its items {sums.get(partner.id)}"
