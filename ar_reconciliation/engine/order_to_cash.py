"""One row per order line, from the order to the money: what the model ``ar.order.to.cash`` reads.

Rules
-----
1. Lines of confirmed orders placed by D, and of cancelled ones that have an invoice. Sections and notes are
   none.
2. Invoiced, credited: lines of posted invoices and credit notes of the order line, dated D or before, tax
   included. What a down payment invoices is deducted again by the final invoice, on the down payment's own
   line: an order never counts twice.
3. Outstanding, overdue, collected: the invoice's own amount at D, shared among its lines in proportion to
   their totals. Shares are not rounded, so that the lines of an invoice sum to the invoice.
4. invoiced - credited - collected - settled otherwise = outstanding. *Otherwise* is a loss, an exchange
   difference, a credit note that does not name the order, or a clearing entry.
5. Quantities delivered are those of now: Odoo keeps no history of them without the stock app.
"""

from datetime import date, datetime

from odoo.tools import SQL

from .settlement import SALES, Condition, settled

FLUSHED = {
    'sale.order': [
        'company_id',
        'currency_id',
        'currency_rate',
        'date_order',
        'invoice_status',
        'partner_id',
        'partner_invoice_id',
        'state',
        'team_id',
        'user_id',
    ],
    'sale.order.line': [
        'company_id',
        'display_type',
        'invoice_lines',
        'invoice_status',
        'is_downpayment',
        'name',
        'order_id',
        'price_total',
        'product_id',
        'product_uom_id',
        'product_uom_qty',
        'qty_delivered',
        'state',
    ],
    'account.move.line': ['price_total', 'quantity', 'product_uom_id'],
    'account.move': ['currency_id'],
    'product.product': ['product_tmpl_id'],
    'product.template': ['categ_id'],
    'uom.uom': ['factor'],
}

# What comes next, of line l of order o with invoices i.
STAGE = SQL("""
               CASE WHEN i.overdue > 0 THEN 'overdue'
                    WHEN i.outstanding > 0 THEN 'to_collect'
                    WHEN o.state = 'cancel' THEN 'done'
                    WHEN l.qty_delivered > COALESCE(i.qty_net, 0) THEN 'to_invoice'
                    WHEN l.product_uom_qty > l.qty_delivered AND l.product_uom_qty > COALESCE(i.qty_net, 0)
                    THEN 'to_deliver'
                    ELSE 'done' END""")


