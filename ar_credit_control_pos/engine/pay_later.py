"""What was sold over the counter: on account in open sessions, and of the lines of orders."""

from odoo.tools import SQL

from odoo.addons.ar_base.engine import companies

ROOT = companies.root(SQL('c.parent_path'))
FLUSHED = {
    'pos.payment': ['amount', 'payment_method_id', 'pos_order_id'],
    'pos.order': ['state', 'partner_id', 'company_id', 'session_id', 'account_move', 'date_order'],
    'pos.session': ['state', 'config_id'],
    'pos.config': ['currency_id'],
}
FLUSHED_LINES = {
    'pos.order.line': ['order_id', 'sale_order_line_id', 'price_subtotal_incl'],
    'pos.order': ['state', 'currency_rate'],
}


def documents(scope, method_ids) -> SQL:
    """Sales of open sessions, with the columns of ``ar_credit_control``'s ``engine.exposure``.

    An invoiced sale stands in the books already; the others do when their session is closed.

    :param method_ids: the payment methods that leave the amount on the customer's account.
    """
    return SQL(
        """
        SELECT p.commercial_partner_id, root.id, 'pos_pay_later', o.id, o.date_order::date, f.currency_id,
               SUM(y.amount), 0, 0
          FROM pos_session s
          JOIN pos_config f ON f.id = s.config_id
          JOIN pos_order o ON o.session_id = s.id
          JOIN pos_payment y ON y.pos_order_id = o.id AND y.payment_method_id IN %(methods)s
          JOIN res_partner p ON p.id = o.partner_id
          JOIN res_company c ON c.id = o.company_id
          JOIN res_company root ON root.id = %(root)s
         WHERE s.state <> 'closed' AND o.state IN ('paid', 'done') AND o.account_move IS NULL
           AND %(contacts)s AND root.id IN %(companies)s
         GROUP BY p.commercial_partner_id, root.id, o.id, f.currency_id
        """,
        contacts=scope.is_contact(SQL('o.partner_id')),
        companies=scope.company_ids,
        methods=tuple(method_ids) or (0,),
        root=ROOT,
    )


def sold(sale_ids=None) -> SQL:
    """Return SQL of what closed sales sold of the order line ``s``, in the currency of its order ``o``.

    :param sale_ids: of these sales only.
    """
    return SQL(
        """
        COALESCE((
            SELECT SUM(pl.price_subtotal_incl * o.currency_rate / NULLIF(po.currency_rate, 0))
              FROM pos_order_line pl JOIN pos_order po ON po.id = pl.order_id
             WHERE pl.sale_order_line_id = s.id AND po.state IN ('paid', 'done') AND %s), 0)
        """,
        SQL('TRUE') if sale_ids is None else SQL('po.id IN %s', tuple(sale_ids) or (0,)),
    )
