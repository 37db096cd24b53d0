"""The one SQL of open items: what is open at a date, and in which bucket it ages.

Used by the model ``ar.open.item`` and by whatever needs the same truth without the ORM's table.

Rules
-----
1. An item is a posted line of a chosen account, dated on or before the as-of date D.
2. A match counts at D when both its lines are posted and both are dated on or before D, that is when
   ``max_date <= D``. Both legs of a counted match are then inside the scope, hence
   *the sum of the residuals is the ledger balance of the accounts at D*.
3. residual(D) = residual now + the matches that do not count at D, given back. Cost follows what is open and
   what was matched since D, not the length of the ledger. Odoo lets a posted line be matched with a
   draft one; such a match is never in the ledger and is given back at every date.
4. Value: as booked, or residual in currency x closing rate of D, rounded once per line.
5. Credits: aged like any item, or kept apart, or set against the oldest items of the same company, account and
   customer first; what is left of them has no bucket ("unallocated").
"""
from datetime import date
from typing import NamedTuple

from odoo.tools import SQL


class Parameters(NamedTuple):
    """What an aging is made of.

    Attributes:
        as_of: the as-of date D, inclusive.
        basis: ``due``, ``invoice`` or ``posting``: the date from which items age.
        unit: ``day`` or ``year`` (by anniversary).
        credits: ``own_bucket``, ``separate`` or ``fifo_oldest``.
        buckets: effective buckets (``rules.aging.Bucket``), keyed by record id.
        account_ids: the accounts; None = every receivable account.
        partner_ids: only lines of these partners; None = all.
        rates: (company id, currency id, company currency per unit at D) to value by closing rate; () = booked.
        presentation: (company id, presentation currency per unit of company currency, its rounding); () = each
            company's own currency.
    """

    as_of: date
    basis: str = 'due'
    unit: str = 'day'
    credits: str = 'own_bucket'
    buckets: tuple = ()
    account_ids: tuple | None = None
    partner_ids: tuple | None = None
    rates: tuple = ()
    presentation: tuple = ()


def accounts_condition(params, column):
    """Return the condition on the account ``column`` (SQL)."""
    if params.account_ids is not None:
        return SQL('%s IN %s', column, params.account_ids or (0,))
    return SQL(
        "%s IN (SELECT id FROM account_account WHERE account_type = 'asset_receivable')", column,
    )


def residuals(params):
    """Return SQL of (line_id, residual, residual_currency): rules 1 to 3, company and line currency."""
    partners = SQL('AND l.partner_id IN %s', params.partner_ids) if params.partner_ids is not None else SQL()
    sides = SQL("""
        CROSS JOIN LATERAL (VALUES
            (p.debit_move_id, p.amount, p.debit_amount_currency),
            (p.credit_move_id, -p.amount, -p.credit_amount_currency)
        ) side (line_id, amount, amount_currency)""")
    return SQL(
        """
        SELECT parts.line_id, SUM(parts.amount) AS residual, SUM(parts.amount_currency) AS residual_currency
          FROM (
            SELECT l.id AS line_id, l.amount_residual AS amount, l.amount_residual_currency AS amount_currency
              FROM account_move_line l
             WHERE l.reconciled IS NOT TRUE AND %(accounts)s %(partners)s
            UNION ALL
            SELECT side.line_id, side.amount, side.amount_currency
              FROM account_partial_reconcile p %(sides)s
             WHERE p.max_date > %(as_of)s
            UNION ALL
            SELECT side.line_id, side.amount, side.amount_currency
              FROM account_partial_reconcile p %(sides)s
             WHERE p.max_date <= %(as_of)s
               AND p.id IN (
                    SELECT q.id
                      FROM account_move_line d
                      JOIN account_partial_reconcile q ON d.id IN (q.debit_move_id, q.credit_move_id)
                     WHERE d.parent_state <> 'posted' AND d.matching_number IS NOT NULL
               )
          ) parts
         GROUP BY parts.line_id
        HAVING SUM(parts.amount) <> 0 OR SUM(parts.amount_currency) <> 0
        """,
        accounts=accounts_condition(params, SQL('l.account_id')),
        partners=partners, sides=sides, as_of=params.as_of,
    )


def base_date(basis):
    """Return SQL of the date from which an item ages; ``l`` is the line, ``m`` its entry."""
    return {
        'due': SQL('COALESCE(l.date_maturity, m.invoice_date, l.date)'),
        'invoice': SQL('COALESCE(m.invoice_date, l.date)'),
        'posting': SQL('l.date'),
    }[basis]


def _values(rows, names):
    return SQL('(VALUES %s) %s', SQL(', ').join(SQL('%s', tuple(row)) for row in rows), SQL(names))


def _valued(params):
    """Return (residual expression, joins): rule 4. Rounds half away from zero, as PostgreSQL's numeric does."""
    value, joins = SQL('r.residual'), SQL()
    if params.rates:
        joins = SQL(
            """%s LEFT JOIN %s ON fx.company_id = l.company_id AND fx.currency_id = l.currency_id
               AND l.currency_id <> l.company_currency_id""",
            joins, _values(params.rates, 'fx (company_id, currency_id, rate, rounding)'),
        )
        value = SQL("""CASE WHEN fx.rate IS NULL THEN r.residual
            ELSE ROUND(r.residual_currency * fx.rate::numeric / fx.rounding::numeric) * fx.rounding::numeric END""")
    if params.presentation:
        joins = SQL(
            '%s JOIN %s ON pc.company_id = l.company_id',
            joins, _values(params.presentation, 'pc (company_id, rate, rounding)'),
        )
        value = SQL('ROUND((%s) * pc.rate::numeric / pc.rounding::numeric) * pc.rounding::numeric', value)
    return value, joins


