"""The SQL of receipts for the items of cases since they were referred."""

from odoo.tools import SQL

# What the query reads: flushed by who runs it.
FLUSHED = {
    'account.partial.reconcile': ['amount', 'credit_move_id', 'debit_move_id', 'max_date'],
    'account.move.line': ['journal_id', 'parent_state'],
    'ar.collection.case': ['closed_on', 'referred_on'],
    'ar.collection.case.item': ['case_id', 'move_line_id'],
}


def matched(case_ids) -> SQL:
    """Return rows (case id, item id, received, credited or written off).

    A match counts from the day it takes effect, once both entries are posted. Bank, cash and card journals
    bring money; anything else that settles an item, a credit note or a write-off, does not.
    """
    return SQL(
        """SELECT i.case_id, i.move_line_id,
                  COALESCE(SUM(p.amount) FILTER (WHERE j.type IN ('bank', 'cash', 'credit')), 0),
                  COALESCE(SUM(p.amount) FILTER (WHERE j.type NOT IN ('bank', 'cash', 'credit')), 0)
             FROM ar_collection_case_item i
             JOIN ar_collection_case c ON c.id = i.case_id
             JOIN account_partial_reconcile p ON p.debit_move_id = i.move_line_id
              AND p.max_date >= c.referred_on AND (c.closed_on IS NULL OR p.max_date <= c.closed_on)
             JOIN account_move_line l ON l.id = p.credit_move_id AND l.parent_state = 'posted'
             JOIN account_journal j ON j.id = l.journal_id
            WHERE i.case_id IN %s GROUP BY 1, 2""",
        tuple(case_ids),
    )
