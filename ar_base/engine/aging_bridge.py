"""From the aging of one date to that of another: what was invoiced, collected, credited, written off, aged.

Rules
-----
1. opening + invoiced + collected + credited + written off + exchange + other + aged = closing, for every
   bucket and every customer, as booked; the opening and closing of the whole are the ledger's.
2. What is posted between the dates counts by its entry. A match counts by the entry of its credit, on both of
   its lines: so a payment lowers the bucket of the invoice that it pays, and what of it is unallocated stands
   with the unallocated credits.
3. An item counts in the bucket that it was in at the first date; one that is newer in its bucket at the
   second. *Aged* is what moved to another bucket; it sums to zero.
4. Of an entry that loses a share (``losses``), the share is written off. *Other* is what no rule names:
   entries by hand, transfers between accounts.
"""

from odoo.tools import SQL

from ..rules.reads import merged
from . import losses, open_items
from .reads import OPEN_ITEMS, RECEIPTS

KINDS = ('invoiced', 'collected', 'credited', 'written_off', 'exchange', 'other', 'aged')
BY = {'bucket': SQL('bucket_id'), 'customer': SQL('partner_id')}
FLUSHED = merged(OPEN_ITEMS, losses.FLUSHED, RECEIPTS, {'account.move': ['state']})


def kind(move, line) -> SQL:
    """Return SQL of the kind of what ``line`` of the entry ``move`` (names of their rows) does."""
    return SQL(
        """CASE WHEN %(move)s.journal_id IN (
                     SELECT currency_exchange_journal_id FROM res_company) THEN 'exchange'
                WHEN %(move)s.move_type IN ('out_invoice', 'out_receipt') THEN 'invoiced'
                WHEN %(move)s.move_type = 'out_refund' THEN 'credited'
                WHEN %(line)s.payment_id IS NOT NULL OR %(line)s.statement_line_id IS NOT NULL
                  OR (SELECT j.type FROM account_journal j WHERE j.id = %(move)s.journal_id)
                     IN ('bank', 'cash', 'credit') THEN 'collected'
                ELSE 'other' END""",
        move=move,
        line=line,
    )


def bridge(then, now, company_ids, is_loss, by='bucket') -> SQL:
    """Return the query of (key, kind, amount); kind is ``opening``, one of ``KINDS`` or ``closing``.

    :param then: ``open_items.Parameters`` of the first date; credits apart, as booked.
    :param now: the same of the second.
    :param is_loss: see ``losses.credit_loss``.
    :param by: ``bucket`` or ``customer``: what the key is the id of.
    """
    return SQL(
        """
        WITH opening AS (SELECT id, bucket_id, booked AS amount FROM (%(old)s) o),
             closing AS (SELECT id, bucket_id, booked AS amount FROM (%(new)s) n),
             flow AS (
                SELECT id, k.kind, k.amount FROM (%(fresh)s UNION ALL %(matched)s) f
                 CROSS JOIN LATERAL (VALUES ('written_off', ROUND(f.amount * f.lost, 6)),
                                            (f.kind, f.amount - ROUND(f.amount * f.lost, 6))) k (kind, amount)
             ),
             rest AS (
                SELECT id, 'other' AS kind, SUM(amount) AS amount
                  FROM (SELECT id, amount FROM closing
                         UNION ALL SELECT id, -amount FROM opening
                         UNION ALL SELECT id, -amount FROM flow) parts
                 GROUP BY id HAVING SUM(amount) <> 0
             ),
             moved AS (SELECT id, kind, amount FROM flow UNION ALL SELECT id, kind, amount FROM rest),
             placed AS (
                SELECT o.id, o.bucket_id, 'opening' AS kind, o.amount FROM opening o
                 UNION ALL
                SELECT n.id, n.bucket_id, 'closing', n.amount FROM closing n
                 UNION ALL
                SELECT m.id, CASE WHEN o.id IS NOT NULL THEN o.bucket_id ELSE i.bucket_id END, m.kind,
                       m.amount
                  FROM moved m
                  LEFT JOIN opening o ON o.id = m.id
                  LEFT JOIN (SELECT i.id, %(bucket)s AS bucket_id
                               FROM (SELECT l.id, l.balance AS residual, %(base)s AS base_date
                                       FROM account_move_line l
                                      WHERE l.id IN (SELECT id FROM moved)) i) i ON i.id = m.id
                 UNION ALL
                SELECT o.id, side.bucket_id, 'aged', side.amount
                  FROM opening o JOIN closing n ON n.id = o.id AND n.bucket_id IS DISTINCT FROM o.bucket_id
                 CROSS JOIN LATERAL (VALUES (o.bucket_id, -n.amount), (n.bucket_id, n.amount))
                       side (bucket_id, amount)
             )
        SELECT %(key)s, kind, SUM(amount)
          FROM (SELECT p.bucket_id, p.kind, p.amount, rp.commercial_partner_id AS partner_id
                  FROM placed p
                  JOIN account_move_line l ON l.id = p.id AND l.company_id IN %(companies)s
                  LEFT JOIN res_partner rp ON rp.id = l.partner_id) t
         GROUP BY 1, 2 HAVING SUM(amount) <> 0
        """,
        old=open_items.aged(then),
        new=open_items.aged(now),
        fresh=_fresh(then, now, is_loss),
        matched=_matched(then, now, is_loss),
        bucket=open_items.bucket(now),
        base=open_items.base_date(now.basis),
        companies=tuple(company_ids),
        key=BY[by],
    )


def _fresh(then, now, is_loss) -> SQL:
    """Return SQL of (id, kind, amount, share lost) of the lines posted between the dates."""
    return SQL(
        """SELECT l.id, %(kind)s AS kind, l.balance AS amount, %(lost)s::numeric AS lost
             FROM account_move_line l JOIN account_move m ON m.id = l.move_id
            WHERE l.parent_state = 'posted' AND l.date > %(then)s AND l.date <= %(now)s AND %(accounts)s""",
        kind=kind(SQL('m'), SQL('l')),
        lost=losses.credit_loss(SQL('m'), is_loss),
        then=then.as_of,
        now=now.as_of,
        accounts=open_items.accounts_condition(now, SQL('l.account_id')),
    )


def _matched(then, now, is_loss) -> SQL:
    """Return SQL of the same of the matches between the dates, on both lines."""
    return SQL(
        """SELECT side.id, side.kind, side.amount, side.lost
             FROM account_partial_reconcile p
             JOIN account_move_line d ON d.id = p.debit_move_id AND d.parent_state = 'posted'
             JOIN account_move_line c ON c.id = p.credit_move_id AND c.parent_state = 'posted'
             JOIN account_move dm ON dm.id = d.move_id
             JOIN account_move cm ON cm.id = c.move_id
            CROSS JOIN LATERAL (
                  SELECT CASE WHEN %(debit)s = 'exchange' THEN 'exchange' ELSE %(credit)s END AS kind,
                         CASE WHEN %(debit)s = 'exchange' THEN 0 ELSE %(lost)s END::numeric AS lost) k
            CROSS JOIN LATERAL (VALUES (d.id, k.kind, -p.amount, k.lost), (c.id, k.kind, p.amount, k.lost))
                  side (id, kind, amount, lost)
            WHERE p.max_date > %(then)s AND p.max_date <= %(now)s AND %(accounts)s""",
        debit=kind(SQL('dm'), SQL('d')),
        credit=kind(SQL('cm'), SQL('c')),
        lost=losses.credit_loss(SQL('cm'), is_loss),
        then=then.as_of,
        now=now.as_of,
        accounts=open_items.accounts_condition(now, SQL('d.account_id')),
    )
