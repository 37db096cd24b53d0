"""SQL of what promises and payment plans say of journal items, and of what was paid for these.

Each is one query, whatever the number of items.
"""

from odoo.tools import SQL

# What the SQL reads. The model that runs it flushes these first.
COMMITMENTS = {
    'ar.promise': ('closed_on', 'made_on', 'next_date', 'received', 'state'),
    'ar.payment.plan': ('accepted_on', 'closed_on', 'ends_on', 'next_date', 'revoke_on_missed', 'state'),
    'ar.covered.item': ('move_line_id', 'payment_plan_id', 'promise_id'),
}
RECEIPTS = {
    'account.partial.reconcile': ('credit_move_id', 'debit_amount_currency', 'debit_move_id', 'max_date'),
    'account.move': ('move_type', 'state'),
}


def paused(line_ids, on_date) -> SQL:
    """Return SQL of (journal item, ``promise`` or ``payment_plan``, last day) of items paused on the date.

    A promise pauses until the next promised date and its grace. A payment plan pauses as long as nothing is
    missed; one that a missed instalment does not revoke, until its last date.
    """
    return SQL(
        """
        SELECT i.move_line_id, 'promise', CASE WHEN p.state = 'open' THEN p.next_date ELSE p.closed_on - 1 END
          FROM ar_covered_item i
          JOIN ar_promise p ON p.id = i.promise_id
         WHERE i.move_line_id = ANY(%(ids)s) AND p.made_on <= %(day)s
           AND CASE WHEN p.state = 'open' THEN p.next_date >= %(day)s ELSE p.closed_on > %(day)s END
        UNION ALL
        SELECT i.move_line_id, 'payment_plan', p.paused_until
          FROM ar_covered_item i
          JOIN (SELECT id, accepted_on,
                       CASE WHEN state <> 'active' THEN closed_on - 1
                            WHEN revoke_on_missed THEN next_date
                            ELSE ends_on END AS paused_until
                  FROM ar_payment_plan) p ON p.id = i.payment_plan_id
         WHERE i.move_line_id = ANY(%(ids)s) AND p.accepted_on <= %(day)s AND p.paused_until >= %(day)s
        """,
        ids=list(line_ids),
        day=on_date,
    )


def broken(line_ids, on_date) -> SQL:
    """Return SQL of (journal item, day) of the items whose latest commitment was broken by the date."""
    return SQL(
        """
        SELECT line_id, broken_on
          FROM (
            SELECT DISTINCT ON (s.line_id) s.line_id, s.broken_on
              FROM (
                SELECT i.move_line_id AS line_id, i.id, p.made_on AS since,
                       CASE WHEN p.state = 'broken' AND p.closed_on <= %(day)s THEN p.closed_on
                            WHEN p.state = 'open' AND COALESCE(p.received, 0) = 0 AND p.next_date < %(day)s
                            THEN p.next_date + 1 END AS broken_on
                  FROM ar_covered_item i
                  JOIN ar_promise p ON p.id = i.promise_id
                 WHERE i.move_line_id = ANY(%(ids)s) AND p.made_on <= %(day)s AND p.state <> 'cancelled'
                UNION ALL
                SELECT i.move_line_id, i.id, p.accepted_on,
                       CASE WHEN p.state = 'defaulted' AND p.closed_on <= %(day)s THEN p.closed_on
                            WHEN p.state = 'active' AND p.revoke_on_missed AND p.next_date < %(day)s
                            THEN p.next_date + 1
                            WHEN p.state = 'active' AND p.ends_on < %(day)s THEN p.ends_on + 1 END
                  FROM ar_covered_item i
                  JOIN ar_payment_plan p ON p.id = i.payment_plan_id
                 WHERE i.move_line_id = ANY(%(ids)s) AND p.accepted_on <= %(day)s
                   AND p.state IN ('active', 'completed', 'defaulted')
              ) s
             ORDER BY s.line_id, s.since DESC, s.id DESC
          ) latest
         WHERE broken_on IS NOT NULL
        """,
        ids=list(line_ids),
        day=on_date,
    )


def receipts(line_ids) -> SQL:
    """Return SQL of (match, journal item, day it takes effect, amount, type of the entry).

    Only matches with posted entries; the amount is in the item's currency; ``out_refund`` is a credit note.
    """
    return SQL(
        """
        SELECT p.id, p.debit_move_id, p.max_date, p.debit_amount_currency, m.move_type
          FROM account_partial_reconcile p
          JOIN account_move_line l ON l.id = p.credit_move_id
          JOIN account_move m ON m.id = l.move_id
         WHERE p.debit_move_id = ANY(%s) AND m.state = 'posted' AND p.debit_amount_currency > 0
        """,
        list(line_ids),
    )
