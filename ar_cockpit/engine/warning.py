"""What warning rules look at, of every customer with a receivable in the last fifteen months: set-based.

Rules
-----
1. A receipt is matched from a payment, a bank statement or a bank or cash journal.
2. Recent are the last 90 days; the year before them is what is usual of this customer. Invoices of the last
   30 days are compared with that year too.
3. An item that is overdue counts among the recent ones, as late as it is by now: who stops paying pays late.
4. Bounced is a receipt that was rejected, or reversed by an entry.
5. Nothing later than the day is read, so that the past can be tried: open is what ``open_items`` says was
   open then. Exceptions: a rejected payment counts from its own date; drafts are those of today.
6. A customer got worse for good (``defaults``) on the day an item is ``DEFAULT`` days overdue and still open,
   or is written off: IFRS 9 B5.5.37 presumes default at 90 days.
"""

from datetime import date, timedelta

from odoo.tools import SQL

from . import experience
from odoo.addons.ar_base.engine import accounts, losses, open_items
from odoo.addons.ar_base.rules.reads import merged

RECENT, MONTH, LATELY, YEAR, DEFAULT = 90, 30, 60, 365, 90
FLUSHED = merged(
    experience.FLUSHED,
    losses.FLUSHED,
    {
        'account.move': [
            'auto_post',
            'commercial_partner_id',
            'company_id',
            'date',
            'invoice_date',
            'move_type',
            'reversed_entry_id',
            'state',
        ],
        'account.payment': [
            'company_id',
            'date',
            'move_id',
            'partner_id',
            'partner_type',
            'payment_type',
            'state',
        ],
    },
)


def _items(company_ids, as_of) -> SQL:
    """Return (customer, due, open, last receipt, days with a receipt, days late) of what is open or was
    paid since the year before the recent days began. What is not due yet is not late: NULL.
    """
    return SQL(
        """
        SELECT r.commercial_partner_id AS customer, d.due, o.open, p.last, p.parts,
               CASE WHEN o.id IS NULL THEN p.last - d.due
                    WHEN d.due < %(as_of)s THEN %(as_of)s - d.due END AS late
          FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id AND %(receivable)s
          JOIN res_partner r ON r.id = l.partner_id
          LEFT JOIN (%(residuals)s) o ON o.id = l.id
          LEFT JOIN (
                SELECT m.debit_move_id, MAX(m.max_date) AS last, COUNT(DISTINCT m.max_date) AS parts
                  FROM account_partial_reconcile m
                  JOIN account_move_line c ON c.id = m.credit_move_id AND c.parent_state = 'posted'
                  JOIN account_journal j ON j.id = c.journal_id
                 WHERE m.max_date > %(year)s AND m.max_date <= %(as_of)s
                   AND (c.payment_id IS NOT NULL OR c.statement_line_id IS NOT NULL
                        OR j.type IN ('bank', 'cash', 'credit'))
                 GROUP BY 1) p ON p.debit_move_id = l.id
         CROSS JOIN LATERAL (SELECT COALESCE(l.date_maturity, l.invoice_date, l.date) AS due) d
         WHERE l.parent_state = 'posted' AND l.balance > 0 AND l.company_id IN %(companies)s
           AND l.date <= %(as_of)s AND (o.id IS NOT NULL OR p.last IS NOT NULL)
        """,
        receivable=accounts.receivable('a'),
        residuals=open_items.residuals(open_items.Parameters(as_of=as_of)),
        companies=tuple(company_ids),
        as_of=as_of,
        year=as_of - timedelta(days=RECENT + YEAR),
    )


