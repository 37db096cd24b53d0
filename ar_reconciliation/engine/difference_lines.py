"""Differences of order lines: per type a condition and an amount, over the facts of a line.

The facts: ``qty``, ``delivered``, ``net_qty`` (invoiced less credited), ``credited`` quantities in the
order's unit; ``unit``, ``unit_untaxed`` per unit ordered and ``tax_rate``; ``net_untaxed``, ``net_tax`` and
``net_company`` invoiced; ``rate`` (order currency per company currency); days since the delivery and since
the first invoice.
"""

from odoo.tools import SQL

from ..rules.differences import codes
from .difference_limits import Limits

EPSILON = SQL('0.000001')

# What each type amounts to, in company currency.
AMOUNTS = {
    'currency_gap': SQL('f.net_company - f.net_qty * f.unit / f.rate'),
    'tax_gap': SQL('(f.net_tax - f.net_untaxed * f.tax_rate) / f.rate'),
    'price_gap': SQL('(f.net_untaxed - f.net_qty * f.unit_untaxed) * (1 + f.tax_rate) / f.rate'),
    'quantity_gap': SQL('(f.net_qty - f.qty) * f.unit / f.rate'),
    'credit_without_return': SQL('LEAST(f.credited, f.delivered - f.net_qty) * f.unit / f.rate'),
    'delivered_not_invoiced': SQL('(f.delivered - f.net_qty) * f.unit / f.rate'),
    'invoiced_not_delivered': SQL('(f.net_qty - f.delivered) * f.unit / f.rate'),
}


def currency_gap(limits: Limits) -> SQL:
    return SQL('f.is_foreign')


def tax_gap(limits: Limits) -> SQL:
    return _exceeds('tax_gap', limits)


def price_gap(limits: Limits) -> SQL:
    return _exceeds('price_gap', limits)


def quantity_gap(limits: Limits) -> SQL:
    return SQL('f.net_qty > f.qty + %s AND %s', EPSILON, _exceeds('quantity_gap', limits))


def credit_without_return(limits: Limits) -> SQL:
    exceeds = _exceeds('credit_without_return', limits)
    return SQL('f.credited > 0 AND f.delivered > f.net_qty + %s AND %s', EPSILON, exceeds)


def delivered_not_invoiced(limits: Limits) -> SQL:
    return SQL(
        'f.delivered > f.net_qty + %s AND f.days_delivered > %s AND %s',
        EPSILON,
        limits.days_to_invoice,
        _exceeds('delivered_not_invoiced', limits),
    )


def invoiced_not_delivered(limits: Limits) -> SQL:
    return SQL(
        'f.by_delivery AND f.net_qty > f.delivered + %s AND f.days_invoiced > %s AND %s',
        EPSILON,
        limits.days_to_deliver,
        _exceeds('invoiced_not_delivered', limits),
    )


def _exceeds(code: str, limits: Limits) -> SQL:
    return SQL('ABS(%s) > %s', AMOUNTS[code], limits.amount)


# When a line has a difference of a type.
CONDITIONS = {
    rule.__name__: rule
    for rule in (
        currency_gap,
        tax_gap,
        price_gap,
        quantity_gap,
        credit_without_return,
        delivered_not_invoiced,
        invoiced_not_delivered,
    )
}


def rows(limits: Limits, delivered_on: SQL) -> SQL:
    """Return the differences of order lines; a line has one at most.

    :param delivered_on: the moment of the first delivery of the order ``o``.
    """
    rules = [(code, CONDITIONS[code](limits), AMOUNTS[code]) for code in codes('line')]
    return SQL(
        """
        SELECT d.code, d.company_id, d.code || ':line:' || d.line_id AS source_key, d.order_id,
               d.line_id AS order_line_id,
               d.move_id, NULL::int AS move_line_id, d.partner_id, d.salesperson_id, d.team_id, d.date,
               d.amount
          FROM (SELECT f.*, CASE %(codes)s END AS code, CASE %(amounts)s END AS amount,
                       CASE WHEN f.net_qty < f.delivered THEN f.delivered_on ELSE f.last_invoice END AS date
                  FROM (%(facts)s) f) d
         WHERE d.code IS NOT NULL
        """,
        codes=SQL(' ').join(SQL('WHEN %s THEN %s', condition, code) for code, condition, _amount in rules),
        amounts=SQL(' ').join(
            SQL('WHEN %s THEN %s', condition, amount) for _code, condition, amount in rules
        ),
        facts=_facts(limits, delivered_on),
    )


