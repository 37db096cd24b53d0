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
5. Credits: aged like any item, or kept apart, or set against the oldest items of the same company, account
   and customer first; what is left of them has no bucket ("unallocated"). Entries without a customer are
   never set against each other.
6. On an account that Odoo does not reconcile nothing is ever matched: its entries up to D settle each other,
   the oldest first, within company, account, customer and currency; what no other entry took is open. Entries
   without a customer are one party there: nothing else could ever settle them.
"""

from datetime import date, timedelta
from typing import NamedTuple

from odoo.tools import SQL

from . import accounts, by_entry

# What of a line an item carries.
LINE_COLUMNS = (
    'id',
    'move_id',
    'partner_id',
    'company_id',
    'account_id',
    'journal_id',
    'currency_id',
    'company_currency_id',
    'date',
    'date_maturity',
    'invoice_date',
    'balance',
)

MATCHED = SQL("""SELECT id, debit_move_id, credit_move_id, amount,
                         debit_amount_currency, credit_amount_currency
                    FROM account_partial_reconcile""")
# A payment that is taken back to draft keeps its matches, and with them what it took from the invoice.
WITH_DRAFTS = SQL("""id IN (
                SELECT q.id
                  FROM account_move_line d
                  JOIN account_partial_reconcile q ON d.id IN (q.debit_move_id, q.credit_move_id)
                 WHERE d.parent_state <> 'posted' AND d.matching_number IS NOT NULL)""")


class Parameters(NamedTuple):
    """What an aging is made of.

    Attributes:
        as_of: the as-of date D, inclusive.
        basis: ``due``, ``invoice`` or ``posting``: the date from which items age.
        unit: ``day`` or ``year`` (by anniversary).
        credits: ``own_bucket``, ``separate`` or ``fifo_oldest``.
        buckets: effective buckets (``rules.aging.Bucket``), keyed by record id.
        account_ids: the accounts; None = every receivable account.
        all_reconcile: the accounts are all known to be reconciled: rule 6 is not looked at.
        partner_ids: only lines of these partners; None = all.
        rates: (company id, currency id, company currency per unit at D) to value by closing rate;
            () = booked.
        presentation: (company id, presentation currency per unit of company currency, its rounding);
            () = each company's own currency.
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
    all_reconcile: bool = False


def accounts_condition(params, column) -> SQL:
    """Return the condition on the account ``column`` (SQL)."""
    if params.account_ids is not None:
        return SQL('%s IN %s', column, params.account_ids or (0,))
    return accounts.is_receivable(column)


def _scope(params) -> SQL:
    """Return the condition on line ``l``: posted, of the chosen accounts and partners, on or before D."""
    partners = SQL('AND l.partner_id IN %s', params.partner_ids) if params.partner_ids is not None else SQL()
    return SQL(
        "l.parent_state = 'posted' AND l.date <= %s AND %s %s",
        params.as_of,
        accounts_condition(params, SQL('l.account_id')),
        partners,
    )


def _given_back(params) -> SQL:
    """Return SQL of the lines in scope from which matches took ``amount`` that do not count at D.

    The lines are looked up from the matches, both at once, and carry what an item needs: no line is looked
    up twice.
    """
    return SQL(
        """
        SELECT %(columns)s, l.reconciled,
               SUM(CASE WHEN l.id = p.debit_move_id THEN p.amount ELSE -p.amount END) AS amount,
               SUM(CASE WHEN l.id = p.debit_move_id THEN p.debit_amount_currency
                        ELSE -p.credit_amount_currency END) AS amount_currency
          FROM (
            %(matched)s WHERE max_date > %(as_of)s
            UNION ALL
            %(matched)s WHERE max_date <= %(as_of)s AND %(with_drafts)s
          ) p
          JOIN account_move_line l ON l.id = ANY(ARRAY[p.debit_move_id, p.credit_move_id])
         WHERE %(scope)s
         GROUP BY l.id
        """,
        columns=_line_columns('l'),
        matched=MATCHED,
        with_drafts=WITH_DRAFTS,
        as_of=params.as_of,
        scope=_scope(params),
    )


def _line_columns(alias) -> SQL:
    return SQL(', ').join(SQL.identifier(alias, name) for name in LINE_COLUMNS)