def order_lines(as_of: date, until: datetime, is_loss: Condition, delivered_on: SQL) -> SQL:
    """Return the rows.

    :param as_of: D, inclusive.
    :param until: the first moment (UTC) after D in the reader's time zone: orders placed before it count.
    :param is_loss: see ``settlement.nature``.
    :param delivered_on: the moment of the first delivery of the order ``o``.
    """
    return SQL(
        """
        SELECT l.id, l.id AS order_line_id, l.order_id, l.company_id, c.currency_id,
               o.currency_id AS order_currency_id, l.product_id, pt.categ_id,
               op.commercial_partner_id AS partner_id, ip.commercial_partner_id AS invoice_partner_id,
               o.user_id AS salesperson_id, o.team_id, o.state, o.date_order,
               %(effective)s AS date_delivered, l.name,
               l.is_downpayment, l.product_uom_id AS uom_id,
               l.product_uom_qty AS qty_ordered, l.qty_delivered, COALESCE(i.qty_invoiced, 0) AS qty_invoiced,
               COALESCE(i.qty_credited, 0) AS qty_credited,
               l.price_total AS ordered_currency, v.ordered,
               CASE WHEN l.product_uom_qty <> 0
                    THEN v.ordered * l.qty_delivered / l.product_uom_qty ELSE 0 END AS delivered,
               COALESCE(i.invoiced, 0) AS invoiced, COALESCE(i.credited, 0) AS credited,
               COALESCE(i.collected, 0) AS collected,
               COALESCE(i.invoiced - i.credited - i.collected - i.outstanding, 0) AS settled_other,
               COALESCE(i.outstanding, 0) AS outstanding, COALESCE(i.overdue, 0) AS overdue,
               COALESCE(i.invoice_count, 0) AS invoice_count, i.first_invoice_date, i.last_invoice_date,
               i.last_payment_date,
               %(stage)s AS stage
          FROM sale_order_line l
          JOIN sale_order o ON o.id = l.order_id
          JOIN res_company c ON c.id = l.company_id
          JOIN res_currency cc ON cc.id = c.currency_id
          JOIN res_partner op ON op.id = o.partner_id
          JOIN res_partner ip ON ip.id = o.partner_invoice_id
          LEFT JOIN product_product pp ON pp.id = l.product_id
          LEFT JOIN product_template pt ON pt.id = pp.product_tmpl_id
          CROSS JOIN LATERAL (
            SELECT ROUND((l.price_total / COALESCE(NULLIF(o.currency_rate, 0), 1) / cc.rounding)::numeric)
                   * cc.rounding AS ordered) v
          LEFT JOIN LATERAL %(invoices)s i ON TRUE
         WHERE o.date_order < %(until)s AND l.display_type IS NULL
           AND (o.state = 'sale' OR o.state = 'cancel' AND EXISTS (
                SELECT FROM sale_order_line_invoice_rel r WHERE r.order_line_id = l.id))
        """,
        effective=delivered_on,
        invoices=_invoices(as_of, is_loss),
        stage=STAGE,
        until=until,
    )


def _invoices(as_of: date, is_loss: Condition) -> SQL:
    return SQL(
        """
        (SELECT SUM(CASE WHEN b.is_refund THEN -b.quantity ELSE b.quantity END) AS qty_net,
                SUM(b.quantity) FILTER (WHERE NOT b.is_refund) AS qty_invoiced,
                SUM(b.quantity) FILTER (WHERE b.is_refund) AS qty_credited,
                COALESCE(SUM(b.total) FILTER (WHERE NOT b.is_refund), 0) AS invoiced,
                COALESCE(SUM(b.total) FILTER (WHERE b.is_refund), 0) AS credited,
                SUM(COALESCE(s.collected, 0) * b.share) AS collected,
                SUM(COALESCE(s.residual, 0) * b.share) AS outstanding,
                SUM(COALESCE(s.overdue, 0) * b.share) AS overdue,
                COUNT(DISTINCT b.move_id) AS invoice_count,
                MIN(b.date) FILTER (WHERE NOT b.is_refund) AS first_invoice_date,
                MAX(b.date) FILTER (WHERE NOT b.is_refund) AS last_invoice_date,
                MAX(s.last_payment) AS last_payment_date
           FROM (
             SELECT m.id AS move_id, m.move_type = 'out_refund' AS is_refund,
                    COALESCE(m.invoice_date, m.date) AS date,
                    x.quantity * COALESCE(xu.factor / NULLIF(lu.factor, 0), 1) AS quantity,
                    x.price_total * ABS(m.amount_total_signed) / NULLIF(m.amount_total, 0) AS total,
                    x.price_total / NULLIF(m.amount_total, 0) AS share
               FROM sale_order_line_invoice_rel r
               JOIN account_move_line x ON x.id = r.invoice_line_id
               JOIN account_move m ON m.id = x.move_id
               LEFT JOIN uom_uom xu ON xu.id = x.product_uom_id
               LEFT JOIN uom_uom lu ON lu.id = l.product_uom_id
              WHERE r.order_line_id = l.id AND m.state = 'posted' AND m.date <= %(as_of)s
                AND m.move_type IN %(sales)s
           ) b
           LEFT JOIN LATERAL %(settled)s s ON TRUE)
        """,
        as_of=as_of,
        sales=SALES,
        settled=settled(SQL('b.move_id'), as_of, is_loss),
    )
