"""What closed an invoice without being paid: a write-off, or a transfer to doubtful receivables."""

from odoo.tools import SQL

from odoo.addons.ar_base.engine import losses
from odoo.addons.ar_base.rules.reads import merged

FLUSHED = merged(
    losses.FLUSHED,
    {
        'account.move': ['ar_recovery_id', 'ar_write_off_id'],
        'account.move.line': ['parent_state', 'reconciled'],
        'account.partial.reconcile': ['credit_move_id', 'debit_amount_currency', 'debit_move_id'],
    },
)

# A debit ``d``, a match ``p`` of it, and the credit ``c`` of the posted entry ``m`` that it was matched with.
SETTLED = SQL("""account_move_line d
             JOIN account_partial_reconcile p ON p.debit_move_id = d.id
             JOIN account_move_line c ON c.id = p.credit_move_id AND c.parent_state = 'posted'
             JOIN account_move m ON m.id = c.move_id""")


def invoices(move_ids, is_loss) -> SQL:
    """Return the query of (invoice, whether it was written off); if not, it is open as doubtful.

    An invoice that was paid in full, also after it was moved to doubtful receivables, is left out.

    :param is_loss: see ``losses.credit_loss``.
    """
    return SQL(
        """SELECT d.move_id, BOOL_OR(%(lost)s OR COALESCE(moved.lost, FALSE))
             FROM %(settled)s
             LEFT JOIN LATERAL (
                   SELECT BOOL_OR(%(lost_later)s) AS lost, BOOL_OR(x.reconciled IS NOT TRUE) AS open
                     FROM account_move_line x
                     LEFT JOIN account_partial_reconcile q ON q.debit_move_id = x.id
                     LEFT JOIN account_move_line y ON y.id = q.credit_move_id AND y.parent_state = 'posted'
                     LEFT JOIN account_move w ON w.id = y.move_id
                    WHERE x.move_id = m.id AND x.balance > 0 AND %(moves)s) moved ON TRUE
            WHERE d.move_id IN %(ids)s AND d.balance > 0
            GROUP BY d.move_id
           HAVING BOOL_OR(%(lost)s OR COALESCE(moved.lost, FALSE) OR COALESCE(moved.open, FALSE))""",
        settled=SETTLED,
        lost=_is_lost(SQL('m'), is_loss),
        lost_later=_is_lost(SQL('w'), is_loss),
        moves=losses.is_moved(SQL('m')),
        ids=tuple(move_ids),
    )


def without_payment(move_ids, is_loss) -> SQL:
    """Return the query of (match, entry, whether it was moved) of what closed invoices without a payment.

    What is not moved to doubtful receivables was written off. An entry that moved several documents at once
    is left out: what came in for it later cannot be distinguished.

    :param is_loss: see ``losses.credit_loss``.
    """
    return SQL(
        """SELECT p.id, m.id, %(moves)s
             FROM %(settled)s
            WHERE d.move_id IN %(ids)s AND d.balance > 0
              AND (%(lost)s
                   OR %(moves)s AND NOT EXISTS (
                          SELECT FROM account_move_line y
                            JOIN account_partial_reconcile q ON q.credit_move_id = y.id
                            JOIN account_move_line z ON z.id = q.debit_move_id
                           WHERE y.move_id = m.id AND z.move_id <> d.move_id))""",
        settled=SETTLED,
        moves=losses.is_moved(SQL('m')),
        lost=_is_lost(SQL('m'), is_loss),
        ids=tuple(move_ids),
    )


def paid_since(move_ids, is_loss) -> SQL:
    """Return the query of (date, amount, whether of a credit note) of what came in for receivables moved.

    :param move_ids: the entries that moved them; the amount is in the currency of the receivable.
    """
    return SQL(
        """SELECT c.date, p.debit_amount_currency, m.move_type = 'out_refund'
             FROM %(settled)s
            WHERE d.move_id IN %(ids)s AND d.balance > 0 AND NOT (%(lost)s)
            ORDER BY c.date, p.id""",
        settled=SETTLED,
        lost=_is_lost(SQL('m'), is_loss),
        ids=tuple(move_ids),
    )


def _is_lost(move, is_loss) -> SQL:
    return SQL('%s.id IS NOT NULL AND %s = 1', move, losses.credit_loss(move, is_loss))
