"""Receivables that are, or were, open after their due date."""

from odoo.tools import SQL

from odoo.addons.ar_base.engine import accounts

# What the query reads; flush it before it runs.
FLUSHED = ('account.account', 'account.move.line', 'account.partial.reconcile', 'res.partner')


def late(company_ids, since, until, partner_ids=(), settled=True) -> SQL:
    """Return the query of (line id) of posted receivable debits due from ``since`` on and before ``until``.

    :param partner_ids: commercial partners; () = all.
    :param settled: also what is settled by now, where its last match came after the due date.
    """
    return SQL(
        """SELECT l.id
             FROM account_move_line l
             JOIN account_account a ON a.id = l.account_id AND %(receivable)s
             JOIN res_partner p ON p.id = l.partner_id
            WHERE l.parent_state = 'posted' AND l.company_id = ANY(%(companies)s) AND l.amount_currency > 0
              AND COALESCE(l.date_maturity, l.date) >= %(since)s
              AND COALESCE(l.date_maturity, l.date) < %(until)s
              AND (l.reconciled IS NOT TRUE OR %(settled)s AND EXISTS (
                    SELECT 1 FROM account_partial_reconcile r
                     WHERE r.debit_move_id = l.id AND r.max_date > COALESCE(l.date_maturity, l.date)))
              AND %(partners)s
            ORDER BY p.commercial_partner_id, COALESCE(l.date_maturity, l.date), l.id""",
        receivable=accounts.receivable('a'),
        companies=list(company_ids),
        since=since,
        until=until,
        settled=settled,
        partners=SQL("p.commercial_partner_id = ANY(%s)", list(partner_ids)) if partner_ids else SQL("TRUE"),
    )
