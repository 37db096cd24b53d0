"""What became of open items and invoices in the past, from which loss rates are derived."""

from odoo.tools import SQL

from odoo.addons.ar_base.engine import losses, open_items


def writes_off(move, allowance_ids) -> SQL:
    """Return the condition that the entry ``move`` (name of its row) writes off as a whole.

    That is a write-off, the reinstatement that a recovery begins with, and an entry by hand, no payment, that
    debits an allowance: a write-off of before the suite.
    """
    return SQL(
        """(%(move)s.ar_write_off_id IS NOT NULL
            OR %(move)s.origin_payment_id IS NULL AND %(move)s.statement_line_id IS NULL
           AND (SELECT j.type FROM account_journal j WHERE j.id = %(move)s.journal_id) = 'general'
           AND (%(move)s.ar_recovery_id IS NOT NULL OR EXISTS (
                SELECT FROM account_move_line x
                 WHERE x.move_id = %(move)s.id AND x.balance > 0 AND x.account_id IN %(allowance)s)))""",
        move=move,
        allowance=tuple(allowance_ids) or (0,),
    )


def migration(before, after, company_ids, is_loss) -> SQL:
    """Return the query of (rank of the bucket, balance, of it in an older bucket, gone, still there, items).

    An item is followed from its bucket at one date to its bucket at the other. *Gone* is what was written
    off, by whatever entry, or moved to doubtful receivables. What *stayed* has not left its bucket yet:
    nothing is known of it.

    :param before: ``open_items.Parameters`` of the first date.
    :param after: those of the second.
    :param is_loss: see ``losses.credit_loss``.
    """
    order = SQL(", ").join(SQL("(%s, %s)", bucket.key, rank) for rank, bucket in enumerate(before.buckets))
    return SQL(
        """WITH place (bucket_id, rank) AS (VALUES %(order)s),
                gone AS (
                   SELECT p.debit_move_id AS id, SUM(p.amount * %(uncollected)s) AS amount
                     FROM account_partial_reconcile p
                     JOIN account_move_line c ON c.id = p.credit_move_id AND c.parent_state = 'posted'
                     JOIN account_move m ON m.id = c.move_id
                    WHERE p.max_date > %(before)s AND p.max_date <= %(after)s
                    GROUP BY p.debit_move_id)
           SELECT b.rank, SUM(o.residual),
                  SUM(CASE WHEN a.rank > b.rank THEN LEAST(n.residual, o.residual) ELSE 0 END),
                  ROUND(SUM(LEAST(COALESCE(gone.amount, 0), o.residual)), 6),
                  SUM(CASE WHEN a.rank <= b.rank THEN LEAST(n.residual, o.residual) ELSE 0 END),
                  COUNT(*)
             FROM (%(old)s) o
             JOIN place b ON b.bucket_id = o.bucket_id
             LEFT JOIN (%(new)s) n ON n.id = o.id
             LEFT JOIN place a ON a.bucket_id = n.bucket_id
             LEFT JOIN gone ON gone.id = o.id
            WHERE o.company_id IN %(companies)s
            GROUP BY b.rank""",
        order=order,
        before=before.as_of,
        after=after.as_of,
        old=open_items.aged(before),
        new=open_items.aged(after),
        uncollected=_uncollected(SQL('m'), is_loss),
        companies=tuple(company_ids),
    )


def _uncollected(move, is_loss) -> SQL:
    """Return SQL of the share, 0 to 1, of the entry that settles a receivable without money."""
    return SQL('CASE WHEN %s THEN 1 ELSE %s END', losses.is_moved(move), losses.credit_loss(move, is_loss))


