"""The allowance of a run: what its lines require, what the sub-ledger holds. Credit is positive.

Amounts are grouped by company and a *netting key*, three booleans that say whether the class, the segment and
the customer are kept apart; what is not kept apart is NULL.
"""

from odoo.tools import SQL

from . import movements
from .lines import values


def _key(key, category, segment, partner) -> SQL:
    columns = (SQL(category), SQL(segment), SQL(partner))
    return SQL(", ").join(SQL("CASE WHEN %s THEN %s END", *pair) for pair in zip(key, columns, strict=True))


def gross(run_id) -> SQL:
    """Return the query of (what is open) of the run's lines."""
    return SQL("SELECT COALESCE(SUM(residual), 0) FROM ar_provision_line WHERE run_id = %s", run_id)


def receivables(account_ids, company_ids, as_of) -> SQL:
    """Return the query of (ledger balance of the receivable accounts at the date)."""
    return SQL(
        """SELECT COALESCE(SUM(balance), 0) FROM account_move_line
            WHERE parent_state = 'posted' AND account_id IN %s AND company_id IN %s AND date <= %s""",
        tuple(account_ids) or (0,),
        tuple(company_ids),
        as_of,
    )


def required(run_id, key) -> SQL:
    """Return the query of (company, *key, allowance that the run's lines require)."""
    return SQL(
        """SELECT company_id, %s, SUM(allowance)
             FROM ar_provision_line WHERE run_id = %s
            GROUP BY 1, 2, 3, 4 HAVING SUM(allowance) <> 0""",
        _key(key, 'category', 'segment_id', 'partner_id'),
        run_id,
    )


# === What the sub-ledger holds, as the run places it ===


def _account(category, accounts) -> SQL:
    """Return the account on which the policy keeps a class.

    :param accounts: (of the pool, of individually assessed items)
    """
    return SQL("CASE WHEN %s = 'individual' THEN %s ELSE %s END", category, accounts[1], accounts[0])


def placed(run_id, company_ids, as_of, accounts) -> SQL:
    """Return the query of the positions at the date, and the class, segment and account they belong to.

    A balance that names no class takes that of the customer's lines in the run; a balance on an account
    that the policy no longer uses belongs on the one it uses.
    """
    return SQL(
        """SELECT p.*, %(account)s AS to_account
             FROM (
               SELECT p.*, COALESCE(p.category, c.category, 'pool') AS to_category,
                      CASE WHEN p.category IS NULL THEN COALESCE(p.segment_id, c.segment_id)
                           ELSE p.segment_id END AS to_segment
                 FROM (%(positions)s) p
                 LEFT JOIN (
                   SELECT DISTINCT ON (partner_id) partner_id, category, segment_id
                     FROM ar_provision_line WHERE run_id = %(run)s AND allowance > 0
                    ORDER BY partner_id, category, id) c
                   ON c.partner_id = p.partner_id AND p.category IS NULL
             ) p""",
        account=_account(SQL("p.to_category"), accounts),
        positions=movements.positions(company_ids, as_of),
        run=run_id,
    )


def booked(place, key) -> SQL:
    """Return the query of (company, *key, whether it belongs to nobody, allowance)."""
    return SQL(
        """SELECT company_id, %s, item_id IS NULL AND partner_id IS NULL, SUM(amount)
             FROM (%s) p GROUP BY 1, 2, 3, 4, 5 HAVING SUM(amount) <> 0""",
        _key(key, 'to_category', 'to_segment', 'partner_id'),
        place,
    )


def between_accounts(place) -> SQL:
    """Return the query of (company, class, old account, new account, amount) of what changes the account."""
    return SQL(
        """SELECT company_id, to_category, account_id, to_account, SUM(amount)
             FROM (%s) p WHERE account_id <> to_account
            GROUP BY 1, 2, 3, 4 HAVING SUM(amount) <> 0 ORDER BY 1, 2, 3, 4""",
        place,
    )


def exchange(run_id, place, changes, rounding) -> SQL:
    """Return the query of what the change of the rates did to the allowance of the items still open.

    :param changes: (currency id, rate now, rate of the run before)
    """
    factors = SQL(", ").join(SQL("(%s, %s::numeric, %s::numeric)", *change) for change in changes)
    return SQL(
        """SELECT p.company_id, p.to_account, p.item_id, p.partner_id, p.to_category, p.to_segment,
                  ROUND(p.amount * (f.now - f.before) / f.before / %(unit)s::numeric) * %(unit)s::numeric
                  AS amount
             FROM (%(place)s) p
             JOIN ar_provision_line l ON l.run_id = %(run)s AND l.move_line_id = p.item_id
             JOIN (VALUES %(factors)s) f (currency_id, now, before) ON f.currency_id = l.currency_id
            WHERE l.residual > 0 AND p.amount > 0""",
        place=place,
        run=run_id,
        factors=factors,
        unit=str(rounding),
    )


def exchange_by_key(found, key) -> SQL:
    """Return the query of (company, *key, exchange difference) of ``exchange``."""
    return SQL(
        "SELECT company_id, %s, SUM(amount) FROM (%s) p GROUP BY 1, 2, 3, 4",
        _key(key, 'to_category', 'to_segment', 'partner_id'),
        found,
    )


# === Movements of the run, in the order in which they are added ===


