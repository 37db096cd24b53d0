"""What settles a receivable: money, a credit note, a loss, an exchange difference, or something else.

Rules
-----
1. The lines of an invoice (or receipt) are *invoiced*, those of a credit note *credited*.
2. An entry of the exchange journal is an *exchange* difference.
3. Of any other entry, the share that ``ar_base.engine.losses`` calls lost is *written off* (a payment of 90
   that closes 100 against an expense of 10 collects 90); a write-off document is written off as a whole.
4. The rest is *collected* where the line comes from a payment, a bank statement or a bank or cash journal,
   else *other*.

A match counts at D as in ``ar_base.engine.open_items``: both lines posted and ``max_date <= D``.
"""

from collections.abc import Callable
from datetime import date

from odoo.tools import SQL

from odoo.addons.ar_base.engine import losses
from odoo.addons.ar_base.engine.accounts import receivable
from odoo.addons.ar_base.engine.reads import OPEN_ITEMS, RECEIPTS
from odoo.addons.ar_base.rules.reads import merged

# A condition on an entry, by the name of its row in the query.
Condition = Callable[[SQL], SQL]
# What the queries of this package read, and is flushed before.
FLUSHED = merged(
    OPEN_ITEMS,
    losses.FLUSHED,
    RECEIPTS,
    {
        'account.move': [
            'amount_total',
            'amount_total_signed',
            'amount_untaxed_signed',
            'commercial_partner_id',
            'date',
            'invoice_date',
            'state',
            'team_id',
        ],
    },
)
INVOICES = SQL("('out_invoice', 'out_receipt')")
SALES = losses.SALES


def nature(line: SQL, move: SQL, is_loss: Condition) -> SQL:
    """Return a LATERAL subquery of (kind, lost): what a receivable line is, and its written-off share.

    :param line, move: names of the journal item and of its entry.
    :param is_loss: the condition that an entry writes off as a whole, by the name of the entry
        (``account.move._ar_loss_condition``).
    """
    return SQL(
        """
        (SELECT CASE
                WHEN %(move)s.move_type IN %(invoices)s THEN 'invoiced'
                WHEN %(move)s.move_type = 'out_refund' THEN 'credited'
                WHEN %(move)s.journal_id IN (SELECT currency_exchange_journal_id FROM res_company)
                    THEN 'exchange'
                WHEN %(write_off)s THEN 'written_off'
                WHEN %(line)s.payment_id IS NOT NULL OR %(line)s.statement_line_id IS NOT NULL
                  OR (SELECT j.type FROM account_journal j WHERE j.id = %(move)s.journal_id) IN ('bank',
                  'cash', 'credit')
                THEN 'collected' ELSE 'other' END AS kind,
                CASE WHEN %(move)s.move_type IN %(sales)s THEN 0 ELSE %(share)s END AS lost)
        """,
        share=losses.share(move),
        line=line,
        move=move,
        invoices=INVOICES,
        sales=SALES,
        write_off=is_loss(move),
    )


def settled(move_id: SQL, as_of: date, is_loss: Condition) -> SQL:
    """Return a LATERAL subquery of one row: how an invoice or credit note stands at D, in company currency.

    Columns: ``residual``; ``overdue`` (debits due before D); ``collected`` in money (negative for money
    returned); ``last_payment``.
    """
    return SQL(
        """
        (SELECT SUM(t.balance - COALESCE(x.amount, 0)) AS residual,
                SUM(t.balance - COALESCE(x.amount, 0)) FILTER (
                    WHERE t.balance > 0 AND COALESCE(t.date_maturity, t.date) < %(as_of)s) AS overdue,
                SUM(x.collected) AS collected, MAX(x.last_payment) AS last_payment
           FROM account_move_line t
           JOIN account_account a ON a.id = t.account_id AND %(receivable)s
           LEFT JOIN LATERAL (
                SELECT SUM(p.amount) AS amount,
                       SUM(p.amount * (1 - n.lost)) FILTER (WHERE n.kind = 'collected') AS collected,
                       MAX(p.max_date) FILTER (WHERE n.kind = 'collected') AS last_payment
                  FROM (SELECT credit_move_id AS other_id, amount, max_date FROM account_partial_reconcile
                         WHERE debit_move_id = t.id AND max_date <= %(as_of)s
                         UNION ALL
                        SELECT debit_move_id, -amount, max_date FROM account_partial_reconcile
                         WHERE credit_move_id = t.id AND max_date <= %(as_of)s) p
                  JOIN account_move_line c ON c.id = p.other_id AND c.parent_state = 'posted'
                  JOIN account_move cm ON cm.id = c.move_id
                  CROSS JOIN LATERAL %(nature)s n
           ) x ON TRUE
          WHERE t.move_id = %(move_id)s)
        """,
        receivable=receivable('a'),
        as_of=as_of,
        move_id=move_id,
        nature=nature(SQL('c'), SQL('cm'), is_loss),
    )
