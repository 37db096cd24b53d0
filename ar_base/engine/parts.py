"""What of an open item is disputed, secured or provisioned: amounts per item next to its residual.

A *part* is SQL of (line_id, amount) in the company's currency, never negative, at most the item's residual.
An addon that knows an amount per customer only (an insured limit, an allowance) spreads it with ``spread``.
The parts are joined only where a report asks for them: an aging without them costs what it did.
"""

from odoo.tools import SQL

from .companies import root
from .open_items import aged

PARTS = ('disputed', 'secured', 'provisioned')  # fields of ``ar.open.item``
FLUSHED = {
    'ar.dispute': ['amount', 'closed_on', 'move_id', 'move_line_id', 'opened_on', 'state'],
    'account.move.line': ['move_id', 'partner_id'],
}


def holds(params) -> SQL:
    """Return SQL of (move_id, line_id, amount) that disputes open at D hold; a line only of an instalment."""
    return SQL(
        """
        SELECT d.move_id, CASE WHEN dl.display_type = 'payment_term' THEN dl.id END AS line_id,
               SUM(d.amount) AS amount
          FROM ar_dispute d
          LEFT JOIN account_move_line dl ON dl.id = d.move_line_id
         WHERE COALESCE(d.opened_on, d.create_date::date) <= %(as_of)s
           AND (d.state = 'open' OR d.closed_on > %(as_of)s)
         GROUP BY 1, 2
        """,
        as_of=params.as_of,
    )


def disputed(params) -> SQL:
    """Return the part of each item that disputes open at D hold.

    A dispute opened at D or before counts until the day before it was closed. A dispute of an instalment
    holds that item; a dispute of the invoice, or of one of its products, holds the invoice's items in the
    order of their due dates. What is paid is not disputed: a part is at most what is open.
    """
    return SQL(
        """
        SELECT h.id AS line_id,
               CASE WHEN h.held >= h.open THEN h.residual
                    ELSE ROUND(h.residual * h.held / h.open / c.rounding) * c.rounding END AS amount
          FROM (
            SELECT o.*, o.own + LEAST(o.open - o.own, GREATEST(0, o.whole - (
                   SUM(o.open - o.own) OVER (PARTITION BY o.move_id ORDER BY o.date_maturity, o.id
                                             ROWS UNBOUNDED PRECEDING)
                   - (o.open - o.own)))) AS held
              FROM (
                SELECT a.id, a.move_id, a.date_maturity, a.company_currency_id, a.residual,
                       a.residual_currency AS open,
                       LEAST(a.residual_currency, COALESCE(of_line.amount, 0)) AS own,
                       COALESCE(of_move.amount, 0) AS whole
                  FROM (%(aged)s) a
                  LEFT JOIN (%(holds)s) of_line ON of_line.line_id = a.id
                  LEFT JOIN (%(holds)s) of_move ON of_move.move_id = a.move_id AND of_move.line_id IS NULL
                 WHERE a.residual > 0 AND a.residual_currency > 0
                   AND (of_line.amount > 0 OR of_move.amount > 0)
              ) o
          ) h
          JOIN res_currency c ON c.id = h.company_currency_id
         WHERE h.held > 0
        """,
        aged=aged(params),
        holds=holds(params),
    )


def spread(params, amounts) -> SQL:
    """Return a part that shares ``amounts`` among each customer's open debits, in proportion to what is open.

    The shares of a customer sum to its amount to the cent, or to what is open where that is less.

    :param amounts: SQL of (company_id, partner_id, amount), one row per main company and customer.
    """
    return SQL(
        """
        SELECT s.id AS line_id,
               ROUND(LEAST(s.amount, s.total) * s.upto / s.total / s.rounding) * s.rounding
               - ROUND(LEAST(s.amount, s.total) * (s.upto - s.residual) / s.total / s.rounding) * s.rounding
               AS amount
          FROM (
            SELECT a.id, a.residual, k.amount, c.rounding,
                   SUM(a.residual) OVER party AS total, SUM(a.residual) OVER upto AS upto
              FROM (%(aged)s) a
              JOIN res_company company ON company.id = a.company_id
              JOIN res_currency c ON c.id = a.company_currency_id
              JOIN (%(amounts)s) k ON k.partner_id = a.commercial_partner_id
               AND k.company_id = %(root)s
             WHERE a.residual > 0 AND k.amount > 0
            WINDOW party AS (PARTITION BY k.company_id, a.commercial_partner_id),
                   upto AS (party ORDER BY a.base_date, a.id ROWS UNBOUNDED PRECEDING)
          ) s
        """,
        aged=aged(params),
        amounts=amounts,
        root=root(SQL('company.parent_path')),
    )


def disputing(params) -> SQL:
    """Return SQL of (id): the customers with a dispute open at D, and all their contacts."""
    return SQL(
        """
        SELECT p.id
          FROM res_partner p
         WHERE p.commercial_partner_id IN (
               SELECT rp.commercial_partner_id
                 FROM account_move_line l
                 JOIN res_partner rp ON rp.id = l.partner_id
                WHERE l.move_id IN (SELECT h.move_id FROM (%s) h))
        """,
        holds(params),
    )


def amounts_of(rows) -> SQL:
    """Return SQL of (company_id, partner_id, amount), for ``spread``, from one or more such ``rows``."""
    return SQL(
        'SELECT * FROM (VALUES %s) s (company_id, partner_id, amount)',
        SQL(', ').join(SQL('(%s, %s, %s::numeric)', *row) for row in rows),
    )


def summed(sources) -> SQL:
    """Return SQL, to be joined, of (line_id, amount): one row per item from several sources of a part."""
    return SQL(
        '(SELECT line_id, SUM(amount) AS amount FROM (%s) s GROUP BY line_id)',
        SQL(' UNION ALL ').join(sources),
    )
