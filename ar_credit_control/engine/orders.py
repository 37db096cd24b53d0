"""What confirmed orders weigh: delivered and on no invoice, and neither delivered nor invoiced.

Per line, in the order's currency, tax included:

    invoiced       = on posted invoices less credit notes, and on draft invoices, of the order's customer
    not invoiced   = max(delivered - invoiced, 0)
    open           = max(ordered - max(delivered, invoiced), 0)
    taken off      = min(ordered - invoiced, 0), of a line with a negative amount (a discount) and of a down
                     payment, which is ordered with 0

What is taken off lowers the open part of the order first, then what was delivered: neither falls below 0. A
draft credit note gives nothing back yet: while its invoice is an open item, the order is invoiced. A line
delivered without having been ordered is weighed at its price with its percentage taxes. Of an order paid in
advance, and of one whose remainder was released, nothing is open.

All of it is read from fields that no user writes: see ``models/sale_order_line.py``.
"""

from odoo.tools import SQL

from .scope import NOTHING

FLUSHED = {
    'sale.order': [
        'state',
        'invoice_status',
        'partner_invoice_id',
        'company_id',
        'currency_id',
        'currency_rate',
        'commitment_date',
        'payment_term_id',
        'credit_remainder_released',
    ],
    'sale.order.line': [
        'order_id',
        'price_total',
        'price_unit',
        'discount',
        'tax_ids',
        'product_uom_qty',
        'qty_delivered',
        'is_downpayment',
        'invoice_lines',
    ],
    'account.move.line': ['price_total', 'parent_state', 'move_id'],
    'account.move': ['move_type', 'currency_id', 'invoice_currency_rate', 'commercial_partner_id'],
    'account.payment.term': ['ar_prepayment'],
    'account.tax': ['amount', 'amount_type', 'price_include_override'],
    'res.company': ['account_price_include'],
    'res.partner': ['commercial_partner_id'],
}


def _lines(elsewhere) -> SQL:
    """Sum up the lines ``s`` of the order ``o`` of the customer ``p``.

    Which invoices count is one CASE: PostgreSQL would compare an OR with every partial index of the journal
    items, which takes longer than reading the order.

    :param elsewhere: SQL of what other documents than invoices bill of a line.
    """
    return SQL(
        """
        SELECT SUM(GREATEST(x.delivered - x.invoiced, 0)) FILTER (WHERE NOT x.is_taken_off) AS not_invoiced,
               SUM(GREATEST(x.ordered - GREATEST(x.delivered, x.invoiced), 0))
                   FILTER (WHERE NOT x.is_taken_off) AS remaining,
               SUM(LEAST(x.ordered - x.invoiced, 0)) FILTER (WHERE x.is_taken_off) AS taken_off
          FROM (
            SELECT s.price_total AS ordered, COALESCE(i.amount, 0) + %s AS invoiced,
                   s.price_total < 0 OR (s.is_downpayment IS TRUE AND s.product_uom_qty = 0) AS is_taken_off,
                   CASE WHEN s.qty_delivered IS NULL OR s.qty_delivered = 0 THEN 0
                        WHEN s.product_uom_qty <> 0 THEN s.price_total * s.qty_delivered / s.product_uom_qty
                        ELSE s.price_unit * (1 - COALESCE(s.discount, 0) / 100) * s.qty_delivered * (
                            SELECT 1 + COALESCE(SUM(t.amount), 0) / 100
                              FROM account_tax_sale_order_line_rel st
                              JOIN account_tax t ON t.id = st.account_tax_id
                              JOIN res_company tc ON tc.id = t.company_id
                             WHERE st.sale_order_line_id = s.id AND t.amount_type = 'percent'
                               AND COALESCE(t.price_include_override, tc.account_price_include)
                                   IS DISTINCT FROM 'tax_included')
                        END AS delivered
              FROM sale_order_line s
              LEFT JOIN LATERAL (
                SELECT SUM(CASE WHEN m.move_type = 'out_refund' THEN -a.price_total ELSE a.price_total END
                           * CASE WHEN m.currency_id = o.currency_id THEN 1
                                  ELSE o.currency_rate / NULLIF(m.invoice_currency_rate, 0) END) AS amount
                  FROM sale_order_line_invoice_rel r
                  JOIN account_move_line a ON a.id = r.invoice_line_id
                  JOIN account_move m ON m.id = a.move_id
                 WHERE r.order_line_id = s.id AND m.commercial_partner_id = p.commercial_partner_id
                   AND CASE a.parent_state
                            WHEN 'posted' THEN m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                            WHEN 'draft' THEN m.move_type IN ('out_invoice', 'out_receipt')
                            ELSE FALSE END
              ) i ON TRUE
             WHERE s.order_id = o.id AND s.display_type IS NULL
            OFFSET 0
          ) x
        """,
        elsewhere,
    )


