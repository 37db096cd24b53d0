"""What customers bought on account over the counter and no entry has posted yet."""

from odoo.tools import SQL

from odoo.addons.ar_base.engine import companies

ROOT = companies.root(SQL('c.parent_path'))
FLUSHED = {
    'pos.payment': ['amount', 'payment_method_id', 'pos_order_id'],
    'pos.order': ['state', 'partner_id', 'company_id', 'session_id', 'account_move', 'date_order'],
    'pos.session': ['state', 'config_id'],
    'pos.config': ['currency_id'],
    'res.partner': ['commercial_partner_id'],
    'res.company': ['parent_path'],
}


def documents(partners, company_ids, method_ids) -> SQL:
    """Sales of open sessions, with the columns of ``ar_credit_control``'s ``engine.exposure``.

    An invoiced sale stands in the books already; the others do when their session is closed.

    :param method_ids: the payment methods that leave the amount on the customer's account.
    """
    return SQL(
        """
        SELECT p.commercial_partner_id, %(root)s, 'pos_pay_later', o.id, o.date_order::date, f.currency_id,
               SUM(y.amount), 0, 0
          FROM pos_order o
          JOIN pos_payment y ON y.pos_order_id = o.id AND y.payment_method_id IN %(methods)s
          JOIN pos_session s ON s.id = o.session_id AND s.state <> 'closed'
          JOIN pos_config f ON f.id = s.config_id
          JOIN res_partner p ON p.id = o.partner_id
          JOIN res_company c ON c.id = o.company_id
         WHERE o.state IN ('paid', 'done') AND o.account_move IS NULL AND o.partner_id = %(partners)s
           AND %(root)s IN %(companies)s
         GROUP BY p.commercial_partner_id, o.id, f.currency_id, c.parent_path
        """,
        partners=partners,
        companies=tuple(company_ids),
        methods=tuple(method_ids) or (0,),
        root=ROOT,
    )