def documents(params, company_ids, first, last, is_loss, written_off=False) -> SQL:
    """Return the query of the invoices' items of the period and what each was matched with by that date.

    :param is_loss: see ``losses.credit_loss``.
    :param written_off: only what was written off.
    """
    share = losses.credit_loss(SQL('cm'), is_loss) if written_off else _uncollected(SQL('cm'), is_loss)
    return SQL(
        """SELECT l.id, l.balance, %(base)s AS base_date, x.max_date, x.amount, x.kind
             FROM account_move_line l
             JOIN account_move m ON m.id = l.move_id AND m.move_type IN ('out_invoice', 'out_receipt')
             LEFT JOIN LATERAL (
                   SELECT p.max_date, part.kind, ROUND(part.amount, 6) AS amount
                     FROM account_partial_reconcile p
                     JOIN account_move_line c ON c.id = p.credit_move_id AND c.parent_state = 'posted'
                     JOIN account_move cm ON cm.id = c.move_id
                    CROSS JOIN LATERAL (SELECT %(share)s AS lost) s
                    CROSS JOIN LATERAL (VALUES
                          ('write_off', p.amount * s.lost),
                          (CASE WHEN cm.move_type = 'out_refund' THEN 'refund' ELSE 'paid' END,
                           p.amount * (1 - s.lost))) part (kind, amount)
                    WHERE p.debit_move_id = l.id AND p.max_date <= %(until)s AND part.amount <> 0
                      AND %(matches)s) x ON TRUE
            WHERE l.parent_state = 'posted' AND %(accounts)s AND l.company_id IN %(companies)s
              AND l.balance > 0 AND COALESCE(m.invoice_date, l.date) BETWEEN %(first)s AND %(last)s""",
        base=open_items.base_date(params.basis),
        until=params.as_of,
        matches=SQL("part.kind = 'write_off'") if written_off else SQL("TRUE"),
        share=share,
        first=first,
        last=last,
        accounts=open_items.accounts_condition(params, SQL("l.account_id")),
        companies=tuple(company_ids),
    )


def realised(run_id, params, is_loss) -> SQL:
    """Return the query of (bucket, items, balance, allowance, lost since, still open) of a run's lines.

    Lost is what was written off after the run's date, up to that of ``params``.
    """
    return SQL(
        """SELECT l.bucket_id, COUNT(*), SUM(l.residual), SUM(l.allowance),
                  ROUND(SUM(COALESCE(x.lost, 0)), 6), SUM(LEAST(COALESCE(n.residual, 0), l.residual))
             FROM ar_provision_line l
             JOIN ar_provision_run r ON r.id = l.run_id
             LEFT JOIN LATERAL (
                   SELECT SUM(p.amount * %(share)s) AS lost
                     FROM account_partial_reconcile p
                     JOIN account_move_line c ON c.id = p.credit_move_id AND c.parent_state = 'posted'
                     JOIN account_move cm ON cm.id = c.move_id
                    WHERE p.debit_move_id = l.move_line_id
                      AND p.max_date > r.as_of AND p.max_date <= %(until)s) x ON TRUE
             LEFT JOIN (%(now)s) n ON n.id = l.move_line_id
            WHERE l.run_id = %(run)s AND l.residual > 0
            GROUP BY l.bucket_id""",
        share=losses.credit_loss(SQL('cm'), is_loss),
        until=params.as_of,
        now=open_items.aged(params),
        run=run_id,
    )


def sales(found) -> SQL:
    """Return the query of (what ``documents`` were invoiced at, how many)."""
    return SQL(
        "SELECT COALESCE(SUM(balance), 0), COUNT(*) FROM (SELECT DISTINCT id, balance FROM (%s) d) t", found
    )


def settled(found) -> SQL:
    """Return the query of (age from, matched on, how, amount) of what ``documents`` were matched with."""
    return SQL(
        """SELECT base_date, max_date, kind, SUM(amount)
             FROM (%s) d WHERE amount IS NOT NULL GROUP BY 1, 2, 3""",
        found,
    )


def written_off(found) -> SQL:
    """Return the query of (item, invoiced, matched on, amount) of ``documents``."""
    return SQL("SELECT id, MAX(balance), max_date, SUM(amount) FROM (%s) d GROUP BY id, max_date", found)