def documents(scope) -> SQL:
    """Return SQL of the parts of each confirmed order that is not wholly invoiced, as in ``exposure``.

    Only the open part is cut by the horizon.
    """
    company = SQL('o.company_id')
    return SQL(
        """
        SELECT w.partner_id, w.company_id, part.component, w.id AS res_id, w.due, w.currency_id, part.amount,
               0 AS balance, 0 AS disputed
          FROM (
            SELECT p.commercial_partner_id AS partner_id, %(root)s AS company_id, o.id, o.currency_id,
                   o.commitment_date::date AS due, o.commitment_date::date > %(last_day)s AS is_beyond,
                   COALESCE(w.not_invoiced, 0) AS not_invoiced,
                   COALESCE(w.taken_off, 0) AS taken_off,
                   CASE WHEN o.credit_remainder_released IS TRUE OR term.ar_prepayment IS TRUE THEN 0
                        ELSE COALESCE(w.remaining, 0) END AS remaining
              FROM sale_order o
              %(customer)s
              LEFT JOIN account_payment_term term ON term.id = o.payment_term_id
             CROSS JOIN LATERAL (%(lines)s) w
             WHERE o.state = 'sale' AND o.invoice_status IS DISTINCT FROM 'invoiced'
               AND %(partners)s AND %(companies)s AND o.id NOT IN %(without)s
            OFFSET 0
          ) w
         CROSS JOIN LATERAL (VALUES
            ('delivered_not_invoiced', GREATEST(w.not_invoiced + LEAST(w.remaining + w.taken_off, 0), 0)),
            ('open_orders', CASE WHEN w.is_beyond THEN 0
                                 ELSE GREATEST(w.remaining + w.taken_off, 0) END)
         ) part (component, amount)
         WHERE part.amount <> 0
        """,
        root=scope.root(company),
        customer=scope.customer(SQL('o.partner_invoice_id')),
        lines=_lines(scope.elsewhere),
        last_day=scope.last_day(company),
        partners=scope.is_contact(SQL('o.partner_invoice_id')),
        companies=scope.is_company(company),
        without=scope.without or (0,),
    )


def weights(order_ids, elsewhere=NOTHING) -> SQL:
    """Return SQL of (order, what it weighs in its currency), whatever its state, terms of payment or horizon.

    That is what an order adds when it is judged.
    """
    return SQL(
        """
        SELECT o.id,
               GREATEST(
                   CASE WHEN o.credit_remainder_released IS TRUE THEN 0 ELSE COALESCE(w.remaining, 0) END
                   + COALESCE(w.not_invoiced, 0) + COALESCE(w.taken_off, 0), 0)
          FROM sale_order o
          JOIN res_partner p ON p.id = o.partner_invoice_id
         CROSS JOIN LATERAL (%s) w
         WHERE o.id IN %s
        """,
        _lines(elsewhere),
        tuple(order_ids),
    )


def delivered(order_ids, elsewhere=NOTHING) -> SQL:
    """Return SQL of (order, what was delivered of it and stands on no invoice, in its currency)."""
    return SQL(
        """
        SELECT o.id, GREATEST(COALESCE(w.not_invoiced, 0) + COALESCE(w.taken_off, 0), 0)
          FROM sale_order o
          JOIN res_partner p ON p.id = o.partner_invoice_id
         CROSS JOIN LATERAL (%s) w
         WHERE o.id IN %s
        """,
        _lines(elsewhere),
        tuple(order_ids),
    )
