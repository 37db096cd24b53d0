"""The allowance sub-ledger: what each open item bears, as movements that are only ever added.

Rules
-----
1. A movement belongs to a company, an allowance account and a date; credit is positive.
2. Movements of an entry sum to what the entry posts on the account. Movements without an entry sum to zero
   per company, account and date: they say whose allowance it is, not how much there is.
   Hence *the sum per company, account and date is the ledger balance*.
3. The allowance of an item at a date is the sum of its movements up to it.
4. What no item explains stands with the customer, or with nobody: entries by hand, balances brought forward.
5. An item's allowance goes with the item: it is that of the customer who owes it now, whichever customer a
   movement named when it was recorded. Movements themselves never change.
"""

from odoo.tools import SQL

# What of the ledger is taken up; flush it before.
LEDGER = {
    'account.move': ['ar_provision_run_id', 'state'],
    'account.move.line': [
        'account_id',
        'ar_allowance_category',
        'ar_allowance_item_id',
        'ar_allowance_kind',
        'ar_allowance_segment_id',
        'balance',
        'company_id',
        'date',
        'move_id',
        'parent_state',
        'partner_id',
    ],
    'ar.provision.policy': [
        'allowance_account_id',
        'company_id',
        'individual_allowance_account_id',
        'state',
    ],
    'ar.provision.run': ['state'],
    'res.partner': ['commercial_partner_id'],
}
COLUMNS = SQL(
    """date, company_id, account_id, item_id, partner_id, category, segment_id, kind, amount, move_id,
       run_id"""
)


def insert(query) -> SQL:
    """Return the statement that adds the movements of ``query``, whose columns are ``COLUMNS``."""
    return SQL("INSERT INTO ar_allowance_movement (%s) %s", COLUMNS, query)


# === Accounts ===


def accounts(root_ids=None) -> SQL:
    """Return the query of (account id) on which policies in force, archived ones too, keep the allowance."""
    scope = SQL("AND company_id IN %s", tuple(root_ids)) if root_ids else SQL()
    return SQL(
        """SELECT allowance_account_id AS id FROM ar_provision_policy
            WHERE state = 'confirmed' AND allowance_account_id IS NOT NULL %(scope)s
            UNION
           SELECT individual_allowance_account_id FROM ar_provision_policy
            WHERE state = 'confirmed' AND individual_allowance_account_id IS NOT NULL %(scope)s""",
        scope=scope,
    )


# === From the ledger ===


def _scope(alias, company_ids, move_ids) -> SQL:
    moves = SQL("AND %s IN %s", SQL.identifier(alias, 'move_id'), tuple(move_ids)) if move_ids else SQL()
    return SQL("%s IN %s %s", SQL.identifier(alias, 'company_id'), tuple(company_ids), moves)


def _ledger(company_ids, move_ids) -> SQL:
    """Return the posted lines on allowance accounts; those of a run that is being posted are its own."""
    return SQL(
        """SELECT l.* FROM account_move_line l
             JOIN account_move m ON m.id = l.move_id
             LEFT JOIN ar_provision_run r ON r.id = m.ar_provision_run_id AND r.state = 'approved'
            WHERE l.parent_state = 'posted' AND l.account_id IN (%s) AND %s AND r.id IS NULL""",
        accounts(),
        _scope('l', company_ids, move_ids),
    )


def _unexplained(company_ids, move_ids) -> SQL:
    """Return (move, company, account, date, in the ledger, in the movements) where the two differ."""
    return SQL(
        """SELECT move_id, company_id, account_id, date, SUM(ledger) AS ledger, SUM(moved) AS moved
             FROM (
               SELECT l.move_id, l.company_id, l.account_id, l.date, -l.balance AS ledger, 0 AS moved
                 FROM (%s) l
                UNION ALL
               SELECT a.move_id, a.company_id, a.account_id, a.date, 0, a.amount
                 FROM ar_allowance_movement a WHERE a.move_id IS NOT NULL AND %s
             ) both_sides
            GROUP BY move_id, company_id, account_id, date
           HAVING SUM(ledger) <> SUM(moved)""",
        _ledger(company_ids, move_ids),
        _scope('a', company_ids, move_ids),
    )


