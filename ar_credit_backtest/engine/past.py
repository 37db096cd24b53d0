"""The facts of the past that a back-test replays: a fixed number of queries, however many orders there are.

All amounts are in company currency at the documents' own rates, tax included. The customer of an order is the
commercial partner of its invoice address; a company stands for its whole tree of branches. The columns are
those of ``rules.history``.
"""

from datetime import date, timedelta
from typing import NamedTuple

from odoo.tools import SQL

from odoo.addons.ar_base.engine import accounts


class Period(NamedTuple):
    """Which orders are judged: those that a company and its branches confirmed from ``first`` to ``last``.

    ``company_id`` is a root; ``tz`` is the zone in which an order's confirmation has its day.
    """

    company_id: int
    first: date
    last: date
    tz: str = 'UTC'


def _root(column) -> SQL:
    return SQL("(SELECT split_part(c.parent_path, '/', 1)::int FROM res_company c WHERE c.id = %s)", column)


def _partners(ids) -> SQL:
    return SQL("ANY(ARRAY(SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%s)))", list(ids))


def _day(period, column) -> SQL:
    return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", column, period.tz)


def customers(period) -> SQL:
    """Return the ids of the commercial partners that confirmed an order in the period."""
    return SQL(
        """
        SELECT DISTINCT p.commercial_partner_id
          FROM sale_order o
          JOIN res_partner p ON p.id = o.partner_invoice_id
         WHERE o.state = 'sale' AND %(root)s = %(company)s AND o.date_order >= %(first)s::date - 1
           AND %(day)s BETWEEN %(first)s AND %(last)s
        """,
        root=_root(SQL('o.company_id')),
        company=period.company_id,
        day=_day(period, SQL('o.date_order')),
        first=period.first,
        last=period.last,
    )


def orders(period, partner_ids) -> SQL:
    """Return the customers' orders that can weigh on a day of the period, as confirmed: ``OrderRow``."""
    return SQL(
        """
        WITH o AS MATERIALIZED (
            SELECT o.*, p.commercial_partner_id AS customer_id
              FROM sale_order o
              JOIN res_partner p ON p.id = o.partner_invoice_id
             WHERE o.state = 'sale' AND %(root)s = %(company)s
               AND p.commercial_partner_id = ANY(%(partners)s) AND %(day)s <= %(last)s
               AND (o.date_order >= %(first)s::date - 1 OR o.invoice_status <> 'invoiced' OR EXISTS (
                    SELECT 1 FROM sale_order_line s
                      JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = s.id
                      JOIN account_move_line a ON a.id = rel.invoice_line_id AND a.date >= %(first)s
                     WHERE s.order_id = o.id))
        )
        SELECT o.id, o.name, o.customer_id, o.user_id, %(day)s, o.commitment_date::date,
               o.amount_total / %(rate)s, COALESCE(l.ordered, 0) / %(rate)s, COALESCE(l.discount, 0),
               o.payment_term_id, o.invoice_status = 'invoiced'
          FROM o
          LEFT JOIN (
            SELECT s.order_id, SUM(s.price_total) AS ordered, MAX(s.discount) AS discount
              FROM sale_order_line s
             WHERE s.order_id IN (SELECT id FROM o) AND s.is_downpayment IS NOT TRUE
               AND s.display_type IS NULL
             GROUP BY s.order_id
          ) l ON l.order_id = o.id
         ORDER BY o.date_order, o.id
        """,
        root=_root(SQL('o.company_id')),
        company=period.company_id,
        partners=list(partner_ids),
        day=_day(period, SQL('o.date_order')),
        first=period.first,
        last=period.last,
        rate=SQL('COALESCE(NULLIF(o.currency_rate, 0), 1)'),
    )


def invoiced(order_ids) -> SQL:
    """Return what posted documents invoice of the orders: ``BillRow``.

    The day is the entry's accounting date: on this day the receivable takes the place of the order.
    """
    return SQL(
        """
        WITH s AS MATERIALIZED (
            SELECT id, order_id FROM sale_order_line WHERE order_id = ANY(%(orders)s)
        ), r AS MATERIALIZED (
            SELECT s.order_id, rel.invoice_line_id
              FROM sale_order_line_invoice_rel rel JOIN s ON s.id = rel.order_line_id
        ), a AS MATERIALIZED (
            SELECT id, move_id, price_total FROM account_move_line
             WHERE id = ANY(ARRAY(SELECT invoice_line_id FROM r)) AND parent_state = 'posted'
        )
        SELECT r.order_id, m.id, m.date,
               SUM(CASE WHEN m.move_type = 'out_refund' THEN -a.price_total ELSE a.price_total END
                   / CASE WHEN m.currency_id = o.currency_id THEN COALESCE(NULLIF(o.currency_rate, 0), 1)
                          ELSE COALESCE(NULLIF(m.invoice_currency_rate, 0), 1) END),
               SUM(a.price_total) / NULLIF(m.amount_total, 0)
          FROM r
          JOIN a ON a.id = r.invoice_line_id
          JOIN account_move m ON m.id = a.move_id
           AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
          JOIN sale_order o ON o.id = r.order_id
         GROUP BY r.order_id, m.id
         ORDER BY m.date, m.id
        """,
        orders=list(order_ids),
    )


