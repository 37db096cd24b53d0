"""What receivables did month by month, and how they stand at a date: from the ledger, set-based.

Rules
-----
1. What stands at a date is what ``ar_base.engine.open_items`` says is open: its sum is the ledger balance.
2. Overdue are debits that fell due before the date. Credits that nobody allocated lower the receivables and
   no overdue item.
3. Sales are the receivable lines of invoices less those of credit notes, by posting date, taxes included.
4. Of other entries, written off is what ``ar_base.engine.losses`` calls a credit loss. Collected is what
   comes from a payment, a bank statement or a bank or cash journal, without what the entry books to expenses.
"""

from datetime import date

from odoo.tools import SQL

from odoo.addons.ar_base.engine import accounts, losses, open_items, parts
from odoo.addons.ar_base.engine.reads import OPEN_ITEMS, RECEIPTS
from odoo.addons.ar_base.rules.reads import merged

FLUSHED = merged(OPEN_ITEMS, losses.FLUSHED, RECEIPTS)


def overdue(as_of: date, days=0) -> SQL:
    """Return the condition that item ``l`` of ``open_items.residuals`` is overdue by more than ``days``."""
    return SQL('(l.open > 0 AND COALESCE(l.date_maturity, l.invoice_date, l.date) + %s < %s)', days, as_of)


def standing(company_ids, as_of: date, allowances=()) -> SQL:
    """Return (receivables, overdue, allowance) at the date, in company currency; one row.

    :param allowances: SQL of (line_id, amount) each, of what the items are provided for.
    """
    return SQL(
        """
        SELECT COALESCE(SUM(l.open), 0),
               COALESCE(SUM(l.open) FILTER (WHERE %(overdue)s), 0),
               %(allowance)s
          FROM (%(residuals)s) l
               %(provided)s
         WHERE l.company_id IN %(companies)s
        """,
        overdue=overdue(as_of),
        allowance=SQL('COALESCE(SUM(p.amount), 0)') if allowances else SQL('0'),
        provided=SQL('LEFT JOIN %s p ON p.line_id = l.id', parts.summed(allowances)) if allowances else SQL(),
        residuals=open_items.residuals(open_items.Parameters(as_of=as_of)),
        companies=tuple(company_ids),
    )


def movements(company_ids, date_from: date, date_to: date, is_loss) -> SQL:
    """Return (first day of the month, change of the balance, sales, collected, written off) of each month.

    A month without any is left out. What is neither of the three changes the balance only.

    :param is_loss: the condition that an entry writes off, by the name of its row.
    """
    spent = SQL('SELECT move_id FROM spent')
    return SQL(
        """
        WITH spent AS MATERIALIZED (%(spent)s)
        SELECT DATE_TRUNC('month', l.date)::date,
               COALESCE(SUM(l.balance), 0),
               COALESCE(SUM(l.balance) FILTER (WHERE m.move_type IN %(sales)s), 0),
               COALESCE(ROUND(SUM(-l.balance * k.collected), 6), 0),
               COALESCE(ROUND(SUM(-l.balance * k.lost), 6), 0)
          FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id AND %(receivable)s
          JOIN account_move m ON m.id = l.move_id
          JOIN account_journal j ON j.id = m.journal_id
         CROSS JOIN LATERAL (
            SELECT CASE WHEN m.move_type IN %(sales)s OR %(whole)s THEN 0
                        WHEN l.payment_id IS NOT NULL OR l.statement_line_id IS NOT NULL
                          OR j.type IN ('bank', 'cash', 'credit') THEN 1 - %(expensed)s
                        ELSE 0 END AS collected,
                   %(lost)s AS lost) k
         WHERE l.parent_state = 'posted' AND l.company_id IN %(companies)s
           AND l.date BETWEEN %(date_from)s AND %(date_to)s
         GROUP BY 1
        """,
        receivable=accounts.receivable('a'),
        sales=losses.SALES,
        whole=is_loss(SQL('m')),
        spent=losses.with_expenses(date_from, date_to),
        expensed=losses.share(SQL('m'), among=spent),
        lost=losses.credit_loss(SQL('m'), is_loss, spent),
        companies=tuple(company_ids),
        date_from=date_from,
        date_to=date_to,
    )


def lateness(company_ids, date_from: date, date_to: date) -> SQL:
    """Return (amount, amount x days after its due date) of ``matched_receipts``; one row."""
    return SQL(
        'SELECT COALESCE(SUM(r.amount), 0), COALESCE(SUM(r.amount * r.days), 0) FROM (%s) r',
        matched_receipts(company_ids, date_from, date_to),
    )


def matched_receipts(company_ids, date_from: date, date_to: date) -> SQL:
    """Return (entry and customer of the item, amount, days after its due date) of receipts matched then.

    The day of a match is the later one of its two lines. Early is negative. Credit notes, write-offs and
    entries that no money came with do not count.
    """
    return SQL(
        """
        SELECT d.move_id, d.partner_id, p.amount,
               p.max_date - COALESCE(d.date_maturity, d.invoice_date, d.date) AS days
          FROM account_partial_reconcile p
          JOIN account_move_line d ON d.id = p.debit_move_id AND d.parent_state = 'posted'
          JOIN account_account a ON a.id = d.account_id AND %(receivable)s
          JOIN account_move_line c ON c.id = p.credit_move_id AND c.parent_state = 'posted'
          JOIN account_journal j ON j.id = c.journal_id
         WHERE p.max_date BETWEEN %(date_from)s AND %(date_to)s AND d.company_id IN %(companies)s
           AND (c.payment_id IS NOT NULL OR c.statement_line_id IS NOT NULL
                OR j.type IN ('bank', 'cash', 'credit'))
        """,
        receivable=accounts.receivable('a'),
        companies=tuple(company_ids),
        date_from=date_from,
        date_to=date_to,
    )


def first_day(company_ids) -> SQL:
    """Return the day of the first posted receivable, or NULL."""
    return SQL(
        """
        SELECT MIN(l.date)
          FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id AND %s
         WHERE l.parent_state = 'posted' AND l.company_id IN %s
        """,
        accounts.receivable('a'),
        tuple(company_ids),
    )
