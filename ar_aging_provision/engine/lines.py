"""The lines of a provision run: frozen by one statement, read and rated in ranges of their ids."""

from odoo.tools import SQL

from ..rules.rating import Rated, Row

# The columns that freezing fills, in the order of ``items``.
FROZEN = (
    'run_id',
    'company_id',
    'partner_id',
    'document',
    'move_line_id',
    'account_id',
    'currency_id',
    'grade_id',
    'segment_id',
    'bucket_id',
    'date',
    'invoice_date',
    'date_maturity',
    'base_date',
    'days_overdue',
    'residual',
    'residual_currency',
    'carried',
    'untaxed',
    'total',
)
TYPES = {
    'category': 'varchar',
    'assessment_id': 'int',
}  # of the columns that rating fills; the others are amounts


def freeze(run_id, aged, root_id, company_ids, grades=(), segments=()) -> SQL:
    """Return the statement that inserts the open items of ``open_items.aged`` as lines of the run."""
    return SQL(
        "INSERT INTO ar_provision_line (%s) %s",
        SQL(", ").join(map(SQL.identifier, FROZEN)),
        items(run_id, aged, root_id, company_ids, grades, segments),
    )


def items(run_id, aged, root_id, company_ids, grades=(), segments=()) -> SQL:
    """Return the query of the ``FROZEN`` columns in the order of rating.

    By customer, whose branches stand together: what is assessed or secured counts once; the oldest first.

    :param grades: (customer id, id of the grade on the date) of those whose grade is another one today.
    :param segments: the same of the segment that their credit file names.
    """
    then, placed = (
        SQL(", ").join(SQL("(%s::int, %s::int)", *pair) for pair in pairs or [(None, None)])
        for pairs in (grades, segments)
    )
    return SQL(
        """SELECT %(run)s, i.company_id, i.commercial_partner_id, m.name, i.id, i.account_id, i.currency_id,
                  CASE WHEN past.partner_id IS NULL THEN ca.grade_id ELSE past.grade_id END,
                  COALESCE(CASE WHEN pool.partner_id IS NULL THEN ca.provision_segment_id
                                ELSE pool.segment_id END, related.segment_id), i.bucket_id, i.date,
                  i.invoice_date, i.date_maturity, i.base_date, i.days_overdue, i.residual,
                  i.residual_currency, i.booked,
                  CASE WHEN m.move_type <> 'entry' THEN m.amount_untaxed END,
                  CASE WHEN m.move_type <> 'entry' THEN m.amount_total END
             FROM (%(aged)s) i
             JOIN account_move m ON m.id = i.move_id
             LEFT JOIN ar_credit_account ca
                    ON ca.partner_id = i.commercial_partner_id AND ca.company_id = %(root)s
             LEFT JOIN (VALUES %(grades)s) past (partner_id, grade_id)
                    ON past.partner_id = i.commercial_partner_id
             LEFT JOIN (VALUES %(segments)s) pool (partner_id, segment_id)
                    ON pool.partner_id = i.commercial_partner_id
             LEFT JOIN (
                   SELECT partner_id, (SELECT id FROM ar_provision_segment
                                        WHERE related_parties AND active ORDER BY sequence, id LIMIT 1) AS
                                        segment_id
                     FROM res_company GROUP BY partner_id
                  ) related ON related.partner_id = i.commercial_partner_id
            WHERE i.company_id IN %(companies)s
            ORDER BY i.commercial_partner_id, i.company_id, i.base_date, i.id""",
        run=run_id,
        aged=aged,
        root=root_id,
        companies=tuple(company_ids),
        grades=then,
        segments=placed,
    )


def count(aged, company_ids, limit) -> SQL:
    """Return the query of (number of open items of the companies), which stops counting at the limit."""
    return SQL(
        "SELECT COUNT(*) FROM (SELECT 1 FROM (%s) i WHERE i.company_id IN %s LIMIT %s) found",
        aged,
        tuple(company_ids),
        limit,
    )


def extent(run_id) -> SQL:
    """Return the query of (first id, last id, number) of the run's lines."""
    return SQL(
        """SELECT COALESCE(MIN(id), 1), COALESCE(MAX(id), 0), COUNT(*)
             FROM ar_provision_line WHERE run_id = %s""",
        run_id,
    )


def rows(run_id, after, upto, customer=None) -> SQL:
    """Return the query of ``rules.rating.Row`` of the lines in the range ``(after, upto]``.

    By ranges of the primary key, for which PostgreSQL needs no statistics of lines that were inserted just
    now.

    :param customer: id of the customer whose lines alone are read.
    """
    columns = (SQL("a.move_id") if name == 'move_id' else SQL.identifier('l', name) for name in Row._fields)
    return SQL(
        """SELECT %s
             FROM ar_provision_line l LEFT JOIN account_move_line a ON a.id = l.move_line_id
            WHERE l.run_id = %s AND l.id > %s AND l.id <= %s AND %s
            ORDER BY l.id""",
        SQL(", ").join(columns),
        run_id,
        after,
        upto,
        SQL("l.partner_id = %s", customer) if customer else SQL("TRUE"),
    )


def update(rated) -> SQL:
    """Return the statement that writes what rating found (``rules.rating.Rated``) to its lines."""
    names = Rated._fields[1:]
    columns = [SQL.identifier(name) for name in names]
    return SQL(
        "UPDATE ar_provision_line l SET %s FROM (VALUES %s) v (id, %s) WHERE l.id = v.id",
        SQL(", ").join(
            SQL("%s = v.%s::%s", column, column, SQL(TYPES.get(name, 'numeric')))
            for name, column in zip(names, columns, strict=True)
        ),
        values(rated),
        SQL(", ").join(columns),
    )


def override(run_id, as_of, rounding) -> SQL:
    """Return the statement that puts the overrides in force on the date in place of what was computed."""
    return SQL(
        """UPDATE ar_provision_line l
              SET allowance = ROUND(LEAST(
                      CASE o.how WHEN 'rate' THEN GREATEST(l.base - l.secured, 0) * LEAST(o.rate, 1)
                                 ELSE LEAST(o.amount, GREATEST(l.base - l.secured, 0)) END,
                      l.carried) / %(rounding)s::numeric) * %(rounding)s::numeric,
                  is_overridden = TRUE, override_reason = o.reason, override_user_id = o.user_id,
                  override_from = o.date_from
             FROM ar_allowance_override o
            WHERE l.run_id = %(run)s AND o.item_id = l.move_line_id AND l.residual > 0
              AND o.date_from <= %(as_of)s AND (o.date_to IS NULL OR o.date_to > %(as_of)s)""",
        run=run_id,
        as_of=as_of,
        rounding=str(rounding),
    )


def values(tuples) -> SQL:
    """Return the tuples as a list of SQL rows."""
    tuples = [tuple(row) for row in tuples]
    return SQL(", ".join(["%s"] * len(tuples)), *tuples)


def delete(run_id) -> SQL:
    """Return the statement that deletes the run's lines."""
    return SQL("DELETE FROM ar_provision_line WHERE run_id = %s", run_id)
