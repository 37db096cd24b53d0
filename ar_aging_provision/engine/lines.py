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
    'id': 'int',
    'category': 'varchar',
    'assessment_id': 'int',
}  # of the columns that rating fills; the others are amounts


# Where the lines of a run are kept, and where they wait until they are rated in the same transaction: a line
# that is inserted whole is checked against what it refers to once, one that is rated afterwards twice.
KEPT, STAGE = SQL('ar_provision_line'), SQL('ar_provision_stage')


def freeze(items) -> SQL:
    """Return the statement that inserts ``items`` as lines, for rating in later transactions."""
    return SQL("INSERT INTO ar_provision_line (%s) %s", _columns(FROZEN), items)


def stage(items) -> SQL:
    """Return the statement that keeps ``items`` for this transaction, with the ids of the lines to be."""
    return SQL(
        """CREATE TEMP TABLE %(stage)s ON COMMIT DROP AS
           SELECT nextval('ar_provision_line_id_seq') AS id, %(columns)s
             FROM (%(items)s) i (%(columns)s);
           ALTER TABLE %(stage)s ADD PRIMARY KEY (id);
           ANALYZE %(stage)s""",
        stage=STAGE,
        columns=_columns(FROZEN),
        items=items,
    )


def differ(run_id) -> SQL:
    """Return the query of (whether what is staged differs from the lines of the run)."""
    columns = _columns(FROZEN)
    kept = SQL("SELECT %s FROM ar_provision_line WHERE run_id = %s", columns, run_id)
    staged = SQL("SELECT %s FROM %s", columns, STAGE)
    return SQL("SELECT EXISTS ((%(k)s) EXCEPT (%(s)s)) OR EXISTS ((%(s)s) EXCEPT (%(k)s))", k=kept, s=staged)


def as_computed(run_id) -> SQL:
    """Return the statement that takes back what overrides put in place of what was computed."""
    return SQL(
        """UPDATE ar_provision_line
              SET allowance = computed, is_overridden = NULL, override_reason = NULL,
                  override_user_id = NULL, override_from = NULL
            WHERE run_id = %s AND is_overridden""",
        run_id,
    )


def unstage() -> SQL:
    """Return the statement that ends what ``stage`` began."""
    return SQL("DROP TABLE %s", STAGE)


def _columns(names, alias=None) -> SQL:
    return SQL(", ").join(SQL.identifier(alias, name) if alias else SQL.identifier(name) for name in names)


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


def extent(run_id, table=KEPT) -> SQL:
    """Return the query of (first id, last id, number) of the run's lines."""
    return SQL(
        "SELECT COALESCE(MIN(id), 1), COALESCE(MAX(id), 0), COUNT(*) FROM %s WHERE run_id = %s",
        table,
        run_id,
    )


def rows(run_id, after, upto, customer=None, table=KEPT) -> SQL:
    """Return the query of ``rules.rating.Row`` of the lines in the range ``(after, upto]``.

    By ranges of the primary key, for which PostgreSQL needs no statistics of lines that were inserted just
    now.

    :param customer: id of the customer whose lines alone are read.
    """
    elsewhere = {'move_id': SQL("a.move_id"), **({} if table is KEPT else {'allowance': SQL("NULL")})}
    columns = (elsewhere.get(name) or SQL.identifier('l', name) for name in Row._fields)
    return SQL(
        """SELECT %s
             FROM %s l LEFT JOIN account_move_line a ON a.id = l.move_line_id
            WHERE l.run_id = %s AND l.id > %s AND l.id <= %s AND %s
            ORDER BY l.id""",
        SQL(", ").join(columns),
        table,
        run_id,
        after,
        upto,
        SQL("l.partner_id = %s", customer) if customer else SQL("TRUE"),
    )


def update(rated) -> SQL:
    """Return the statement that writes what rating found (``rules.rating.Rated``) to its lines."""
    names = Rated._fields[1:]
    return SQL(
        "UPDATE ar_provision_line l SET %s FROM %s WHERE l.id = v.id",
        SQL(", ").join(SQL("%s = %s", SQL.identifier(name), SQL.identifier('v', name)) for name in names),
        _found(rated),
    )


def insert(rated) -> SQL:
    """Return the statement that inserts staged lines with what rating found, in the order of their ids."""
    rated, names = list(rated), Rated._fields[1:]
    return SQL(
        """INSERT INTO ar_provision_line (id, %(frozen)s, %(names)s)
           SELECT s.id, %(staged)s, %(rates)s
             FROM %(found)s
             JOIN %(stage)s s ON s.id = v.id AND s.id BETWEEN %(first)s AND %(last)s
            ORDER BY s.id""",
        frozen=_columns(FROZEN),
        names=_columns(names),
        staged=_columns(FROZEN, 's'),
        rates=_columns(names, 'v'),
        found=_found(rated),
        stage=STAGE,
        first=rated[0].id,
        last=rated[-1].id,
    )


def _found(rated) -> SQL:
    """Return the rows ``v`` of what rating found: an array per column, which PostgreSQL reads at once."""
    return SQL(
        "unnest(%s) v (%s)",
        SQL(", ").join(
            SQL("%s::%s[]", _array(column), SQL(TYPES.get(name, 'numeric')))
            for name, column in zip(Rated._fields, zip(*rated, strict=True), strict=True)
        ),
        _columns(Rated._fields),
    )


def _array(column) -> SQL:
    """Return numbers or codes as the text of an array."""
    return SQL("%s", f'{{{",".join("NULL" if value is None else str(value) for value in column)}}}')


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