def residuals(params) -> SQL:
    """Return SQL of the lines in scope with what is ``open`` and ``open_currency``: rules 1 to 3, and 6.

    What is open now and what was matched since are two sets of lines that share the partly paid ones only:
    neither is grouped with the other.
    """
    return SQL(
        """
        WITH given_back AS (%(given_back)s)
        SELECT %(columns_now)s,
               CASE WHEN g.id IS NULL THEN l.amount_residual ELSE l.amount_residual + g.amount END AS open,
               CASE WHEN g.id IS NULL THEN l.amount_residual_currency
                    ELSE l.amount_residual_currency + g.amount_currency END AS open_currency
          FROM account_move_line l
          LEFT JOIN given_back g ON g.id = l.id
         WHERE l.reconciled IS NOT TRUE AND %(scope)s
           AND CASE WHEN g.id IS NULL THEN l.amount_residual <> 0 OR l.amount_residual_currency <> 0
                    ELSE l.amount_residual + g.amount <> 0
                      OR l.amount_residual_currency + g.amount_currency <> 0 END
        UNION ALL
        SELECT %(columns_then)s, g.amount, g.amount_currency
          FROM given_back g
         WHERE g.reconciled AND (g.amount <> 0 OR g.amount_currency <> 0)
        %(by_entry)s
        """,
        by_entry=_by_entry(params),
        given_back=_given_back(params),
        columns_now=_line_columns('l'),
        columns_then=_line_columns('g'),
        scope=_scope(params),
    )


def _by_entry(params) -> SQL:
    """Return SQL of what is open on the accounts in scope that are not reconciled, if there may be any."""
    if params.all_reconcile:
        return SQL()
    of_account = accounts_condition(params, SQL('account.id'))
    return SQL(
        'UNION ALL %s', by_entry.residuals(_line_columns('f'), _line_columns('l'), of_account, _scope(params))
    )


def base_date(basis) -> SQL:
    """Return SQL of the date from which an item ages; ``l`` is the line."""
    return {
        'due': SQL('COALESCE(l.date_maturity, l.invoice_date, l.date)'),
        'invoice': SQL('COALESCE(l.invoice_date, l.date)'),
        'posting': SQL('l.date'),
    }[basis]


def _values(rows, names) -> SQL:
    return SQL('(VALUES %s) %s', SQL(', ').join(SQL('%s', tuple(row)) for row in rows), SQL(names))


def _value(params) -> SQL:
    """Return the residual of line ``l``: rule 4. PostgreSQL's numeric rounds half away from zero."""
    value = SQL('l.open')
    if params.rates:
        value = SQL("""CASE WHEN fx.rate IS NULL THEN l.open
            ELSE ROUND(l.open_currency * fx.rate::numeric / fx.rounding::numeric) * fx.rounding::numeric
            END""")
    if params.presentation:
        value = SQL('ROUND((%s) * pc.rate::numeric / pc.rounding::numeric) * pc.rounding::numeric', value)
    return value


def _rates(params) -> SQL:
    """Return the joins that ``_value`` reads its rates from."""
    joins = SQL()
    if params.rates:
        joins = SQL(
            """LEFT JOIN %s ON fx.company_id = l.company_id AND fx.currency_id = l.currency_id
               AND l.currency_id <> l.company_currency_id""",
            _values(params.rates, 'fx (company_id, currency_id, rate, rounding)'),
        )
    if params.presentation:
        joins = SQL(
            '%s JOIN %s ON pc.company_id = l.company_id',
            joins,
            _values(params.presentation, 'pc (company_id, rate, rounding)'),
        )
    return joins


def items(params) -> SQL:
    """Return SQL of the valued items: a row per line, before credits are set against debits."""
    return SQL(
        """
        SELECT l.id, l.move_id, l.partner_id, rp.commercial_partner_id, l.company_id, l.account_id,
               l.journal_id, l.currency_id, l.company_currency_id, l.date, l.invoice_date, l.date_maturity,
               m.move_type, m.invoice_user_id, rp.country_id, l.balance,
               %(base)s AS base_date,
               %(as_of)s::date - COALESCE(l.date_maturity, l.invoice_date, l.date) AS days_overdue,
               %(value)s AS residual, l.open AS booked,
               l.open_currency AS residual_currency
          FROM (%(residuals)s) l
          LEFT JOIN account_move m ON m.id = l.move_id
          LEFT JOIN res_partner rp ON rp.id = l.partner_id
          %(joins)s
        """,
        base=base_date(params.basis),
        as_of=params.as_of,
        value=_value(params),
        residuals=residuals(params),
        joins=_rates(params),
    )


def netted(params) -> SQL:
    """Return SQL of the items after rule 5. Totals never change: what a credit takes, a debit loses."""
    if params.credits != 'fifo_oldest':
        return items(params)
    return SQL(
        """
        SELECT f.*, f.residual - f.taken AS left_residual
          FROM (
            SELECT i.*, CASE WHEN i.commercial_partner_id IS NULL THEN 0 ELSE %s END AS taken
              FROM (%s) i
            WINDOW party AS (PARTITION BY i.company_id, i.account_id, i.commercial_partner_id),
                   upto AS (party ORDER BY i.base_date, i.id ROWS UNBOUNDED PRECEDING)
          ) f
         WHERE f.residual <> f.taken
        """,
        by_entry.taken(SQL('i.residual')),
        items(params),
    )


