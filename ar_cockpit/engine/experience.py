"""What is known on a day of how customers paid, and what they still owe: set-based, nothing later is read.

Rules
-----
1. An item is a posted debit on a receivable account, dated on or before the day. Open is what
   ``ar_base.engine.open_items`` says is open then.
2. Paid is an item that is not open and that a receipt was matched with: from a payment, a bank statement or a
   bank or cash journal. Its day is that of the last such match. What credit notes or write-offs settle says
   nothing of how the customer pays.
3. Only items of the last three years count.
"""

from datetime import date, timedelta

from odoo.tools import SQL

from ..rules.judgement import LONG, RECENT
from odoo.addons.ar_base.engine import accounts, open_items
from odoo.addons.ar_base.engine.reads import OPEN_ITEMS, RECEIPTS
from odoo.addons.ar_base.rules.reads import merged

HISTORY = 3 * 365
FLUSHED = merged(OPEN_ITEMS, RECEIPTS)


def _items(company_ids, as_of: date) -> SQL:
    """Return SQL of (id, customer, due, date, open, paid_on); paid_on is NULL while the item is open."""
    return SQL(
        """
        SELECT l.id, COALESCE(r.commercial_partner_id, l.partner_id) AS customer,
               COALESCE(l.date_maturity, l.invoice_date, l.date) AS due, l.date, o.open,
               CASE WHEN o.id IS NULL THEN p.paid_on END AS paid_on
          FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id AND %(receivable)s
          LEFT JOIN res_partner r ON r.id = l.partner_id
          LEFT JOIN (%(residuals)s) o ON o.id = l.id
          LEFT JOIN (
                SELECT m.debit_move_id, MAX(m.max_date) AS paid_on
                  FROM account_partial_reconcile m
                  JOIN account_move_line c ON c.id = m.credit_move_id AND c.parent_state = 'posted'
                  JOIN account_journal j ON j.id = c.journal_id
                 WHERE m.max_date BETWEEN %(since)s AND %(as_of)s
                   AND (c.payment_id IS NOT NULL OR c.statement_line_id IS NOT NULL
                        OR j.type IN ('bank', 'cash', 'credit'))
                 GROUP BY 1) p ON p.debit_move_id = l.id
         WHERE l.parent_state = 'posted' AND l.balance > 0 AND l.partner_id IS NOT NULL
           AND l.company_id IN %(companies)s AND l.date BETWEEN %(since)s AND %(as_of)s
           AND (o.id IS NOT NULL OR p.paid_on IS NOT NULL)
        """,
        receivable=accounts.receivable('a'),
        residuals=open_items.residuals(open_items.Parameters(as_of=as_of)),
        companies=tuple(company_ids),
        since=as_of - timedelta(days=HISTORY),
        as_of=as_of,
    )


def experiences(company_ids, as_of: date) -> SQL:
    """Return the fields of ``rules.judgement.Experience``: a row per customer, lateness and whether paid."""
    age = SQL('%s - COALESCE(i.paid_on, %s)', as_of, as_of)
    return SQL(
        """
        SELECT i.customer, COALESCE(i.paid_on, %(as_of)s) - i.due, i.paid_on IS NOT NULL,
               SUM(POWER(0.5, (%(age)s) / %(recent)s))::float, SUM(POWER(0.5, (%(age)s) / %(long)s))::float,
               COUNT(*)
          FROM (%(items)s) i
         GROUP BY 1, 2, 3
         ORDER BY 1, 2, 3
        """,
        as_of=as_of,
        age=age,
        recent=float(RECENT),
        long=float(LONG),
        items=_items(company_ids, as_of),
    )


def outcomes(company_ids, as_of: date, since: date) -> SQL:
    """Return (customer, late, in time) of the items that fell due after ``since`` and before the day."""
    return SQL(
        """
        SELECT i.customer, COUNT(*) FILTER (WHERE i.paid_on IS NULL OR i.paid_on > i.due),
               COUNT(*) FILTER (WHERE i.paid_on <= i.due)
          FROM (%(items)s) i
         WHERE i.due > %(since)s AND i.due < %(as_of)s
         GROUP BY 1
         ORDER BY 1
        """,
        items=_items(company_ids, as_of),
        since=since,
        as_of=as_of,
    )


def open_debits(company_ids, as_of: date) -> SQL:
    """Return (line, customer, due date, open amount in company currency) of the items open on the day."""
    return SQL(
        """
        SELECT i.id, i.customer, i.due, i.open
          FROM (%s) i
         WHERE i.paid_on IS NULL AND i.open > 0
         ORDER BY i.id
        """,
        _items(company_ids, as_of),
    )


def received(company_ids, as_of: date, weeks) -> SQL:
    """Return (number, amount) of what came in each week for items that were posted by ``as_of``.

    :param weeks: (number, first day, last day).
    """
    return SQL(
        """
        SELECT w.number, COALESCE(SUM(m.amount), 0)
          FROM (VALUES %(weeks)s) w (number, first, last)
          LEFT JOIN (
                SELECT m.max_date, m.amount
                  FROM account_partial_reconcile m
                  JOIN account_move_line d ON d.id = m.debit_move_id AND d.parent_state = 'posted'
                  JOIN account_account a ON a.id = d.account_id AND %(receivable)s
                  JOIN account_move_line c ON c.id = m.credit_move_id AND c.parent_state = 'posted'
                  JOIN account_journal j ON j.id = c.journal_id
                 WHERE d.date <= %(as_of)s AND m.max_date > %(as_of)s AND d.company_id IN %(companies)s
                   AND (c.payment_id IS NOT NULL OR c.statement_line_id IS NOT NULL
                        OR j.type IN ('bank', 'cash', 'credit'))) m
            ON m.max_date BETWEEN w.first AND w.last
         GROUP BY 1
        """,
        weeks=SQL(', ').join(SQL('(%s, %s::date, %s::date)', *row) for row in weeks),
        receivable=accounts.receivable('a'),
        companies=tuple(company_ids),
        as_of=as_of,
    )
