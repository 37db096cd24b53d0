"""How much credit terms of payment give."""

from odoo.tools import SQL

FLUSHED = {'account.payment.term': ['ar_prepayment'], 'account.payment.term.line': ['nb_days', 'payment_id']}


def credit_days(term_ids) -> SQL:
    """Return SQL of (terms, days until the last instalment; -1 = paid in advance)."""
    return SQL(
        """
        SELECT t.id, CASE WHEN t.ar_prepayment IS TRUE THEN -1
                          ELSE COALESCE((SELECT MAX(l.nb_days) FROM account_payment_term_line l
                                          WHERE l.payment_id = t.id), 0) END
          FROM account_payment_term t WHERE t.id IN %s
        """,
        tuple(term_ids),
    )