def _payments(company_ids, as_of) -> SQL:
    """Return how late each customer pays, recently and before, what is overdue, and what is paid in parts."""
    return SQL(
        """
        SELECT i.customer,
               COUNT(*) FILTER (WHERE i.now) AS recent_items,
               PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY i.late) FILTER (WHERE i.now) AS recent_late,
               COUNT(*) FILTER (WHERE i.before) AS items,
               PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY i.late) FILTER (WHERE i.before) AS late,
               (PERCENTILE_DISC(0.9) WITHIN GROUP (ORDER BY i.late) FILTER (WHERE i.before)
                - PERCENTILE_DISC(0.1) WITHIN GROUP (ORDER BY i.late) FILTER (WHERE i.before)) AS spread,
               MAX(i.late) FILTER (WHERE i.open IS NULL) AS longest,
               COUNT(*) FILTER (WHERE i.open IS NULL) AS paid,
               COUNT(*) FILTER (WHERE i.open IS NULL AND i.late > %(week)s) AS paid_late,
               COALESCE(MAX(i.late) FILTER (WHERE i.open > 0), 0) AS overdue,
               COUNT(*) FILTER (WHERE i.open > 0 AND i.last > %(lately)s) AS parts,
               COUNT(*) FILTER (WHERE i.before AND i.parts > 1) AS parts_before
          FROM (
                SELECT t.*, t.open IS NULL AND t.last <= %(recent)s AS before,
                       CASE WHEN t.open IS NULL THEN t.last > %(recent)s ELSE t.late IS NOT NULL END AS now
                  FROM (%(items)s) t) i
         GROUP BY 1
        """,
        items=_items(company_ids, as_of),
        week=7,
        recent=as_of - timedelta(days=RECENT),
        lately=as_of - timedelta(days=LATELY),
    )


def _invoiced(company_ids, as_of) -> SQL:
    """Return what was invoiced to each customer in the last 30 and 90 days, and of the year before these the
    largest 30 days and the smallest 90 days.
    """
    return SQL(
        """
        SELECT s.customer, COALESCE(SUM(s.month), 0) AS month,
               COALESCE(SUM(s.amount) FILTER (WHERE s.slot < 0), 0) AS quarter,
               MAX(s.amount) FILTER (WHERE s.slot >= 0) AS largest,
               LEAST(%(quarters)s) AS smallest
          FROM (
                SELECT r.commercial_partner_id AS customer,
                       FLOOR((%(as_of)s - l.date - %(recent)s) / %(month)s::float) AS slot,
                       SUM(l.balance) AS amount,
                       SUM(l.balance) FILTER (WHERE %(as_of)s - l.date < %(month)s) AS month
                  FROM account_move_line l
                  JOIN account_account a ON a.id = l.account_id AND %(receivable)s
                  JOIN account_move m ON m.id = l.move_id AND m.move_type IN %(sales)s
                  JOIN res_partner r ON r.id = l.partner_id
                 WHERE l.parent_state = 'posted' AND l.company_id IN %(companies)s
                   AND l.date > %(year)s AND l.date <= %(as_of)s
                 GROUP BY 1, 2) s
         GROUP BY 1
        """,
        quarters=SQL(', ').join(
            SQL('COALESCE(SUM(s.amount) FILTER (WHERE s.slot BETWEEN %s AND %s), 0)', first, first + 2)
            for first in (0, 3, 6, 9)
        ),
        receivable=accounts.receivable('a'),
        sales=losses.SALES,
        companies=tuple(company_ids),
        as_of=as_of,
        month=MONTH,
        recent=RECENT,
        year=as_of - timedelta(days=RECENT + 12 * MONTH),
    )


def _balances(company_ids, as_of) -> SQL:
    """Return (customer, balance on the day), credits taken off."""
    return SQL(
        """
        SELECT r.commercial_partner_id AS customer, SUM(o.open) AS balance
          FROM (%s) o
          JOIN res_partner r ON r.id = o.partner_id
         WHERE o.company_id IN %s
         GROUP BY 1
        """,
        open_items.residuals(open_items.Parameters(as_of=as_of)),
        tuple(company_ids),
    )


def _bounced(company_ids, as_of) -> SQL:
    return SQL(
        """
        SELECT r.commercial_partner_id AS customer, COUNT(*) AS bounced
          FROM account_payment p
          JOIN res_partner r ON r.id = p.partner_id
          LEFT JOIN account_move back ON back.reversed_entry_id = p.move_id AND back.state = 'posted'
         WHERE p.company_id IN %(companies)s AND p.payment_type = 'inbound' AND p.partner_type = 'customer'
           AND ((p.state = 'rejected' AND p.date > %(lately)s AND p.date <= %(as_of)s)
                OR (back.date > %(lately)s AND back.date <= %(as_of)s))
         GROUP BY 1
        """,
        companies=tuple(company_ids),
        as_of=as_of,
        lately=as_of - timedelta(days=LATELY),
    )


