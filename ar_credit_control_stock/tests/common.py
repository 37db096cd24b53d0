from odoo.fields import Command

from odoo.addons.ar_credit_control.tests.common import CreditCommon


class DeliveryCommon(CreditCommon):
    """A warehouse with goods, and somebody who ships them and may do nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.picker = cls._user('picker', 'stock.group_stock_user')
        cls.warehouse = cls.env['stock.warehouse'].search([('company_id', '=', cls.company.id)], limit=1)
        cls.pump = cls.env['product.product'].create(
            {
                'name': "Pump",
                'type': 'consu',
                'is_storable': True,
                'invoice_policy': 'delivery',
                'list_price': 10.0,
                'taxes_id': [Command.clear()],
            }
        )
        cls.env['stock.quant']._update_available_quantity(cls.pump, cls.warehouse.lot_stock_id, 1000)
        cls.account.credit_limit = 1000

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref('stock.group_stock_manager')

    @classmethod
    def _sale(cls, quantity=10, partner=None, price=10.0, product=None, **values):
        """Return a confirmed order of ``quantity`` pumps (or ``product``), reserved and not yet shipped."""
        order = cls.env['sale.order'].create(
            {
                'partner_id': (partner or cls.customer).id,
                'user_id': cls.seller.id,
                'company_id': cls.company.id,
                'order_line': [
                    Command.create(
                        {
                            'product_id': (product or cls.pump).id,
                            'product_uom_qty': quantity,
                            'price_unit': price,
                            'tax_ids': [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )
        order.action_confirm()
        return order

    def _hold(self, account=None):
        return (
            self.env['ar.hold']
            .with_user(self.controller)
            .create({'credit_account_id': (account or self.account).id, 'reason': "Insolvency rumour"})
        )

    def _shippable(self, order):
        return order.picking_ids.filtered(lambda p: p.state not in ('done', 'cancel')).with_user(self.picker)

    def _ship(self, order):
        """Press Validate as the warehouse does, and process the backorder where there is one."""
        result = self._shippable(order).button_validate()
        if isinstance(result, dict) and result.get('res_model') == 'stock.backorder.confirmation':
            confirmation = self.env['stock.backorder.confirmation'].with_user(self.picker)
            result = confirmation.with_context(**result['context']).create({}).process()
        return result

    def _available(self):
        return self.env['stock.quant']._get_available_quantity(self.pump, self.warehouse.lot_stock_id)
