from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.ar_base.tests.common import ReceivablesCommon


class ReconciliationCommon(ReceivablesCommon):
    """A seller's orders, delivered, invoiced and paid through Odoo's own flows on given days."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref('sales_team.group_sale_manager')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, 'tracking_disable': True})
        # Whichever addon checks credit: no order is held here.
        for name in [name for name in cls.env if name.endswith('.credit.rule')]:
            cls.env[name].search([]).outcome = 'none'
        user = {'company_id': cls.company.id, 'lang': 'en_US', 'tz': 'UTC'}
        cls.seller = new_test_user(
            cls.env,
            'recseller',
            groups='sales_team.group_sale_salesman,ar_base.group_viewer',
            password='recseller',
            **user,
        )
        cls.other_seller = new_test_user(
            cls.env,
            'recother',
            groups='sales_team.group_sale_salesman,ar_base.group_viewer',
            password='recother',
            **user,
        )
        cls.accountant = new_test_user(
            cls.env,
            'recaccountant',
            groups='base.group_user,ar_base.group_accountant',
            password='recaccountant',
            **user,
        )
        cls.tax = cls.env['account.tax'].create({'name': "10 %", 'amount': 10, 'company_id': cls.company.id})
        cls.receivable = cls.company_data['default_account_receivable']
        cls.pump = cls._product("Pump")
        cls.customer2 = cls.env['res.partner'].create({'name': "Nord", 'is_company': True})

    @classmethod
    def _product(cls, name, policy='delivery'):
        return cls.env['product.product'].create(
            {
                'name': name,
                'type': 'service',
                'invoice_policy': policy,
                'list_price': 100,
                'taxes_id': [Command.set(cls.tax.ids)],
            }
        )

    @classmethod
    def _order(cls, *lines, day='2024-01-05', partner=None, seller=None, **values):
        """Return a confirmed order of (quantity, price) lines."""
        order = cls.env['sale.order'].create(
            {
                'partner_id': (partner or cls.customer).id,
                'user_id': (seller or cls.seller).id,
                'order_line': [
                    Command.create(
                        {
                            'product_id': cls.pump.id,
                            'product_uom_qty': quantity,
                            'price_unit': price,
                            'tax_ids': [Command.set(cls.tax.ids)],
                        }
                    )
                    for quantity, price in lines or [(10, 100)]
                ],
                **values,
            }
        )
        order.action_confirm()
        order.date_order = f'{day} 10:00:00'
        return order

    @classmethod
    def _deliver(cls, order, quantity=None):
        for line in order.order_line.filtered(lambda line: not line.display_type and not line.is_downpayment):
            line.qty_delivered = line.product_uom_qty if quantity is None else quantity

    @classmethod
    def _bill(cls, order, day='2024-01-10', due=None, post=True, **values):
        invoice = order._create_invoices(final=True)
        invoice.write(
            {
                'invoice_date': day,
                'date': day,
                'invoice_payment_term_id': False,
                'invoice_date_due': due or day,
                **values,
            }
        )
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def _sold(cls, *lines, day='2024-01-05', invoiced='2024-01-10', due=None, **values):
        """Return (order, posted invoice) of a whole sale."""
        order = cls._order(*lines, day=day, **values)
        cls._deliver(order)
        return order, cls._bill(order, invoiced, due)

    def _otc(self, order, as_of='2024-12-31', user=None):
        Model = self.env['ar.order.to.cash']
        return (
            (Model.with_user(user) if user else Model)
            .with_context(as_of=as_of)
            .search([('order_id', '=', order.id)])
        )