def _facts(limits: Limits, delivered_on: SQL) -> SQL:
    return SQL(
        """
        SELECT l.id AS line_id, o.id AS order_id, l.company_id, ip.commercial_partner_id AS partner_id,
               o.user_id AS salesperson_id,
               o.team_id, l.product_uom_qty AS qty, l.qty_delivered AS delivered,
               l.price_total / NULLIF(l.product_uom_qty, 0) AS unit,
               l.price_subtotal / NULLIF(l.product_uom_qty, 0) AS unit_untaxed,
               COALESCE(l.price_tax::numeric / NULLIF(l.price_subtotal, 0), 0) AS tax_rate,
               COALESCE(NULLIF(o.currency_rate, 0), 1)::numeric AS rate,
               pt.type = 'consu' OR pt.invoice_policy = 'delivery' AS by_delivery,
               COALESCE(%(effective)s, o.date_order)::date AS delivered_on,
               %(as_of)s::date - COALESCE(%(effective)s, o.date_order)::date AS days_delivered,
               COALESCE(i.net_qty, 0) AS net_qty, COALESCE(i.credited, 0) AS credited,
               COALESCE(i.is_foreign, FALSE) AS is_foreign,
               COALESCE(i.net_untaxed, 0) AS net_untaxed, COALESCE(i.net_tax, 0) AS net_tax,
               COALESCE(i.net_company, 0) AS net_company,
               i.last_invoice, %(as_of)s::date - i.first_invoice AS days_invoiced, i.move_id
          FROM sale_order_line l
          JOIN sale_order o ON o.id = l.order_id
          JOIN res_partner ip ON ip.id = o.partner_invoice_id
          LEFT JOIN product_product pp ON pp.id = l.product_id
          LEFT JOIN product_template pt ON pt.id = pp.product_tmpl_id
          LEFT JOIN (%(invoiced)s) i ON i.line_id = l.id
         WHERE o.state = 'sale' AND l.display_type IS NULL AND l.is_downpayment IS NOT TRUE
           AND l.company_id IN %(companies)s AND %(since)s
           AND (l.qty_delivered <> 0 OR i.line_id IS NOT NULL)
        """,
        effective=delivered_on,
        as_of=limits.as_of,
        invoiced=_invoiced(limits),
        companies=limits.company_ids,
        since=limits.since(SQL('o.date_order')),
    )


def _invoiced(limits: Limits) -> SQL:
    """Invoiced less credited per order line. Credit notes count negative."""
    return SQL(
        """
        SELECT b.line_id, SUM(b.sign * b.quantity) AS net_qty,
               SUM(b.quantity) FILTER (WHERE b.sign < 0) AS credited,
               SUM(b.sign * b.untaxed) AS net_untaxed, SUM(b.sign * b.tax) AS net_tax,
               SUM(b.sign * b.company_total) AS net_company,
               BOOL_OR(b.is_foreign AND NOT b.reversed) AS is_foreign,
               MIN(b.date) FILTER (WHERE b.sign > 0) AS first_invoice,
               MAX(b.date) FILTER (WHERE b.sign > 0) AS last_invoice,
               MAX(b.move_id) FILTER (WHERE b.sign > 0 AND NOT b.reversed) AS move_id
          FROM (
            SELECT r.order_line_id AS line_id, m.id AS move_id, m.date,
                   CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END AS sign,
                   x.quantity * COALESCE(xu.factor / NULLIF(lu.factor, 0), 1) AS quantity,
                   x.price_subtotal AS untaxed,
                   x.price_total - x.price_subtotal AS tax,
                   x.price_total * ABS(m.amount_total_signed) / NULLIF(m.amount_total, 0) AS company_total,
                   m.currency_id <> l.currency_id AND m.move_type <> 'out_refund' AS is_foreign,
                   COALESCE(m.payment_state, '') = 'reversed' AS reversed
              FROM sale_order_line_invoice_rel r
              JOIN sale_order_line l ON l.id = r.order_line_id
              JOIN account_move_line x ON x.id = r.invoice_line_id
              JOIN account_move m ON m.id = x.move_id
              LEFT JOIN uom_uom xu ON xu.id = x.product_uom_id
              LEFT JOIN uom_uom lu ON lu.id = l.product_uom_id
             WHERE m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_receipt', 'out_refund')
               AND m.company_id IN %s
          ) b
         GROUP BY b.line_id
        """,
        limits.company_ids,
    )
