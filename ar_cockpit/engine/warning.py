"""What warning rules look at, of every customer with a receivable in the last fifteen months: set-based.

Rules
-----
1. A receipt is matched from a payment, a bank statement or a bank or cash journal.
2. Recent are the last 90 days; the year before them is what is usual. Invoices of the last 30 days are
   compared with that year too.
3. Bounced is a receipt that was rejected, or reversed by an entry.
"""

from datetime import date, timedelta

from odoo.tools import SQL

from . import experience
from odoo.addons.ar_base.engine import accounts, losses
from odoo.addons.ar_base.rules.reads import merged

RECENT, MONTH, LATELY, YEAR = 90, 30, 60, 365
FLUSHED = merged(
    experience.FLUSHED,
    losses.FLUSHED,
    {
        'account.move': ['move_type', 'reversed_entry_id', 'state'],
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


def _receipts(company_ids, as_of) -> SQL:
    """Return what was received of each customer: items, amounts, days late, and items paid in part."""
    return SQL(
        """
        SELECT s.customer,
               COUNT(*) FILTER (WHERE s.recent) AS recent_items,
               SUM(s.amount) FILTER (WHERE s.recent) AS recent_amount,
               SUM(s.amount * s.late) FILTER (WHERE s.recent) AS recent_days,
               COUNT(*) FILTER (WHERE NOT s.recent) AS items,
               SUM(s.amount) FILTER (WHERE NOT s.recent) AS amount,
               SUM(s.amount * s.late) FILTER (WHERE NOT s.recent) AS days,
               COUNT(*) FILTER (WHERE s.reconciled) AS paid,
               COUNT(*) FILTER (WHERE s.reconciled AND s.late > 0) AS paid_late,
               COUNT(*) FILTER (WHERE s.last > %(lately)s AND NOT s.reconciled) AS parts
          FROM (
                SELECT r.commercial_partner_id AS customer, SUM(m.amount) AS amount, MAX(m.max_date) AS last,
                       MAX(m.max_date) > %(recent)s AS recent, d.reconciled IS TRUE AS reconciled,
                       MAX(m.max_date) - COALESCE(d.date_maturity, d.invoice_date, d.date) AS late
                  FROM account_partial_reconcile m
                  JOIN account_move_line d ON d.id = m.debit_move_id AND d.parent_state = 'posted'
                  JOIN account_account a ON a.id = d.account_id AND %(receivable)s
                  JOIN res_partner r ON r.id = d.partner_id
                  JOIN account_move_line c ON c.id = m.credit_move_id AND c.parent_state = 'posted'
                  JOIN account_journal j ON j.id = c.journal_id
                 WHERE m.max_date > %(year)s AND m.max_date <= %(as_of)s AND d.company_id IN %(companies)s
                   AND (c.payment_id IS NOT NULL OR c.statement_line_id IS NOT NULL
                        OR j.type IN ('bank', 'cash', 'credit'))
                 GROUP BY d.id, r.commercial_partner_id) s
         GROUP BY 1
        """,
        receivable=accounts.receivable('a'),
        companies=tuple(company_ids),
        as_of=as_of,
        recent=as_of - timedelta(days=RECENT),
        lately=as_of - timedelta(days=LATELY),
        year=as_of - timedelta(days=RECENT + YEAR),
    )


def _invoiced(company_ids, as_of) -> SQL:
    """Return (customer, invoiced in the last 30 and 90 days, in the year before those, first day)."""
    return SQL(
        """
        SELECT r.commercial_partner_id AS customer,
               COALESCE(SUM(l.balance) FILTER (WHERE l.date > %(month)s), 0) AS month,
               COALESCE(SUM(l.balance) FILTER (WHERE l.date > %(recent)s), 0) AS quarter,
               COALESCE(SUM(l.balance) FILTER (WHERE l.date <= %(recent)s), 0) AS before,
               MIN(l.date) AS first
          FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id AND %(receivable)s
          JOIN account_move m ON m.id = l.move_id AND m.move_type IN %(sales)s
          JOIN res_partner r ON r.id = l.partner_id
         WHERE l.parent_state = 'posted' AND l.company_id IN %(companies)s
           AND l.date > %(year)s AND l.date <= %(as_of)s
         GROUP BY 1
        """,
        receivable=accounts.receivable('a'),
        sales=losses.SALES,
        companies=tuple(company_ids),
        as_of=as_of,
        month=as_of - timedelta(days=MONTH),
        recent=as_of - timedelta(days=RECENT),
        year=as_of - timedelta(days=RECENT + YEAR),
    )


def _open(company_ids, as_of) -> SQL:
    """Return (customer, open, days of the oldest overdue item), as the ledger is now."""
    return SQL(
        """
        SELECT r.commercial_partner_id AS customer, SUM(l.amount_residual) AS open,
               MAX(%(as_of)s - COALESCE(l.date_maturity, l.invoice_date, l.date))
                   FILTER (WHERE l.amount_residual > 0) AS overdue
          FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id AND %(receivable)s
          JOIN res_partner r ON r.id = l.partner_id
         WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE AND l.amount_residual <> 0
           AND l.company_id IN %(companies)s AND l.date <= %(as_of)s
         GROUP BY 1
        """,
        receivable=accounts.receivable('a'),
        companies=tuple(company_ids),
        as_of=as_of,
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


def facts(company_ids, as_of: date) -> SQL:
    """Return a row per customer: see the names of its columns."""
    return SQL(
        """
        SELECT customer, p.recent_items, p.recent_amount, p.recent_days, p.items, p.amount, p.days,
               p.paid, p.paid_late, p.parts, i.month, i.quarter, i.before, %(as_of)s - i.first AS known,
               o.open, o.overdue, b.bounced
          FROM (%(open)s) o
          FULL JOIN (%(receipts)s) p USING (customer)
          FULL JOIN (%(invoiced)s) i USING (customer)
          FULL JOIN (%(bounced)s) b USING (customer)
         WHERE customer IS NOT NULL
         ORDER BY customer
        """,
        as_of=as_of,
        open=_open(company_ids, as_of),
        receipts=_receipts(company_ids, as_of),
        invoiced=_invoiced(company_ids, as_of),
        bounced=_bounced(company_ids, as_of),
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
