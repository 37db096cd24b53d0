"""What orders amount to: ordered, delivered, invoiced."""

from odoo.tools import SQL

from odoo.addons.ar_base.engine import companies

FLUSHED = {
    'sale.order': [
        'partner_invoice_id',
        'company_id',
        'currency_id',
        'commitment_date',
        'currency_rate',
        'credit_remainder_released',
    ],
    'sale.order.line': [
        'order_id',
        'price_total',
        'price_reduce_taxinc',
        'product_uom_qty',
        'qty_delivered',
        'is_downpayment',
        'display_type',
        'invoice_lines',
    ],
    'account.move.line': ['price_total', 'parent_state'],
    'account.move': ['move_type', 'currency_id', 'invoice_currency_rate'],
}


def amounts(orders, also_ids=()) -> SQL:
    """Return SQL of one row for each order of the subquery ``orders`` and each of ``also_ids``.

    (order, commercial partner of the invoice address, root company, currency, delivery date, ordered,
    delivered, invoiced, on draft invoices), in the order's currency. A draft credit note gives nothing back
    yet: while its invoice is an open item, the order is invoiced.

    Each table is entered by the keys found in the one before. Left to join them freely, the planner
    multiplies whole tables while its statistics lag behind (a young database, a bulk load), or compiles a
    query of milliseconds.
    """
    return SQL(
        """
        WITH o AS MATERIALIZED (
            SELECT id, partner_invoice_id, company_id, currency_id, commitment_date, currency_rate,
                   credit_remainder_released
              FROM sale_order WHERE id = ANY(ARRAY(%(orders)s)) OR id IN %(also)s
        ), s AS MATERIALIZED (
            SELECT id, order_id, price_total, price_reduce_taxinc, product_uom_qty, qty_delivered,
                   is_downpayment IS NOT TRUE AND display_type IS NULL AS is_ordered
              FROM sale_order_line WHERE order_id = ANY(ARRAY(SELECT id FROM o))
        ), r AS MATERIALIZED (
            SELECT order_line_id, invoice_line_id FROM sale_order_line_invoice_rel
             WHERE order_line_id = ANY(ARRAY(SELECT id FROM s))
        ), a AS MATERIALIZED (
            SELECT id, move_id, price_total, parent_state FROM account_move_line
             WHERE id = ANY(ARRAY(SELECT invoice_line_id FROM r))
        ), m AS MATERIALIZED (
            SELECT id, move_type, currency_id, invoice_currency_rate FROM account_move
             WHERE id = ANY(ARRAY(SELECT move_id FROM a))
               AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')
        ), ordered AS (
            SELECT order_id, SUM(price_total) AS amount,
                   SUM(CASE WHEN product_uom_qty <> 0 THEN price_total * qty_delivered / product_uom_qty
                            ELSE price_reduce_taxinc * qty_delivered END) AS delivered
              FROM s WHERE is_ordered GROUP BY order_id
        ), invoiced AS (
            SELECT o.id AS order_id,
                   SUM(x.amount) FILTER (WHERE a.parent_state = 'posted') AS posted,
                   SUM(x.amount) FILTER (
                       WHERE a.parent_state = 'draft' AND m.move_type <> 'out_refund') AS draft
              FROM r
              JOIN s ON s.id = r.order_line_id
              JOIN o ON o.id = s.order_id
              JOIN a ON a.id = r.invoice_line_id
              JOIN m ON m.id = a.move_id
             CROSS JOIN LATERAL (SELECT
                CASE WHEN m.move_type = 'out_refund' THEN -a.price_total ELSE a.price_total END
                * CASE WHEN m.currency_id = o.currency_id THEN 1
                       ELSE o.currency_rate / NULLIF(m.invoice_currency_rate, 0) END AS amount) x
             GROUP BY o.id
        )
        SELECT o.id, p.commercial_partner_id, %(root)s, o.currency_id,
               o.commitment_date::date,
               CASE WHEN o.credit_remainder_released THEN 0 ELSE COALESCE(ordered.amount, 0) END,
               COALESCE(ordered.delivered, 0),
               COALESCE(invoiced.posted, 0), COALESCE(invoiced.draft, 0)
          FROM o
          JOIN res_partner p ON p.id = o.partner_invoice_id
          JOIN res_company c ON c.id = o.company_id
          LEFT JOIN ordered ON ordered.order_id = o.id
          LEFT JOIN invoiced ON invoiced.order_id = o.id
        """,
        orders=orders,
        root=companies.root(SQL('c.parent_path')),
        also=tuple(also_ids) or (0,),
    )