def bucket(params) -> SQL:
    """Return SQL of the bucket of item ``i``: ``rules.aging.contains``, in SQL.

    A valid scheme's buckets follow each other without a gap: the first whose upper bound holds is it.
    """
    if not params.buckets:
        return SQL('NULL::int')
    *closed, last = params.buckets
    cases = SQL(' ').join(
        SQL('WHEN %s THEN %s', _is_within(params, found.upper), found.key) for found in closed
    )
    found = SQL('CASE %s ELSE %s END', cases, last.key) if closed else SQL('%s::int', last.key)
    if params.credits == 'own_bucket':
        return found
    return SQL('CASE WHEN i.residual > 0 THEN %s END', found)


def _is_within(params, upper) -> SQL:
    if params.unit == 'day':
        return SQL('i.base_date >= %s', params.as_of - timedelta(days=upper))
    return SQL('%s::date <= (i.base_date + make_interval(years => %s))::date', params.as_of, upper)


def aged(params) -> SQL:
    """Return SQL of the items with ``bucket_id``; NULL = unallocated credit (or no scheme at all)."""
    residual = SQL('i.residual'), SQL('i.residual_currency'), SQL('i.booked')
    if params.credits == 'fifo_oldest':
        residual = (
            SQL('i.left_residual'),
            SQL('i.residual_currency * i.left_residual / NULLIF(i.residual, 0)'),
            SQL('i.booked * i.left_residual / NULLIF(i.residual, 0)'),
        )
    return SQL(
        """
        SELECT i.id, i.id AS move_line_id, i.move_id, i.partner_id, i.commercial_partner_id, i.company_id,
               i.account_id, i.journal_id, i.currency_id, i.company_currency_id, i.date, i.invoice_date,
               i.date_maturity, i.move_type, i.invoice_user_id AS salesperson_id, i.country_id, i.balance,
               i.base_date, i.days_overdue, %(as_of)s::date - i.base_date AS age_days,
               %(bucket)s AS bucket_id, %(residual)s AS residual, %(residual_currency)s AS residual_currency,
               %(booked)s AS booked
          FROM (%(netted)s) i
        """,
        as_of=params.as_of,
        residual=residual[0],
        residual_currency=residual[1],
        booked=residual[2],
        netted=netted(params),
        bucket=bucket(params),
    )


def ledger(params) -> SQL:
    """Return SQL of (company_id, account_id, balance): the books themselves at D, for the tie-out."""
    return SQL(
        """
        SELECT l.company_id, l.account_id, SUM(l.balance) AS balance
          FROM account_move_line l
         WHERE l.parent_state = 'posted' AND l.date <= %s AND %s
         GROUP BY l.company_id, l.account_id
        """,
        params.as_of,
        accounts_condition(params, SQL('l.account_id')),
    )


def tie_out(params, company_ids) -> SQL:
    """Return SQL of (company_id, account_id, ledger, aging): books and open items side by side."""
    return SQL(
        """
        SELECT company_id, account_id, SUM(balance), SUM(residual)
          FROM (
            SELECT company_id, account_id, balance, 0 AS residual FROM (%s) books
            UNION ALL
            SELECT company_id, account_id, 0, residual FROM (%s) items
          ) t
         WHERE company_id IN %s
         GROUP BY company_id, account_id
         ORDER BY company_id, account_id
        """,
        ledger(params),
        aged(params),
        tuple(company_ids),
    )


def with_file(params, root, shown_currency_id=None) -> SQL:
    """Return SQL of the items of ``ar.open.item``: ``aged``, with what the customer's credit file says of it.

    :param root: SQL of the root of the company ``t.company_id``.
    :param shown_currency_id: the currency that all amounts are translated into, if they are.
    """
    shown = SQL(', %s AS shown_currency_id', shown_currency_id) if params.presentation else SQL()
    return SQL(
        """
        SELECT t.* %(shown)s, ca.grade_id, ca.collector_id,
               COALESCE(ca.customer_group_id, tag.category_id) AS customer_group_id
          FROM (%(aged)s) t
          LEFT JOIN ar_credit_account ca
                 ON ca.partner_id = t.commercial_partner_id AND ca.company_id = %(root)s
          LEFT JOIN (SELECT partner_id, MIN(category_id) AS category_id
                       FROM res_partner_res_partner_category_rel
                      GROUP BY partner_id HAVING COUNT(*) = 1) tag
                 ON tag.partner_id = t.commercial_partner_id
        """,
        shown=shown,
        aged=aged(params),
        root=root,
    )


def translated(amount, company_id, params) -> SQL:
    """Return SQL of a company's ``amount`` in the currency of the presentation, if any; rounded once."""
    if not params.presentation:
        return amount
    return SQL(
        """(SELECT ROUND(%s * pc.rate::numeric / pc.rounding::numeric) * pc.rounding::numeric
              FROM %s WHERE pc.company_id = %s)""",
        amount,
        _values(params.presentation, 'pc (company_id, rate, rounding)'),
        company_id,
    )
