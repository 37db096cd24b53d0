"""Facts that a rule asks for, and only where it is on."""

from odoo.tools import SQL

from odoo.addons.ar_base.engine import open_items

FLUSHED = {
    'sale.order': ['name', 'state', 'date_order', 'partner_invoice_id', 'company_id'],
    'sale.order.line': ['order_id', 'qty_delivered', 'display_type', 'is_downpayment', 'invoice_lines'],
    'account.move.line': ['quantity', 'parent_state', 'move_id'],
    'account.move': ['state', 'move_type', 'amount_residual', 'invoice_date', 'date'],
    'res.partner': ['commercial_partner_id'],
}


# Whether the account ``ca`` has any security.
SECURED = SQL(
    """EXISTS (SELECT FROM ar_credit_security s WHERE s.credit_account_id = ca.id AND s.state = 'approved')"""
)


def unpaid_orders(scope, day) -> SQL:
    """Return SQL of [order, number, days] of the orders of the account ``ca`` that are not paid, as JSON.

    Delivered and not invoiced, since the order's date; or on a posted invoice that is not settled, since its
    date. The oldest come first; NULL where there is none.
    """
    return SQL(
        """
        (WITH o AS MATERIALIZED (
            SELECT o.id, o.name, o.date_order::date AS day
              FROM sale_order o
             WHERE o.state = 'sale' AND %(companies)s AND o.partner_invoice_id = ANY(ARRAY(%(contacts)s))
        ), s AS MATERIALIZED (
            SELECT id, order_id, qty_delivered FROM sale_order_line
             WHERE order_id = ANY(ARRAY(SELECT id FROM o))
               AND display_type IS NULL AND is_downpayment IS NOT TRUE
        ), i AS MATERIALIZED (
            SELECT r.order_line_id, m.id AS move_id, m.move_type, m.amount_residual,
                   COALESCE(m.invoice_date, m.date) AS day,
                   CASE WHEN m.move_type = 'out_refund' THEN -l.quantity ELSE l.quantity END AS quantity
              FROM sale_order_line_invoice_rel r
              JOIN account_move_line l ON l.id = r.invoice_line_id AND l.parent_state = 'posted'
              JOIN account_move m ON m.id = l.move_id
               AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
             WHERE r.order_line_id = ANY(ARRAY(SELECT id FROM s))
        ), unpaid AS (
            SELECT s.order_id, i.day FROM s JOIN i ON i.order_line_id = s.id
             WHERE i.move_type <> 'out_refund' AND (%(open)s)
            UNION ALL
            SELECT s.order_id, o.day FROM s JOIN o ON o.id = s.order_id
             WHERE s.qty_delivered > COALESCE(
                       (SELECT SUM(i.quantity) FROM i WHERE i.order_line_id = s.id), 0)
        ), late AS (
            SELECT o.id, o.name, %(day)s - MIN(unpaid.day) AS days
              FROM unpaid JOIN o ON o.id = unpaid.order_id
             GROUP BY o.id, o.name
        )
        SELECT jsonb_agg(jsonb_build_array(id, name, days) ORDER BY days DESC, id) FROM late)
        """,
        companies=scope.is_of(SQL('o.company_id'), SQL('ca.company_id')),
        contacts=scope.contacts_of(SQL('ca.partner_id')),
        open=_open_invoice(scope),
        day=day,
    )


def _open_invoice(scope) -> SQL:
    """Return the condition on the invoice ``i``: not settled. What a draft payment took settles nothing."""
    by_odoo = SQL('i.amount_residual > 0')
    if not scope.drafts_matched:
        return by_odoo
    return SQL(
        """%s OR i.move_id = ANY(ARRAY(
            SELECT l.move_id FROM (%s WHERE %s) d JOIN account_move_line l ON l.id = d.debit_move_id))""",
        by_odoo,
        open_items.MATCHED,
        open_items.WITH_DRAFTS,
    )
