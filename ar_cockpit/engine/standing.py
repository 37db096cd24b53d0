"""How receivables stand: one pass over the open items of the page."""

from odoo.tools import SQL

COLUMNS = {
    'residual': 'residual',
    'days_overdue': 'days_overdue',
    'bucket': 'bucket_id',
    'customer': 'commercial_partner_id',
    'salesperson': 'salesperson_id',
    'grade': 'grade_id',
    'country': 'country_id',
}
CHOICES = ('salesperson', 'grade', 'country')


def standing(items, top) -> SQL:
    """Return (level, id, open, overdue, items) of all, of each bucket, and of the largest customers.

    Levels: ``all``; ``bucket``; ``customer``, the largest balances first; ``customers``, where items are
    the customers who owe something, and open is their Herfindahl index (sum of squared shares; 1 = one
    owes all); ``salesperson``, ``grade`` and ``country`` that the items have. Overdue are debits that fell
    due before the date.

    :param items: SQL of the open items, with the ``COLUMNS``.
    :param top: how many of the largest customers.
    """
    sums = SQL(
        """SUM(i.residual) AS open,
           SUM(i.residual) FILTER (WHERE i.residual > 0 AND i.days_overdue > 0) AS overdue, COUNT(*)"""
    )
    choices = SQL(' ').join(
        SQL(
            'UNION ALL SELECT %s, i.%s, 0, 0, COUNT(*) FROM i WHERE i.%s IS NOT NULL GROUP BY 2',
            name,
            SQL.identifier(name),
            SQL.identifier(name),
        )
        for name in CHOICES
    )
    return SQL(
        """
        WITH i AS MATERIALIZED (%(items)s),
             c AS MATERIALIZED (SELECT i.customer, %(sums)s AS number FROM i GROUP BY 1)
        SELECT 'all' AS level, NULL::int AS id, %(sums)s FROM i
         UNION ALL SELECT 'bucket', i.bucket, %(sums)s FROM i GROUP BY 2
         UNION ALL
            SELECT 'customers', NULL, SUM(c.open * c.open) / NULLIF(SUM(c.open) * SUM(c.open), 0), NULL,
                   COUNT(*)
              FROM c WHERE c.open > 0
         UNION ALL (
            SELECT 'customer', c.customer, c.open, c.overdue, c.number
              FROM c WHERE c.open > 0 ORDER BY c.open DESC, c.customer LIMIT %(top)s)
        %(choices)s
        """,
        items=items,
        sums=sums,
        top=top,
        choices=choices,
    )


def totals(items) -> SQL:
    """Return (open, overdue) of the open items: one row."""
    return SQL(
        """
        SELECT COALESCE(SUM(i.residual), 0),
               COALESCE(SUM(i.residual) FILTER (WHERE i.residual > 0 AND i.days_overdue > 0), 0)
          FROM (%s) i
        """,
        items,
    )


def aliased(expression, name) -> SQL:
    """Return the expression as a column of this name."""
    return SQL('%s AS %s', expression, SQL.identifier(name))
