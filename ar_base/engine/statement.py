"""What moved in a customer's account between two dates: opening + movements = closing in every currency.

Rules
-----
1. A movement is a posted entry on a receivable account, summed by entry and currency. An entry that moves
   nothing in its currency (an exchange difference) is none.
2. A match that counts (see ``open_items``) between lines of two currencies, or with a line of another
   customer, settles unequal amounts: it moves what it takes in one currency and gives in the other. Inside
   one customer and currency a match moves nothing.
3. Hence, per customer and currency, the movements from D1 to D2 are residual(D2) - residual(D1 - 1 day).
"""

from odoo.tools import SQL

from .open_items import accounts_condition


def movements(params, date_from, company_ids) -> SQL:
    """Return SQL of (commercial_partner_id, currency_id, date, move_id, matched, amount), rules 1 and 2.

    :param params: ``open_items.Parameters``; ``as_of`` is the last day, ``partner_ids`` the contacts.
    :param date_from: the first day.
    :param company_ids: the companies of the tree.
    """
    values = {
        'partners': tuple(params.partner_ids or (0,)),
        'companies': tuple(company_ids),
        'date_from': date_from,
        'date_to': params.as_of,
        'accounts': accounts_condition(params, SQL('l.account_id')),
    }
    return SQL(
        """
        SELECT rp.commercial_partner_id, t.currency_id, t.date, t.move_id, t.matched, SUM(t.amount) AS amount
          FROM (%(entries)s UNION ALL %(matches)s) t
          JOIN res_partner rp ON rp.id = t.partner_id
         GROUP BY 1, 2, 3, 4, 5, t.match_id
        HAVING SUM(t.amount) <> 0
         ORDER BY t.date, t.matched, t.move_id
        """,
        entries=_entries(values),
        matches=_matches(values),
    )


def _entries(values) -> SQL:
    return SQL(
        """
        SELECT l.partner_id, l.currency_id, l.date, l.move_id, FALSE AS matched, NULL::int AS match_id,
               l.amount_currency AS amount
          FROM account_move_line l
         WHERE l.parent_state = 'posted' AND l.partner_id IN %(partners)s AND l.company_id IN %(companies)s
           AND l.date BETWEEN %(date_from)s AND %(date_to)s AND %(accounts)s
        """,
        **values,
    )


def _matches(values) -> SQL:
    return SQL(
        """
        SELECT l.partner_id, l.currency_id, side.max_date, o.move_id, TRUE, side.id, side.amount
          FROM account_move_line l
          JOIN LATERAL (
                SELECT p.id, p.max_date, p.credit_move_id AS other_id, -p.debit_amount_currency AS amount
                  FROM account_partial_reconcile p WHERE p.debit_move_id = l.id
                UNION ALL
                SELECT p.id, p.max_date, p.debit_move_id, p.credit_amount_currency
                  FROM account_partial_reconcile p WHERE p.credit_move_id = l.id
               ) side ON side.max_date BETWEEN %(date_from)s AND %(date_to)s
          JOIN account_move_line o ON o.id = side.other_id AND o.parent_state = 'posted'
          LEFT JOIN res_partner lp ON lp.id = l.partner_id
          LEFT JOIN res_partner op ON op.id = o.partner_id
         WHERE l.parent_state = 'posted' AND l.partner_id IN %(partners)s AND l.company_id IN %(companies)s
           AND %(accounts)s
           AND (o.currency_id <> l.currency_id
                OR op.commercial_partner_id IS DISTINCT FROM lp.commercial_partner_id
                OR o.company_id NOT IN %(companies)s)
        """,
        **values,
    )