def _of_run(run_id, as_of, moves, rows) -> SQL:
    """Return movements of ``rows``: company, account, item, customer, class, segment, kind, amount.

    :param moves: (company, its entry)
    """
    return movements.insert(
        SQL(
            """SELECT %s::date, r.company_id, r.account_id, r.item_id, r.partner_id, r.category,
                      r.segment_id, r.kind, r.amount, e.move_id, %s
                 FROM (%s) r LEFT JOIN (VALUES %s) e (company_id, move_id) ON e.company_id = r.company_id
                WHERE r.amount <> 0""",
            as_of,
            run_id,
            rows,
            SQL(", ").join(SQL("(%s::int, %s::int)", *pair) for pair in moves or [(None, None)]),
        )
    )


def relocate(run_id, as_of, moves, place) -> SQL:
    """Return the statement that puts balances into the class and onto the account where they belong."""
    rows = SQL(
        """SELECT p.company_id, s.account_id, p.item_id, p.partner_id, s.category, s.segment_id,
                  'transfer' AS kind, s.sign * p.amount AS amount
             FROM (%s) p
             CROSS JOIN LATERAL (VALUES (p.account_id, p.category, p.segment_id, -1),
                                        (p.to_account, p.to_category, p.to_segment, 1)
                                ) s (account_id, category, segment_id, sign)
            WHERE (p.account_id, p.category, p.segment_id)
                  IS DISTINCT FROM (p.to_account, p.to_category, p.to_segment)""",
        place,
    )
    return _of_run(run_id, as_of, moves, rows)


def allocate(run_id, as_of, moves, transfers) -> SQL:
    """Return the statement that gives what belongs to nobody to whom it is required for.

    :param transfers: (company, account, class, segment, customer, amount)
    """
    rows = SQL(
        """SELECT v.company_id::int, v.account_id::int, NULL::int AS item_id, v.partner_id::int,
                  v.category::varchar, v.segment_id::int, 'transfer' AS kind, v.amount::numeric
             FROM (VALUES %s) v (company_id, account_id, category, segment_id, partner_id, amount)""",
        values(transfers),
    )
    return _of_run(run_id, as_of, moves, rows)


def exchanged(run_id, as_of, moves, found) -> SQL:
    """Return the statement that adds the exchange differences of ``exchange``."""
    rows = SQL(
        """SELECT company_id, to_account AS account_id, item_id, partner_id, to_category AS category,
                  to_segment AS segment_id, 'fx' AS kind, amount
             FROM (%s) found""",
        found,
    )
    return _of_run(run_id, as_of, moves, rows)


def _both(run_id, company_ids, as_of, accounts, key) -> SQL:
    """Return (company, account, item, customer, class, segment, required, held, sums of its netting key)."""
    return SQL(
        """SELECT t.*, SUM(required) OVER k AS key_required, SUM(held) OVER k AS key_held
             FROM (
               SELECT company_id, account_id, item_id, partner_id, category, segment_id,
                      SUM(required) AS required, SUM(held) AS held
                 FROM (
                   SELECT company_id, %(account)s AS account_id, move_line_id AS item_id, partner_id,
                          category, segment_id, allowance AS required, 0 AS held
                     FROM ar_provision_line WHERE run_id = %(run)s AND allowance <> 0
                    UNION ALL
                   SELECT company_id, account_id, item_id, partner_id, category, segment_id, 0, amount
                     FROM (%(positions)s) p
                 ) u GROUP BY 1, 2, 3, 4, 5, 6
             ) t WINDOW k AS (PARTITION BY company_id, %(key)s)""",
        account=_account(SQL("category"), accounts),
        run=run_id,
        positions=movements.positions(company_ids, as_of),
        key=_key(key, 'category', 'segment_id', 'partner_id'),
    )


def differences(run, company_ids, as_of, accounts, moves, key, repost=False) -> SQL:
    """Return the statement that brings each item from what it bears to what it requires.

    The kind is that of the ledger line of the item's netting key: a charge or a release.

    :param repost: the whole of a key that changes is released, and charged again.
    """
    both = _both(run, company_ids, as_of, accounts, key)
    change = SQL("""SELECT company_id, account_id, item_id, partner_id, category, segment_id,
                           CASE WHEN key_required >= key_held THEN 'charge' ELSE 'reversal' END AS kind,
                           required - held AS amount""")
    if not repost:
        return _of_run(run, as_of, moves, SQL("%s FROM (%s) b", change, both))
    rows = SQL(
        """WITH both_sides AS (%s)
           %s FROM both_sides WHERE key_required = key_held
            UNION ALL
           SELECT company_id, account_id, item_id, partner_id, category, segment_id,
                  CASE WHEN key_held > 0 THEN 'reversal' ELSE 'charge' END, -held
             FROM both_sides WHERE key_required <> key_held
            UNION ALL
           SELECT company_id, account_id, item_id, partner_id, category, segment_id, 'charge', required
             FROM both_sides WHERE key_required <> key_held""",
        both,
        change,
    )
    return _of_run(run, as_of, moves, rows)


# === Differences by key ===


def insert_adjustments(rows) -> SQL:
    """Return the statement that inserts adjustments.

    :param rows: (run, company, class, segment, customer, required, booked, transfer, exchange difference,
        difference)
    """
    return SQL(
        """INSERT INTO ar_provision_adjustment
                  (run_id, company_id, category, segment_id, partner_id, required, booked, transfer, fx,
                   adjustment)
           VALUES %s""",
        values(rows),
    )


def delete_adjustments(run_id) -> SQL:
    """Return the statement that deletes the run's adjustments."""
    return SQL("DELETE FROM ar_provision_adjustment WHERE run_id = %s", run_id)


def lock(company_id) -> SQL:
    """Return the statement that writes the lock version of the company's allowance."""
    return SQL(
        """UPDATE res_company SET ar_allowance_seq = COALESCE(ar_allowance_seq, 0) + 1
            WHERE id = %s RETURNING id""",
        company_id,
    )