def differs(company_ids) -> SQL:
    """Return the query of (whether the ledger of the companies and their movements differ anywhere)."""
    return SQL("SELECT EXISTS (%s)", _unexplained(company_ids, ()))


def take_back(company_ids, move_ids=()) -> SQL:
    """Return the statement that counters the movements of entries that are no longer posted.

    :param move_ids: only these entries; empty = all of the companies. So with the next two, which follow it.
    """
    return insert(
        SQL(
            """SELECT a.date, a.company_id, a.account_id, a.item_id, a.partner_id, a.category,
                      a.segment_id, a.kind, -SUM(a.amount), a.move_id, MAX(a.run_id)
                 FROM ar_allowance_movement a
                 JOIN (%s) d ON d.move_id = a.move_id AND d.company_id = a.company_id
                  AND d.account_id = a.account_id AND d.date = a.date
                WHERE d.ledger = 0
                GROUP BY a.date, a.company_id, a.account_id, a.item_id, a.partner_id, a.category,
                         a.segment_id, a.kind, a.move_id
               HAVING SUM(a.amount) <> 0""",
            _unexplained(company_ids, move_ids),
        )
    )


def take_up(company_ids, move_ids=()) -> SQL:
    """Return the statement that takes up, line by line, the entries that have moved nothing yet."""
    return insert(
        SQL(
            """SELECT l.date, l.company_id, l.account_id, l.ar_allowance_item_id,
                      p.commercial_partner_id, l.ar_allowance_category, l.ar_allowance_segment_id,
                      COALESCE(l.ar_allowance_kind, CASE WHEN EXISTS (
                          SELECT FROM ar_allowance_movement o
                           WHERE o.run_id IS NOT NULL AND o.company_id IN %(companies)s
                      ) THEN 'other' ELSE 'opening' END),
                      -l.balance, l.move_id, NULL::int
                 FROM (%(lines)s) l
                 JOIN (%(found)s) d ON d.move_id = l.move_id AND d.company_id = l.company_id
                  AND d.account_id = l.account_id AND d.date = l.date
                 LEFT JOIN res_partner p ON p.id = l.partner_id
                WHERE d.moved = 0 AND l.balance <> 0""",
            companies=tuple(company_ids),
            lines=_ledger(company_ids, move_ids),
            found=_unexplained(company_ids, move_ids),
        )
    )


def take_rest(company_ids, move_ids=()) -> SQL:
    """Return the statement that takes up what entries post beyond their movements, as an amount of nobody."""
    return insert(
        SQL(
            """SELECT date, company_id, account_id, NULL::int, NULL::int, NULL, NULL::int, 'other',
                      ledger - moved, move_id, NULL::int
                 FROM (%s) d""",
            _unexplained(company_ids, move_ids),
        )
    )


def counter(move_id, original_id) -> SQL:
    """Return the statement by which a reversal counters what the original entry moved, item by item.

    Nothing is inserted where the reversal does not post exactly the opposite: ``take_up`` does then.
    """
    return insert(
        SQL(
            """SELECT m.date, a.company_id, a.account_id, a.item_id, a.partner_id, a.category,
                      a.segment_id, a.kind, -SUM(a.amount), m.id, NULL::int
                 FROM ar_allowance_movement a
                 JOIN account_move m ON m.id = %(move)s AND m.company_id = a.company_id
                WHERE a.move_id = %(original)s AND NOT EXISTS (
                      SELECT FROM (
                          SELECT account_id, amount FROM ar_allowance_movement WHERE move_id = %(original)s
                           UNION ALL
                          SELECT l.account_id, -l.balance FROM account_move_line l
                           WHERE l.move_id = %(move)s AND l.account_id IN (%(accounts)s)
                      ) t GROUP BY account_id HAVING SUM(amount) <> 0)
                GROUP BY m.date, a.company_id, a.account_id, a.item_id, a.partner_id, a.category,
                         a.segment_id, a.kind, m.id
               HAVING SUM(a.amount) <> 0""",
            move=move_id,
            original=original_id,
            accounts=accounts(),
        )
    )


