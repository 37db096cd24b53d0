"""Contacts with customers, as of a day."""

from datetime import date, timedelta

from odoo.tools import SQL


def unreached(company_id, as_of: date) -> SQL:
    """Return (customer, contacts in a row up to the day in which nobody was reached)."""
    return SQL(
        """
        SELECT c.partner_id, COUNT(*)
          FROM ar_contact_log c
         WHERE c.company_id = %(company)s AND c.outcome = 'not_reached' AND c.date < %(end)s
           AND c.date > COALESCE((SELECT MAX(t.date) FROM ar_contact_log t
                                   WHERE t.credit_account_id = c.credit_account_id
                                     AND t.outcome <> 'not_reached' AND t.date < %(end)s), '-infinity')
         GROUP BY 1
        """,
        company=company_id,
        end=as_of + timedelta(days=1),
    )