def items(params):
    """Return SQL of the valued items: one row per line with base date, before credits are set against debits."""
    value, joins = _valued(params)
    return SQL(
        """
        SELECT l.id, l.move_id, l.partner_id, rp.commercial_partner_id, l.company_id, l.account_id, l.journal_id,
               l.currency_id, l.company_currency_id, l.date, m.invoice_date, l.date_maturity, m.move_type,
               m.invoice_user_id, rp.country_id, l.balance,
               %(base)s AS base_date,
               %(as_of)s::date - COALESCE(l.date_maturity, m.invoice_date, l.date) AS days_overdue,
               %(value)s AS residual,
               r.residual_currency
          FROM (%(residuals)s) r
          JOIN account_move_line l ON l.id = r.line_id
          JOIN account_move m ON m.id = l.move_id
          LEFT JOIN res_partner rp ON rp.id = l.partner_id
          %(joins)s
         WHERE l.parent_state = 'posted' AND l.date <= %(as_of)s AND %(accounts)s %(partners)s
        """,
        base=base_date(params.basis), as_of=params.as_of, value=value, residuals=residuals(params), joins=joins,
        accounts=accounts_condition(params, SQL('l.account_id')),
        partners=SQL('AND l.partner_id IN %s', params.partner_ids) if params.partner_ids is not None else SQL(),
    )


def netted(params):
    """Return SQL of the items after rule 5. Totals never change: what a credit takes, a debit loses."""
    if params.credits != 'fifo_oldest':
        return items(params)
    return SQL(
        """
        SELECT f.*, f.residual - f.taken AS left_residual
          FROM (
            SELECT i.*, SIGN(i.residual) * GREATEST(0, LEAST(
                ABS(i.residual),
                CASE WHEN i.residual > 0
                    THEN SUM(GREATEST(-i.residual, 0)) OVER party
                         - (SUM(GREATEST(i.residual, 0)) OVER upto - i.residual)
                    ELSE SUM(GREATEST(i.residual, 0)) OVER party
                         - (SUM(GREATEST(-i.residual, 0)) OVER upto + i.residual)
                END)) AS taken
              FROM (%s) i
            WINDOW party AS (PARTITION BY i.company_id, i.account_id, i.commercial_partner_id),
                   upto AS (party ORDER BY i.base_date, i.id ROWS UNBOUNDED PRECEDING)
          ) f
         WHERE f.residual <> f.taken
        """,
        items(params),
    )


def bucket_condition(params):
    """Return the join condition between item ``i`` and bucket ``b``: rules.aging.contains, in SQL."""
    if params.unit == 'day':
        inside = SQL("""(b.lower_bound IS NULL OR %(d)s::date - i.base_date >= b.lower_bound)
            AND (b.upper_bound IS NULL OR %(d)s::date - i.base_date <= b.upper_bound)""", d=params.as_of)
    else:
        inside = SQL("""(b.lower_bound IS NULL OR %(d)s::date > (i.base_date + make_interval(years => b.lower_bound))::date)
            AND (b.upper_bound IS NULL OR %(d)s::date <= (i.base_date + make_interval(years => b.upper_bound))::date)""",
            d=params.as_of)
    if params.credits == 'own_bucket':
        return inside
    return SQL('i.residual > 0 AND %s', inside)


def aged(params):
    """Return SQL of the items with ``bucket_id``; NULL = unallocated credit (or no scheme at all)."""
    residual = SQL('i.residual'), SQL('i.residual_currency')
    if params.credits == 'fifo_oldest':
        residual = SQL('i.left_residual'), SQL('i.residual_currency * i.left_residual / NULLIF(i.residual, 0)')
    buckets = _values(params.buckets or [(None, None, None)], 'raw_b (id, lower_bound, upper_bound)')
    return SQL(
        """
        SELECT i.id, i.id AS move_line_id, i.move_id, i.partner_id, i.commercial_partner_id, i.company_id,
               i.account_id, i.journal_id, i.currency_id, i.company_currency_id, i.date, i.invoice_date,
               i.date_maturity, i.move_type, i.invoice_user_id AS salesperson_id, i.country_id, i.balance,
               i.base_date, i.days_overdue, %(as_of)s::date - i.base_date AS age_days,
               b.id AS bucket_id, %(residual)s AS residual, %(residual_currency)s AS residual_currency
          FROM (%(netted)s) i
          LEFT JOIN (SELECT id::int, lower_bound::int, upper_bound::int FROM %(buckets)s) b
            ON b.id IS NOT NULL AND %(inside)s
        """,
        as_of=params.as_of, residual=residual[0], residual_currency=residual[1], netted=netted(params),
        buckets=buckets, inside=bucket_condition(params),
    )


def ledger(params):
    """Return SQL of (company_id, account_id, balance): the books themselves at D, for the tie-out."""
    return SQL(
        """
        SELECT l.company_id, l.account_id, SUM(l.balance) AS balance
          FROM account_move_line l
         WHERE l.parent_state = 'posted' AND l.date <= %s AND %s
         GROUP BY l.company_id, l.account_id
        """,
        params.as_of, accounts_condition(params, SQL('l.account_id')),
    )
