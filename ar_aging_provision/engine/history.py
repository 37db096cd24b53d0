"""What became of open items and invoices in the past, from which loss rates are derived."""

from odoo.tools import SQL

from odoo.addons.ar_base.engine import open_items


def migration(before, after, company_ids) -> SQL:
    """Return the query of (rank of the bucket, balance, of it in an older bucket, of it written off).

    An item is followed from its bucket at one date to its bucket at the other.

    :param before: ``open_items.Parameters`` of the first date.
    :param after: those of the second.
    """
    order = SQL(", ").join(SQL("(%s, %s)", bucket.key, rank) for rank, bucket in enumerate(before.buckets))
    return SQL(
        """WITH place (bucket_id, rank) AS (VALUES %(order)s),
                gone AS (
                   SELECT p.debit_move_id AS id, SUM(p.amount) AS amount
                     FROM account_partial_reconcile p
                     JOIN account_move_line c ON c.id = p.credit_move_id AND c.parent_state = 'posted'
                     JOIN account_move m ON m.id = c.move_id AND m.ar_write_off_id IS NOT NULL
                    WHERE p.max_date > %(before)s AND p.max_date <= %(after)s
                    GROUP BY p.debit_move_id)
           SELECT b.rank, SUM(o.residual),
                  SUM(CASE WHEN a.rank > b.rank THEN LEAST(n.residual, o.residual) ELSE 0 END),
                  SUM(LEAST(COALESCE(gone.amount, 0), o.residual))
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
        companies=tuple(company_ids),
    )


def documents(params, company_ids, first, last, written_off=False) -> SQL:
    """Return the query of the invoices' items of the period and what each was matched with by that date.

    :param written_off: only the matches with write-offs.
    """
    return SQL(
        """SELECT l.id, l.balance, %(base)s AS base_date, p.max_date, p.amount,
                  CASE WHEN cm.ar_write_off_id IS NOT NULL THEN 'write_off'
                                 WHEN cm.move_type = 'out_refund' THEN 'refund' ELSE 'paid' END AS kind
             FROM account_move_line l
             JOIN account_move m ON m.id = l.move_id AND m.move_type IN ('out_invoice', 'out_receipt')
             LEFT JOIN (account_partial_reconcile p
                        JOIN account_move_line c ON c.id = p.credit_move_id AND c.parent_state = 'posted'
                        JOIN account_move cm ON cm.id = c.move_id)
               ON p.debit_move_id = l.id AND p.max_date <= %(until)s AND %(matches)s
            WHERE l.parent_state = 'posted' AND %(accounts)s AND l.company_id IN %(companies)s AND l.balance >
            0
              AND COALESCE(m.invoice_date, l.date) BETWEEN %(first)s AND %(last)s""",
        base=open_items.base_date(params.basis),
        until=params.as_of,
        matches=SQL("cm.ar_write_off_id IS NOT NULL") if written_off else SQL("TRUE"),
        first=first,
        last=last,
        accounts=open_items.accounts_condition(params, SQL("l.account_id")),
        companies=tuple(company_ids),
    )


def sales(found) -> SQL:
    """Return the query of (what ``documents`` were invoiced at)."""
    return SQL("SELECT COALESCE(SUM(balance), 0) FROM (SELECT DISTINCT id, balance FROM (%s) d) t", found)


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