def counter_run(run_id, day, moves) -> SQL:
    """Return the statement that counters on ``day`` all that the run moved.

    :param moves: (entry of the run, its reversal)
    """
    return insert(
        SQL(
            """SELECT %(day)s::date, a.company_id, a.account_id, a.item_id, a.partner_id, a.category,
                      a.segment_id, a.kind, -SUM(a.amount), r.reversal, a.run_id
                 FROM ar_allowance_movement a
                 LEFT JOIN (VALUES %(moves)s) r (original, reversal) ON r.original = a.move_id
                WHERE a.run_id = %(run)s
                GROUP BY a.company_id, a.account_id, a.item_id, a.partner_id, a.category, a.segment_id,
                         a.kind, r.reversal, a.run_id
               HAVING SUM(a.amount) <> 0""",
            day=day,
            moves=_pairs(moves),
            run=run_id,
        )
    )


def _pairs(pairs) -> SQL:
    """Return rows of two integers, one of NULL where there are none."""
    return SQL(", ").join(SQL("(%s::int, %s::int)", *pair) for pair in pairs or [(None, None)])


# === Where the allowance stands ===


def positions(company_ids, as_of) -> SQL:
    """Return the query of what each item, or customer, bears at the date, per account, class and segment.

    What an item bears is its customer's, whose it was when the movement was recorded or not: rule 5.
    """
    return SQL(
        """SELECT a.company_id, a.account_id, a.item_id, p.commercial_partner_id AS partner_id, a.category,
                  a.segment_id, SUM(a.amount) AS amount
             FROM (SELECT company_id, account_id, item_id, partner_id, category, segment_id,
                          SUM(amount) AS amount
                     FROM ar_allowance_movement
                    WHERE company_id IN %s AND date <= %s
                    GROUP BY 1, 2, 3, 4, 5, 6 HAVING SUM(amount) <> 0) a
             LEFT JOIN account_move_line i ON i.id = a.item_id
             LEFT JOIN res_partner p ON p.id = COALESCE(i.partner_id, a.partner_id)
            GROUP BY 1, 2, 3, 4, 5, 6 HAVING SUM(a.amount) <> 0""",
        tuple(company_ids),
        as_of,
    )


def by_item(item_ids, as_of) -> SQL:
    """Return the query of (item, class, segment, allowance that can be used at the date).

    Usable is what the item bears at the date, less what movements dated later have used already.
    """
    return SQL(
        """SELECT item_id, category, segment_id,
                  LEAST(SUM(amount) FILTER (WHERE date <= %(as_of)s), SUM(amount))
             FROM ar_allowance_movement
            WHERE item_id IN %(items)s
            GROUP BY item_id, category, segment_id
            ORDER BY item_id, SUM(amount) FILTER (WHERE date <= %(as_of)s) DESC NULLS LAST, category""",
        items=tuple(item_ids) or (0,),
        as_of=as_of,
    )


def of_customer(company_id, partner_id, as_of) -> SQL:
    """Return the query of (account, class, segment, usable allowance) of a customer that names no item."""
    return SQL(
        """SELECT a.account_id, a.category, a.segment_id,
                  LEAST(SUM(a.amount) FILTER (WHERE a.date <= %(as_of)s), SUM(a.amount))
             FROM ar_allowance_movement a
             JOIN res_partner p ON p.id = a.partner_id AND p.commercial_partner_id = %(partner)s
            WHERE a.company_id = %(company)s AND a.item_id IS NULL
            GROUP BY 1, 2, 3
           HAVING LEAST(SUM(a.amount) FILTER (WHERE a.date <= %(as_of)s), SUM(a.amount)) > 0
            ORDER BY 1, 2, 3""",
        company=company_id,
        partner=partner_id,
        as_of=as_of,
    )


def total(company_ids, as_of) -> SQL:
    """Return the query of (the allowance of the companies at the date)."""
    return SQL(
        "SELECT COALESCE(SUM(amount), 0) FROM ar_allowance_movement WHERE company_id IN %s AND date <= %s",
        tuple(company_ids),
        as_of,
    )


