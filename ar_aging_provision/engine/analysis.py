"""What a reviewer asks of a run: what if rates were others, what came in since, what changed since."""

from odoo.tools import SQL

from odoo.addons.ar_base.engine import losses, open_items
from odoo.addons.ar_base.engine.reads import OPEN_ITEMS
from odoo.addons.ar_base.rules.reads import merged

# What ``receipts`` and ``changed`` read besides the lines of the run.
FLUSHED = merged(OPEN_ITEMS, losses.FLUSHED)


def cells(run_id) -> SQL:
    """Return the query of (bucket, grade, segment) of the pool's lines, each once."""
    return SQL(
        """SELECT DISTINCT bucket_id, grade_id, segment_id FROM ar_provision_line
            WHERE run_id = %s AND category = 'pool' AND residual > 0""",
        run_id,
    )


def sensitivity(run_id, rates, rounding) -> SQL:
    """Return the query of (total allowance) with other rates on the pool; it keeps what a person decided.

    :param rates: (bucket, grade, segment, rate with its factors) of each of ``cells``.
    """
    return SQL(
        """SELECT COALESCE(SUM(CASE WHEN v.rate IS NULL OR l.is_overridden OR l.category <> 'pool'
                      THEN COALESCE(l.allowance, 0)
                      ELSE LEAST(ROUND(GREATEST(l.base - l.secured, 0) * LEAST(v.rate, 1)
                                       / %(rounding)s::numeric) * %(rounding)s::numeric,
                                 GREATEST(COALESCE(l.carried, l.residual), 0)) END), 0)
             FROM ar_provision_line l
             LEFT JOIN (VALUES %(rates)s) v (bucket_id, grade_id, segment_id, rate)
                    ON COALESCE(v.bucket_id, 0) = COALESCE(l.bucket_id, 0)
                   AND COALESCE(v.grade_id, 0) = COALESCE(l.grade_id, 0)
                   AND COALESCE(v.segment_id, 0) = COALESCE(l.segment_id, 0)
            WHERE l.run_id = %(run)s""",
        run=run_id,
        rounding=str(rounding),
        rates=SQL(", ").join(
            SQL("(%s::int, %s::int, %s::int, %s::numeric)", *key, str(rate)) for *key, rate in rates
        )
        if rates
        else SQL("(NULL::int, NULL::int, NULL::int, NULL::numeric)"),
    )


def receipts(run_id, until, is_loss) -> SQL:
    """Return the query of (bucket, items, open at the date, collected, credited, written off since).

    By what the items were matched with after the run's date, up to ``until``. What a credit note or a
    write-off closed is no receipt.

    :param is_loss: see ``losses.credit_loss``.
    """
    return SQL(
        """SELECT l.bucket_id, COUNT(*), SUM(COALESCE(l.carried, l.residual)),
                  ROUND(SUM(COALESCE(x.collected, 0)), 6),
                  ROUND(SUM(COALESCE(x.credited, 0)), 6), ROUND(SUM(COALESCE(x.lost, 0)), 6)
             FROM ar_provision_line l
             JOIN ar_provision_run r ON r.id = l.run_id
             LEFT JOIN LATERAL (
                   SELECT SUM(p.amount * (1 - s.lost))
                              FILTER (WHERE m.move_type NOT IN %(sales)s AND NOT s.moved) AS collected,
                          SUM(p.amount) FILTER (WHERE m.move_type IN %(sales)s) AS credited,
                          SUM(p.amount * s.lost) AS lost
                     FROM account_partial_reconcile p
                     JOIN account_move_line c ON c.id = p.credit_move_id AND c.parent_state = 'posted'
                     JOIN account_move m ON m.id = c.move_id
                    CROSS JOIN LATERAL (SELECT %(lost)s AS lost, %(moved)s AS moved) s
                    WHERE p.debit_move_id = l.move_line_id
                      AND p.max_date > r.as_of AND p.max_date <= %(until)s) x ON TRUE
            WHERE l.run_id = %(run)s AND l.residual > 0
            GROUP BY l.bucket_id""",
        lost=losses.credit_loss(SQL('m'), is_loss),
        moved=losses.is_moved(SQL('m')),
        sales=losses.SALES,
        until=until,
        run=run_id,
    )


def changed(run_id, params, company_ids, limit) -> SQL:
    """Return the query of (document, customer, frozen, open by the ledger of today), the largest first.

    :param params: ``open_items.Parameters`` of the run.
    """
    return SQL(
        """SELECT COALESCE(l.document, m.name), COALESCE(l.partner_id, n.commercial_partner_id),
                  COALESCE(l.carried, 0), COALESCE(n.booked, 0)
             FROM (SELECT * FROM ar_provision_line WHERE run_id = %(run)s) l
             FULL JOIN (SELECT * FROM (%(now)s) i WHERE i.company_id IN %(companies)s) n
                    ON n.id = l.move_line_id
             LEFT JOIN account_move m ON m.id = n.move_id
            WHERE COALESCE(l.carried, 0) <> COALESCE(n.booked, 0)
            ORDER BY ABS(COALESCE(l.carried, 0) - COALESCE(n.booked, 0)) DESC, 1
            LIMIT %(limit)s""",
        run=run_id,
        now=open_items.aged(params._replace(rates=())),
        companies=tuple(company_ids),
        limit=limit,
    )


def moved(run_id, company_ids, as_of) -> SQL:
    """Return the query of (kind, entry, amount) of the allowance that moved on or before the date after the
    run had been booked.
    """
    return SQL(
        """SELECT a.kind, a.move_id, SUM(a.amount)
             FROM ar_allowance_movement a
            WHERE a.company_id IN %(companies)s AND a.date <= %(as_of)s
              AND a.id > (SELECT COALESCE(MAX(id), 0) FROM ar_allowance_movement WHERE run_id = %(run)s)
            GROUP BY a.kind, a.move_id HAVING SUM(a.amount) <> 0
            ORDER BY a.move_id, a.kind""",
        run=run_id,
        companies=tuple(company_ids),
        as_of=as_of,
    )