def _drafts(company_ids, as_of) -> SQL:
    """Return (customer, days) of the oldest invoice that is a draft, and that no job will post."""
    return SQL(
        """
        SELECT m.commercial_partner_id AS customer, MAX(%s - COALESCE(m.invoice_date, m.date)) AS draft_days
          FROM account_move m
         WHERE m.state = 'draft' AND m.move_type IN ('out_invoice', 'out_receipt') AND m.auto_post = 'no'
           AND m.company_id IN %s
         GROUP BY 1
        """,
        as_of,
        tuple(company_ids),
    )


def facts(company_ids, as_of: date) -> SQL:
    """Return a row per customer: see the names of its columns."""
    return SQL(
        """
        SELECT customer, p.recent_items, p.recent_late, p.items, p.late, p.spread, p.longest, p.paid,
               p.paid_late, p.overdue, p.parts, p.parts_before,
               i.month, i.quarter, i.largest, i.smallest, o.balance, b.bounced, w.draft_days
          FROM (%(balances)s) o
          FULL JOIN (%(payments)s) p USING (customer)
          FULL JOIN (%(invoiced)s) i USING (customer)
          FULL JOIN (%(bounced)s) b USING (customer)
          FULL JOIN (%(drafts)s) w USING (customer)
         WHERE customer IS NOT NULL
         ORDER BY customer
        """,
        balances=_balances(company_ids, as_of),
        payments=_payments(company_ids, as_of),
        invoiced=_invoiced(company_ids, as_of),
        bounced=_bounced(company_ids, as_of),
        drafts=_drafts(company_ids, as_of),
    )


def overdue_items(company_ids, as_of: date) -> SQL:
    """Return (line, customer) of the overdue items."""
    return SQL(
        """
        SELECT l.id, r.commercial_partner_id
          FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id AND %(receivable)s
          JOIN res_partner r ON r.id = l.partner_id
         WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE AND l.amount_residual > 0
           AND l.company_id IN %(companies)s AND COALESCE(l.date_maturity, l.date) < %(as_of)s
         ORDER BY l.id
        """,
        receivable=accounts.receivable('a'),
        companies=tuple(company_ids),
        as_of=as_of,
    )


def defaults(company_ids, as_of: date, is_loss) -> SQL:
    """Return (customer, day) of the first default of each customer up to the day: rule 6.

    :param is_loss: the condition that an entry writes off, by the name of its row.
    """
    return SQL(
        """
        SELECT r.commercial_partner_id, MIN(t.day)
          FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id AND %(receivable)s
          JOIN res_partner r ON r.id = l.partner_id
          LEFT JOIN LATERAL (
                SELECT MAX(p.max_date) AS settled, MIN(p.max_date) FILTER (WHERE %(lost)s) AS lost
                  FROM account_partial_reconcile p
                  JOIN account_move_line c ON c.id = p.credit_move_id
                  JOIN account_move m ON m.id = c.move_id
                 WHERE p.debit_move_id = l.id) s ON TRUE
         CROSS JOIN LATERAL (SELECT COALESCE(l.date_maturity, l.invoice_date, l.date) + %(days)s AS due) d
         CROSS JOIN LATERAL (
                SELECT LEAST(s.lost, CASE WHEN l.reconciled IS NOT TRUE OR s.settled > d.due
                                          THEN d.due END) AS day) t
         WHERE l.parent_state = 'posted' AND l.balance > 0 AND l.company_id IN %(companies)s
           AND t.day <= %(as_of)s
         GROUP BY 1
        """,
        receivable=accounts.receivable('a'),
        lost=is_loss(SQL('m')),
        companies=tuple(company_ids),
        days=DEFAULT,
        as_of=as_of,
    )