def items(period, partner_ids) -> SQL:
    """Return the receivables and bills that can be open on a day of the period: ``ItemRow``."""
    return SQL(
        """
        SELECT l.id, l.move_id, p.commercial_partner_id, l.date, COALESCE(l.date_maturity, l.date), l.balance,
               l.amount_currency, %(kind)s = 'bill', m.move_type IN ('out_invoice', 'out_receipt')
          FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id
          JOIN account_move m ON m.id = l.move_id
          JOIN res_partner p ON p.id = l.partner_id
         WHERE l.parent_state = 'posted'
           AND l.partner_id = %(partners)s
           AND %(root)s = %(company)s
           AND %(receivable)s
           AND (l.reconciled IS NOT TRUE OR l.date >= %(first)s OR EXISTS (
                SELECT 1 FROM account_partial_reconcile r
                 WHERE r.debit_move_id = l.id AND r.max_date >= %(first)s
                UNION ALL
                SELECT 1 FROM account_partial_reconcile r
                 WHERE r.credit_move_id = l.id AND r.max_date >= %(first)s))
         ORDER BY l.date, l.id
        """,
        partners=_partners(partner_ids),
        root=_root(SQL('l.company_id')),
        company=period.company_id,
        first=period.first,
        kind=accounts.kind('a'),
        receivable=accounts.receivable('a', *accounts.AT_RISK),
    )


def matches(line_ids) -> SQL:
    """Return (line id, effective day, amount taken off, kind: ``rules.outcome.Settlement``) of each match.

    A match with an entry that is not posted is no match (``ar_base.engine.open_items``, rule 2). Written off
    is what is matched with an entry, no payment, that debits an expense or an allowance: an account of
    current assets that nothing is reconciled on.
    """
    return SQL(
        """
        WITH x AS MATERIALIZED (
            SELECT r.debit_move_id AS line_id, r.max_date, r.amount, r.credit_move_id AS other_id
              FROM account_partial_reconcile r WHERE r.debit_move_id = ANY(%(lines)s)
            UNION ALL
            SELECT r.credit_move_id, r.max_date, -r.amount, r.debit_move_id
              FROM account_partial_reconcile r WHERE r.credit_move_id = ANY(%(lines)s)
        ), lost AS MATERIALIZED (
            SELECT DISTINCT w.move_id
              FROM account_move_line w
              JOIN account_account a ON a.id = w.account_id
             WHERE w.move_id = ANY(ARRAY(SELECT l.move_id FROM account_move_line l
                                          WHERE l.id = ANY(ARRAY(SELECT other_id FROM x))
                                            AND l.payment_id IS NULL AND l.statement_line_id IS NULL))
               AND w.balance > 0
               AND (a.account_type LIKE 'expense%%' OR a.account_type = 'asset_current'
                    AND a.reconcile IS NOT TRUE AND %(kind)s IS NULL)
        )
        SELECT x.line_id, x.max_date, x.amount,
               CASE WHEN m.move_type = 'out_refund' THEN 'credited'
                    WHEN m.move_type <> 'entry' OR o.payment_id IS NOT NULL OR o.statement_line_id IS NOT NULL
                    THEN 'paid'
                    WHEN m.journal_id = c.currency_exchange_journal_id THEN 'adjusted'
                    WHEN m.id IN (SELECT move_id FROM lost) THEN 'written_off'
                    ELSE 'paid' END
          FROM x
          JOIN account_move_line o ON o.id = x.other_id AND o.parent_state = 'posted'
          JOIN account_move m ON m.id = o.move_id
          JOIN res_company c ON c.id = m.company_id
         ORDER BY x.max_date
        """,
        lines=list(line_ids),
        kind=accounts.kind('a'),
    )


def sales(period, partner_ids) -> SQL:
    """Return (customer, year, month, invoiced less credited) of the year before the period up to its end."""
    return SQL(
        """
        SELECT m.commercial_partner_id, EXTRACT(YEAR FROM m.date)::int, EXTRACT(MONTH FROM m.date)::int,
               SUM(m.amount_total_signed)
          FROM account_move m
         WHERE m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
           AND m.commercial_partner_id = ANY(%(partners)s) AND %(root)s = %(company)s
           AND m.date BETWEEN %(first)s AND %(last)s
         GROUP BY 1, 2, 3
        """,
        partners=list(partner_ids),
        root=_root(SQL('m.company_id')),
        company=period.company_id,
        first=period.first - timedelta(days=400),
        last=period.last,
    )


def payments(period, partner_ids) -> SQL:
    """Return (customer, day) of the customers' payments in the books."""
    return SQL(
        """
        SELECT DISTINCT p.commercial_partner_id, l.date
          FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id AND %(receivable)s
          JOIN res_partner p ON p.id = l.partner_id
         WHERE l.parent_state = 'posted' AND l.balance < 0
           AND (l.payment_id IS NOT NULL OR l.statement_line_id IS NOT NULL)
           AND l.partner_id = %(partners)s
           AND %(root)s = %(company)s
        """,
        partners=_partners(partner_ids),
        root=_root(SQL('l.company_id')),
        company=period.company_id,
        receivable=accounts.receivable('a'),
    )


def disputes(entry_ids) -> SQL:
    """Return (entry id, opened on, closed on or None, disputed amount in the entry's currency)."""
    return SQL(
        """
        SELECT d.move_id, COALESCE(d.opened_on, d.create_date::date),
               CASE WHEN d.state <> 'open' THEN d.closed_on END, d.amount
          FROM ar_dispute d
         WHERE d.move_id = ANY(%s) AND (d.state = 'open' OR d.closed_on IS NOT NULL)
        """,
        list(entry_ids),
    )
