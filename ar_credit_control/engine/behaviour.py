"""How customers have paid."""

from odoo.tools import SQL

from odoo.addons.ar_base.engine import accounts, companies

FLUSHED = {
    'account.partial.reconcile': ['amount', 'max_date', 'debit_move_id', 'credit_move_id'],
    'account.move.line': ['account_id', 'company_id', 'date', 'date_maturity', 'partner_id', 'payment_id'],
    'ar.credit.account': ['partner_id', 'company_id'],
}


def days_late(account_ids, since, until) -> SQL:
    """Return SQL of (account, days): how late payments came, weighted by amount; before the due date < 0.

    Of what payments settled between the two dates. Customers who settled nothing have no row.
    """
    return SQL(
        """
        SELECT ca.id, SUM(m.amount * (m.max_date - COALESCE(d.date_maturity, d.date))) / SUM(m.amount)
          FROM ar_credit_account ca
          JOIN res_partner p ON p.commercial_partner_id = ca.partner_id
          JOIN account_move_line d ON d.partner_id = p.id
          JOIN account_account a ON a.id = d.account_id AND %(receivable)s
          JOIN res_company c ON c.id = d.company_id AND %(root)s = ca.company_id
          JOIN account_partial_reconcile m ON m.debit_move_id = d.id
          JOIN account_move_line y ON y.id = m.credit_move_id
         WHERE ca.id IN %(accounts)s AND m.max_date BETWEEN %(since)s AND %(until)s
           AND (y.payment_id IS NOT NULL OR y.statement_line_id IS NOT NULL)
         GROUP BY ca.id
        HAVING SUM(m.amount) <> 0
        """,
        receivable=accounts.receivable('a'),
        root=companies.root(SQL('c.parent_path')),
        accounts=tuple(account_ids) or (0,),
        since=since,
        until=until,
    )
