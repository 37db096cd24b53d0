"""What was open at two dates, side by side."""

from odoo.tools import SQL


def change(keys, currency, then, now) -> SQL:
    """Return SQL of (id, keys, currency_id, residual_then, residual_now, change), by keys and currency.

    :param keys: names of the columns. :param currency: SQL of the currency of the amounts.
    :param then: SQL of the open items at the earlier date, :param now: at the later one.
    """
    return SQL(
        """
        SELECT ROW_NUMBER() OVER (ORDER BY %(keys)s) AS id, %(keys)s, currency_id,
               SUM(residual_then) AS residual_then, SUM(residual_now) AS residual_now,
               SUM(residual_now) - SUM(residual_then) AS change
          FROM (
            SELECT %(keys)s, %(currency)s AS currency_id, residual AS residual_then, 0 AS residual_now
              FROM (%(then)s) t
            UNION ALL
            SELECT %(keys)s, %(currency)s, 0, residual
              FROM (%(now)s) n
          ) both_dates
         GROUP BY %(keys)s, currency_id
        HAVING SUM(residual_then) <> 0 OR SUM(residual_now) <> 0
        """,
        keys=SQL(', ').join(SQL.identifier(name) for name in keys),
        currency=currency,
        then=then,
        now=now,
    )
