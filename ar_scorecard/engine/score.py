"""What is counted for a score card, by (partner_id, user_id, team_id).

Customer is the commercial partner. Salesperson and team are those of the invoice, as in
``ar_reconciliation.engine.period``, which gives the flows of the month; of calls and promises the person who
made or recorded them.
"""

from datetime import date

from odoo.tools import SQL

from odoo.addons.ar_base.engine import open_items
from odoo.addons.ar_base.rules.reads import merged
from odoo.addons.ar_cockpit.engine import months
from odoo.addons.ar_reconciliation.engine import settlement

FLUSHED = merged(
    months.FLUSHED,
    settlement.FLUSHED,
    {
        'ar.dispute': ['company_id', 'move_id', 'opened_on'],
        'ar.sales.difference': [
            'company_id',
            'date',
            'partner_id',
            'resolved_on',
            'salesperson_id',
            'team_id',
        ],
        'ar.contact.log': ['company_id', 'date', 'kind', 'direction', 'partner_id', 'user_id'],
        'ar.promise': ['company_id', 'credit_account_id', 'last_date', 'noted_by_id', 'state'],
        'ar.credit.account': ['collector_id', 'company_id', 'partner_id'],
    },
)
OWNER = SQL('rp.commercial_partner_id, m.invoice_user_id, m.team_id')


def overdue(company_id: int, as_of: date, days=0) -> SQL:
    """Return (.., amount) of the items that are overdue by more than so many days at the date."""
    return SQL(
        """
        SELECT %(owner)s, SUM(l.open)
          FROM (%(residuals)s) l
          JOIN account_move m ON m.id = l.move_id
          LEFT JOIN res_partner rp ON rp.id = l.partner_id
         WHERE l.company_id = %(company)s AND %(overdue)s
         GROUP BY 1, 2, 3
        """,
        owner=OWNER,
        residuals=open_items.residuals(open_items.Parameters(as_of=as_of)),
        company=company_id,
        overdue=months.overdue(as_of, days),
    )


def lateness(company_id: int, date_from: date, date_to: date) -> SQL:
    """Return (.., amount, amount x days late) of the receipts matched in these days."""
    return SQL(
        """
        SELECT %s, SUM(r.amount), SUM(r.amount * r.days)
          FROM (%s) r
          JOIN account_move m ON m.id = r.move_id
          LEFT JOIN res_partner rp ON rp.id = r.partner_id
         GROUP BY 1, 2, 3
        """,
        OWNER,
        months.matched_receipts([company_id], date_from, date_to),
    )


def disputes(company_id: int, date_from: date, date_to: date) -> SQL:
    """Return (.., number) of the disputes raised in these days, by the invoice that they are about."""
    return SQL(
        """
        SELECT m.commercial_partner_id, m.invoice_user_id, m.team_id, COUNT(*)
          FROM ar_dispute d JOIN account_move m ON m.id = d.move_id
         WHERE d.company_id = %s AND d.opened_on >= %s AND d.opened_on < %s
         GROUP BY 1, 2, 3
        """,
        company_id,
        date_from,
        _next(date_to),
    )


def differences(company_id: int, date_to: date) -> SQL:
    """Return (.., number) of the differences between sales and finance that were not resolved at the date."""
    return SQL(
        """
        SELECT d.partner_id, d.salesperson_id, d.team_id, COUNT(*)
          FROM ar_sales_difference d
         WHERE d.company_id = %s AND d.date <= %s AND (d.resolved_on IS NULL OR d.resolved_on > %s)
         GROUP BY 1, 2, 3
        """,
        company_id,
        date_to,
        date_to,
    )


def calls(company_id: int, date_from: date, date_to: date) -> SQL:
    """Return (.., number) of the calls made in these days, by who called."""
    return SQL(
        """
        SELECT c.partner_id, c.user_id, NULL::integer, COUNT(*)
          FROM ar_contact_log c
         WHERE c.company_id = %s AND c.kind = 'call' AND c.direction = 'out' AND c.date >= %s AND c.date < %s
         GROUP BY 1, 2, 3
        """,
        company_id,
        date_from,
        _next(date_to),
    )


def promises(company_id: int, date_from: date, date_to: date) -> SQL:
    """Return (.., decided, kept) of the promises whose last day lies in these days, by who recorded them."""
    return SQL(
        """
        SELECT a.partner_id, p.noted_by_id, NULL::integer,
               COUNT(*), COUNT(*) FILTER (WHERE p.state = 'kept')
          FROM ar_promise p JOIN ar_credit_account a ON a.id = p.credit_account_id
         WHERE a.company_id = %s AND p.state IN ('kept', 'partly', 'broken')
           AND p.last_date BETWEEN %s AND %s
         GROUP BY 1, 2, 3
        """,
        company_id,
        date_from,
        date_to,
    )


def collectors(company_id: int) -> SQL:
    """Return (partner_id, user_id) of the customers of a main company that a collector is named for."""
    return SQL(
        'SELECT partner_id, collector_id FROM ar_credit_account WHERE company_id = %s AND collector_id > 0',
        company_id,
    )


def _next(day: date) -> SQL:
    return SQL("(%s::date + 1)", day)
