"""The allowance: what lines require, what the ledger holds, and how it moved. Credit is positive.

Amounts are grouped by company and a *netting key*, three booleans that say whether the class, the segment and
the customer are kept apart; what is not kept apart is NULL.
"""

from odoo.tools import SQL

from .lines import values

# What of the ledger the queries read; flush it before they run.
LEDGER = (
    'account_id',
    'ar_allowance_category',
    'ar_allowance_kind',
    'ar_allowance_segment_id',
    'balance',
    'company_id',
    'date',
    'parent_state',
    'partner_id',
)


def _key(key, category, segment, partner) -> SQL:
    columns = (SQL(category), SQL(segment), SQL(partner))
    return SQL(", ").join(SQL("CASE WHEN %s THEN %s END", *pair) for pair in zip(key, columns, strict=True))


def gross(run_id) -> SQL:
    """Return the query of (what is open) of the run's lines."""
    return SQL("SELECT COALESCE(SUM(residual), 0) FROM ar_provision_line WHERE run_id = %s", run_id)


def required(run_id, key) -> SQL:
    """Return the query of (company, *key, allowance that the run's lines require)."""
    return SQL(
        """SELECT company_id, %s, SUM(allowance)
             FROM ar_provision_line WHERE run_id = %s
            GROUP BY 1, 2, 3, 4 HAVING SUM(allowance) <> 0""",
        _key(key, 'category', 'segment_id', 'partner_id'),
        run_id,
    )


def booked(account_id, category, company_ids, as_of, key) -> SQL:
    """Return the query of (company, *key, allowance on the account at the date), whatever moved it.

    :param category: the class that the account stands for; None = its lines say it.
    """
    return SQL(
        """SELECT l.company_id, %(key)s, -SUM(l.balance)
             FROM (SELECT *, COALESCE(%(category)s, ar_allowance_category, 'pool') AS category
                     FROM account_move_line
                    WHERE account_id = %(account)s AND company_id IN %(companies)s
                      AND parent_state = 'posted' AND date <= %(as_of)s) l
             LEFT JOIN res_partner p ON p.id = l.partner_id
            GROUP BY 1, 2, 3, 4 HAVING SUM(l.balance) <> 0""",
        key=_key(key, 'l.category', 'l.ar_allowance_segment_id', 'p.commercial_partner_id'),
        category=category,
        account=account_id,
        companies=tuple(company_ids),
        as_of=as_of,
    )


def exchange(run_id, changes, key) -> SQL:
    """Return the query of (company, *key, what the change of the rates did to the run's allowance).

    :param changes: (currency id, rate now, rate of the run)
    """
    factors = SQL(", ").join(SQL("(%s, %s::numeric, %s::numeric)", *change) for change in changes)
    return SQL(
        """SELECT l.company_id, %s, SUM(l.allowance * (f.now - f.before) / f.before)
             FROM ar_provision_line l
             JOIN (VALUES %s) f (currency_id, now, before) ON f.currency_id = l.currency_id
            WHERE l.run_id = %s
            GROUP BY 1, 2, 3, 4""",
        _key(key, 'l.category', 'l.segment_id', 'l.partner_id'),
        factors,
        run_id,
    )


def insert_adjustments(rows) -> SQL:
    """Return the statement that inserts adjustments.

    :param rows: (run, company, class, segment, customer, required, booked, exchange difference, difference)
    """
    return SQL(
        """INSERT INTO ar_provision_adjustment
                  (run_id, company_id, category, segment_id, partner_id, required, booked, fx, adjustment)
           VALUES %s""",
        values(rows),
    )


def delete_adjustments(run_id) -> SQL:
    """Return the statement that deletes the run's adjustments."""
    return SQL("DELETE FROM ar_provision_adjustment WHERE run_id = %s", run_id)


def movements(account_ids, company_ids, first, last) -> SQL:
    """Return the query of (date, kind, class, segment, amount) up to ``last``, summed.

    What lies before ``first`` stands on the day before it, all else on ``first``.
    """
    return SQL(
        """SELECT %(first)s::date - (date < %(first)s)::int, ar_allowance_kind,
                  COALESCE(ar_allowance_category, 'pool'), ar_allowance_segment_id, -SUM(balance)
             FROM account_move_line
            WHERE account_id IN %(accounts)s AND company_id IN %(companies)s
              AND parent_state = 'posted' AND date <= %(last)s
            GROUP BY 1, 2, 3, 4""",
        first=first,
        last=last,
        accounts=tuple(account_ids) or (0,),
        companies=tuple(company_ids),
    )


def posted_runs(as_of) -> SQL:
    """Return the query of (run id) of each company's last run whose entry stands in the books on the date."""
    return SQL(
        """SELECT DISTINCT ON (r.company_id) r.id
             FROM ar_provision_run r JOIN ar_provision_policy p ON p.id = r.policy_id
            WHERE r.state = 'posted' AND r.as_of <= %(as_of)s
              AND (p.auto_reverse IS NOT TRUE OR r.as_of = %(as_of)s)
            ORDER BY r.company_id, r.as_of DESC, r.id DESC""",
        as_of=as_of,
    )


def of_items(aged, run_ids) -> SQL:
    """Return the query of (line_id, amount) of the runs' frozen allowance.

    What is left of an item bears at most itself, what is gone bears none.
    """
    return SQL(
        """SELECT a.id AS line_id, LEAST(f.allowance, a.residual) AS amount
             FROM ar_provision_line f JOIN (%s) a ON a.id = f.move_line_id
            WHERE f.run_id IN %s AND f.allowance > 0 AND a.residual > 0""",
        aged,
        tuple(run_ids),
    )


def lock(company_id) -> SQL:
    """Return the statement that writes the lock version of the company's allowance."""
    return SQL(
        """UPDATE res_company SET ar_allowance_seq = COALESCE(ar_allowance_seq, 0) + 1
            WHERE id = %s RETURNING id""",
        company_id,
    )
