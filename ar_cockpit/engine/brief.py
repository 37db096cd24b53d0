"""How one customer paid and bought: one pass over its receivable lines of the last two years."""

from datetime import date, timedelta

from odoo.tools import SQL

from . import experience
from odoo.addons.ar_base.engine import accounts, losses
from odoo.addons.ar_base.rules.reads import merged

YEAR = 365
FLUSHED = merged(experience.FLUSHED, losses.FLUSHED)


def past(company_ids, customer_id, as_of: date) -> SQL:
    """Return a row: invoiced in the last year and in the one before it; of the items that receipts settled in
    the last year their number, how many of them late, and the median of their days after due; the day of the
    first invoice and of the last receipt.
    """
    return SQL(
        """
        SELECT COALESCE(SUM(l.balance) FILTER (WHERE m.move_type IN %(sales)s AND l.date > %(year)s), 0)
                   AS invoiced,
               COALESCE(SUM(l.balance) FILTER (WHERE m.move_type IN %(sales)s AND l.date <= %(year)s), 0)
                   AS invoiced_before,
               COUNT(p.paid_on) AS paid,
               COUNT(*) FILTER (WHERE p.paid_on > due.day) AS late,
               PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY p.paid_on - due.day) AS usual,
               MIN(l.date) FILTER (WHERE l.balance > 0) AS since,
               MAX(p.paid_on) AS last_receipt
          FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id AND %(receivable)s
          JOIN account_move m ON m.id = l.move_id
          JOIN res_partner r ON r.id = l.partner_id AND r.commercial_partner_id = %(customer)s
         CROSS JOIN LATERAL (SELECT COALESCE(l.date_maturity, l.invoice_date, l.date) AS day) due
          LEFT JOIN LATERAL (
                SELECT MAX(t.max_date) AS paid_on
                  FROM account_partial_reconcile t
                  JOIN account_move_line c ON c.id = t.credit_move_id AND c.parent_state = 'posted'
                  JOIN account_journal j ON j.id = c.journal_id
                 WHERE t.debit_move_id = l.id AND l.reconciled AND t.max_date BETWEEN %(year)s AND %(as_of)s
                   AND (c.payment_id IS NOT NULL OR c.statement_line_id IS NOT NULL
                        OR j.type IN ('bank', 'cash', 'credit'))) p ON TRUE
         WHERE l.parent_state = 'posted' AND l.company_id IN %(companies)s
           AND l.date > %(before)s AND l.date <= %(as_of)s
        """,
        sales=losses.SALES,
        receivable=accounts.receivable('a'),
        companies=tuple(company_ids),
        customer=customer_id,
        as_of=as_of,
        year=as_of - timedelta(days=YEAR),
        before=as_of - timedelta(days=2 * YEAR),
    )
