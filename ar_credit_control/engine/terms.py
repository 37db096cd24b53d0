"""How much credit terms of payment give."""

from odoo.tools import SQL

FLUSHED = {
    'account.payment.term': ['ar_prepayment'],
    'account.payment.term.line': ['nb_days', 'delay_type', 'days_next_month', 'payment_id'],
}


def instalments(term_ids) -> SQL:
    """Return SQL of (terms, paid in advance?, delay type, days, day of the month) of each instalment."""
    return SQL(
        """
        SELECT t.id, t.ar_prepayment IS TRUE, l.delay_type, l.nb_days, l.days_next_month
          FROM account_payment_term t
          LEFT JOIN account_payment_term_line l ON l.payment_id = t.id
         WHERE t.id IN %s
        """,
        tuple(term_ids),
    )
