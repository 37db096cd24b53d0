"""What receivables were settled with, and when."""

from odoo.tools import SQL

# What the queries read; flush it before they run.
FLUSHED = {
    'account.partial.reconcile': None,
    'account.move.line': ['date', 'move_id', 'parent_state'],
    'account.move': ['move_type', 'reversed_entry_id'],
}


def of_items(line_ids) -> SQL:
    """Return the query of (line id, effective date, amount, corrects) of what was matched with the lines.

    A match with a draft entry is none. The amount is in the line's currency. ``corrects``: it is a credit
    note made from the line's own document.
    """
    return SQL(
        """SELECT p.debit_move_id, credit.date, p.debit_amount_currency,
                  move.move_type = 'out_refund' AND move.reversed_entry_id = debit.move_id
             FROM account_partial_reconcile p
             JOIN account_move_line debit ON debit.id = p.debit_move_id
             JOIN account_move_line credit ON credit.id = p.credit_move_id AND credit.parent_state = 'posted'
             JOIN account_move move ON move.id = credit.move_id
            WHERE p.debit_move_id = ANY(%s) AND p.debit_amount_currency != 0""",
        list(line_ids),
    )


def charges_matched_later() -> SQL:
    """Return the query of (charge id) of interest whose item was matched since with an earlier credit."""
    return SQL(
        """SELECT DISTINCT charge.id
             FROM ar_interest_charge charge
             JOIN account_partial_reconcile p ON p.debit_move_id = charge.move_line_id
             JOIN account_move_line credit ON credit.id = p.credit_move_id AND credit.parent_state = 'posted'
             JOIN account_move move ON move.id = credit.move_id
            WHERE charge.kind = 'interest' AND charge.state IN ('memo', 'booked')
              AND p.create_date >= charge.create_date
              AND (credit.date <= charge.date_until OR move.reversed_entry_id = charge.move_id)"""
    )
