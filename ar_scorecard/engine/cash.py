"""Cash by the invoice that it pays, and what of it no commission line has recorded yet.

Rules
-----
1. Cash of an invoice is what money was matched with it, by the day of the match, in company currency: the
   share of the match that ``ar_reconciliation.engine.settlement`` calls *collected* and not lost. Credit
   notes, exchange differences and write-offs are none. Money paid out against a credit note counts negative.
2. It belongs to the salesperson of the invoice, as in ``ar_reconciliation.engine.period``: the sums of both
   are the same.
3. What a credit note pays out takes back the last receipt of the invoice that it reverses.
"""

from datetime import date

from odoo.tools import SQL

from odoo.addons.ar_base.engine.accounts import receivable
from odoo.addons.ar_base.rules.reads import merged
from odoo.addons.ar_reconciliation.engine import settlement

FLUSHED = merged(
    settlement.FLUSHED,
    {
        'account.move': ['amount_total_signed', 'amount_untaxed_signed', 'name', 'reversed_entry_id'],
        'ar.commission.line': ['cash', 'partial_key', 'salesperson_id'],
        'ar.commission.assignment': ['company_id', 'date_from', 'date_to', 'plan_id', 'user_id'],
    },
)


def matched(company_id: int, date_to: date, is_loss: settlement.Condition) -> SQL:
    """Return one row for each match of money with an invoice or credit note, up to the day.

    Columns: partial_key, salesperson_id, move_id, receipt_id, date, date_due, cash.

    :param is_loss: see ``settlement.nature``.
    """
    return SQL(
        """
        SELECT p.id AS partial_key, m.invoice_user_id AS salesperson_id, m.id AS move_id,
               c.move_id AS receipt_id, p.max_date AS date,
               COALESCE(l.date_maturity, l.invoice_date, l.date) AS date_due,
               s.sign * (p.amount - ROUND(p.amount * n.lost / currency.rounding::numeric)
                                    * currency.rounding::numeric) AS cash
          FROM account_partial_reconcile p
         CROSS JOIN LATERAL (VALUES (p.debit_move_id, p.credit_move_id, 1),
                                    (p.credit_move_id, p.debit_move_id, -1)) s (line_id, other_id, sign)
          JOIN account_move_line l ON l.id = s.line_id AND l.parent_state = 'posted'
          JOIN account_account a ON a.id = l.account_id AND %(receivable)s
          JOIN account_move m ON m.id = l.move_id AND m.move_type IN %(sales)s
          JOIN account_move_line c ON c.id = s.other_id AND c.parent_state = 'posted'
          JOIN account_move cm ON cm.id = c.move_id
          JOIN res_company company ON company.id = l.company_id
          JOIN res_currency currency ON currency.id = company.currency_id
         CROSS JOIN LATERAL %(nature)s n
         WHERE n.kind = 'collected' AND l.company_id = %(company)s AND p.max_date <= %(date_to)s
        """,
        receivable=receivable('a'),
        sales=settlement.SALES,
        nature=settlement.nature(SQL('c'), SQL('cm'), is_loss),
        company=company_id,
        date_to=date_to,
    )


def unrecorded(company_id: int, date_to: date, is_loss: settlement.Condition) -> SQL:
    """Return where the cash up to the day is not what other months' commission lines say.

    Rows: partial_key, salesperson_id, move_id, name, amount_untaxed_signed, amount_total_signed, receipt_id,
    date, date_due, cash, plan_id of the salesperson on that day, takes_back (the match whose receipt it
    returns), recorded (the sum of the lines, None = there is none). Cash is None where there is no such match
    any longer. Of a salesperson without a plan on that day, only what lines say, or earned, is there.
    """
    return SQL(
        """
        WITH cash AS (%(matched)s),
             recorded AS (
                SELECT partial_key, salesperson_id, SUM(cash) AS cash
                  FROM ar_commission_line
                 WHERE company_id = %(company)s
                 GROUP BY partial_key, salesperson_id HAVING SUM(cash) <> 0)
        SELECT COALESCE(k.partial_key, r.partial_key), COALESCE(k.salesperson_id, r.salesperson_id),
               k.move_id, m.name, m.amount_untaxed_signed, m.amount_total_signed, k.receipt_id,
               k.date, k.date_due, k.cash, g.plan_id, b.partial_key, r.cash
          FROM cash k
          FULL JOIN recorded r ON r.partial_key = k.partial_key AND r.salesperson_id = k.salesperson_id
          LEFT JOIN account_move m ON m.id = k.move_id
          LEFT JOIN ar_commission_assignment g
            ON g.company_id = %(company)s AND g.user_id = k.salesperson_id
           AND k.date BETWEEN g.date_from AND COALESCE(g.date_to, 'infinity')
          LEFT JOIN LATERAL (
               SELECT x.partial_key FROM cash x
                WHERE k.cash < 0 AND x.cash > 0 AND x.move_id = m.reversed_entry_id
                ORDER BY x.date DESC, x.partial_key DESC LIMIT 1) b ON TRUE
         WHERE k.cash IS DISTINCT FROM r.cash
           AND (r.cash IS NOT NULL OR g.plan_id IS NOT NULL
                OR b.partial_key IN (SELECT partial_key FROM recorded))
           AND COALESCE(k.cash, r.cash) <> 0
         ORDER BY k.date, 1
        """,
        matched=matched(company_id, date_to, is_loss),
        company=company_id,
    )