def usable(company_id, as_of) -> SQL:
    """Return the query of (allowance of the company that can be used at the date), as in ``by_item``."""
    return SQL(
        """SELECT LEAST(COALESCE(SUM(amount) FILTER (WHERE date <= %s), 0), COALESCE(SUM(amount), 0))
             FROM ar_allowance_movement WHERE company_id = %s""",
        as_of,
        company_id,
    )


def of_aged(aged, as_of) -> SQL:
    """Return the query of (line_id, amount) of the allowance of open items.

    What is left of an item bears at most itself, what is gone bears none.
    """
    return SQL(
        """SELECT i.id AS line_id, LEAST(f.amount, i.residual) AS amount
             FROM (SELECT item_id, SUM(amount) AS amount FROM ar_allowance_movement
                    WHERE date <= %s AND item_id IS NOT NULL
                    GROUP BY item_id HAVING SUM(amount) > 0) f
             JOIN (%s) i ON i.id = f.item_id
            WHERE i.residual > 0""",
        as_of,
        aged,
    )


def rollforward(company_ids, first, last) -> SQL:
    """Return the query of (date, kind, class, segment, amount) up to ``last``, summed.

    What lies before ``first`` stands on the day before it, all else on ``first``.
    """
    return SQL(
        """SELECT %(first)s::date - (date < %(first)s)::int, kind, COALESCE(category, 'pool'), segment_id,
                  SUM(amount)
             FROM ar_allowance_movement
            WHERE company_id IN %(companies)s AND date <= %(last)s
            GROUP BY 1, 2, 3, 4 HAVING SUM(amount) <> 0""",
        first=first,
        last=last,
        companies=tuple(company_ids),
    )


def tie_out(company_ids, as_of) -> SQL:
    """Return the query of (company, account, ledger, movements) at the date, one row per account."""
    return SQL(
        """SELECT company_id, account_id, SUM(ledger), SUM(moved)
             FROM (
               SELECT l.company_id, l.account_id, -l.balance AS ledger, 0 AS moved
                 FROM account_move_line l
                WHERE l.parent_state = 'posted' AND l.date <= %(as_of)s AND l.company_id IN %(companies)s
                  AND l.account_id IN (%(accounts)s)
                UNION ALL
               SELECT company_id, account_id, 0, amount FROM ar_allowance_movement
                WHERE date <= %(as_of)s AND company_id IN %(companies)s
             ) t
            GROUP BY company_id, account_id ORDER BY company_id, account_id""",
        as_of=as_of,
        companies=tuple(company_ids),
        accounts=accounts(),
    )


# === Between items ===


def move_items(pairs, day, move_id) -> SQL:
    """Return the statement that moves the whole allowance of items to others.

    :param pairs: (item, the item that takes its place)
    """
    return insert(
        SQL(
            """SELECT %(day)s::date, a.company_id, a.account_id, side.item_id, a.partner_id, a.category,
                      a.segment_id, 'transfer', side.sign * SUM(a.amount), %(move)s::int, NULL::int
                 FROM ar_allowance_movement a
                 JOIN (VALUES %(pairs)s) v (old, new) ON v.old = a.item_id
                 CROSS JOIN LATERAL (VALUES (v.old, -1), (v.new, 1)) side (item_id, sign)
                WHERE a.date <= %(day)s
                GROUP BY a.company_id, a.account_id, side.item_id, side.sign, a.partner_id, a.category,
                         a.segment_id
               HAVING SUM(a.amount) <> 0""",
            day=day,
            move=move_id,
            pairs=_pairs(pairs),
        )
    )


def transfers(company_id, partner_id, day, move_id, rows) -> SQL:
    """Return the statement that changes whose allowance it is; the amounts of ``rows`` sum to zero.

    :param rows: (account, item, class, segment, amount)
    """
    return insert(
        SQL(
            """SELECT %s::date, %s, v.account_id::int, v.item_id::int, %s, v.category::varchar,
                      v.segment_id::int, 'transfer', v.amount::numeric, %s::int, NULL::int
                 FROM (VALUES %s) v (account_id, item_id, category, segment_id, amount)""",
            day,
            company_id,
            partner_id,
            move_id,
            SQL(", ").join(SQL("%s", tuple(row)) for row in rows),
        )
    )
