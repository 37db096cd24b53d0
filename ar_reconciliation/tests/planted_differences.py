"""One of each type of difference, planted through Odoo's own flows among sales that are in order."""

from odoo.fields import Command


class PlantedDifferences:
    """Mix into a ``ReconciliationCommon``.

    Each ``_plant_x`` makes one difference of type x and returns (document, amount).
    """

    def _plant_currency_gap(self):
        eur = self.setup_other_currency('EUR', rates=[('2024-01-01', 0.5)])
        order = self._order((1, 100))
        self._deliver(order)
        invoice = self._bill(order, post=False)
        invoice.currency_id = eur
        invoice.invoice_line_ids.price_unit = 40
        invoice.action_post()
        return order, 88 - 110

    def _plant_tax_gap(self):
        order = self._order((1, 1000))
        self._deliver(order)
        invoice = self._bill(order, post=False)
        invoice.invoice_line_ids.tax_ids = [Command.clear()]
        invoice.action_post()
        return order, -100

    def _plant_price_gap(self):
        order = self._order((2, 100), (1, 50))
        self._deliver(order)
        invoice = self._bill(order, post=False)
        invoice.invoice_line_ids[0].price_unit = 90
        invoice.action_post()
        return order, -22

    def _plant_quantity_gap(self):
        order = self._order((5, 100))
        self._deliver(order)
        invoice = self._bill(order, post=False)
        invoice.invoice_line_ids.quantity = 7
        invoice.action_post()
        return order, 220

    def _plant_credit_without_return(self):
        order, invoice = self._sold((4, 100))
        self._credit(invoice, '2024-01-20')
        return order, 440

    def _plant_delivered_not_invoiced(self):
        order = self._order((10, 100))
        self._deliver(order, 6)
        return order, 660

    def _plant_invoiced_not_delivered(self):
        order, _invoice = self._sold((10, 100))
        self._deliver(order, 7)
        return order, 330

    def _plant_cancelled_order(self):
        order, invoice = self._sold((1, 100))
        self._pay(invoice, '2024-01-20', 30)
        order.write({'state': 'cancel'})
        return invoice, 80

    def _plant_other_customer(self):
        order = self._order((1, 200))
        self._deliver(order)
        return self._bill(order, partner_id=self.customer2.id, invoice_user_id=self.seller.id), 220

    def _plant_other_salesperson(self):
        order = self._order((1, 300))
        self._deliver(order)
        return self._bill(order, invoice_user_id=self.other_seller.id), 330

    def _plant_commission_base(self):
        order = self._order((1, 100))
        self._deliver(order)
        invoice = self._bill(order, post=False)
        invoice.invoice_line_ids = [
            Command.create({'name': "Freight", 'price_unit': 25, 'tax_ids': [Command.set(self.tax.ids)]})
        ]
        invoice.action_post()
        return invoice, 25

    def _plant_invoice_without_order(self):
        invoice = self.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': self.customer.id,
                'invoice_date': '2024-01-12',
                'date': '2024-01-12',
                'invoice_line_ids': [
                    Command.create({'name': "x", 'price_unit': 70, 'tax_ids': [Command.set(self.tax.ids)]})
                ],
            }
        )
        invoice.action_post()
        return invoice, 77

    def _plant_wrong_customer(self):
        _order, invoice = self._sold((1, 120), partner=self.customer2)
        payment = self._receipt(132, '2024-01-25')
        self._match(invoice, payment.move_id)
        return payment.move_id, 132

    def _plant_wrong_customer_named(self):
        _order, invoice = self._sold((1, 130), partner=self.customer2)
        return self._receipt(143, '2024-01-25', memo=f"Payment of {invoice.name}, thanks").move_id, 143

    def _plant_receipt_unallocated(self):
        self._sold((1, 140))
        return self._receipt(99, '2024-01-25').move_id, 99

    def _plant_nothing(self):
        """Sales in order, whole or in part, paid or not: nothing to find."""
        order, invoice = self._sold((3, 100), (1, 10))
        self._pay(invoice, '2024-02-01', 100)
        self._order((2, 100))
        wrong = self._order((1, 100))
        self._deliver(wrong)
        invoice = self._bill(wrong, post=False)
        invoice.invoice_line_ids.price_unit = 500
        invoice.action_post()
        self._credit(invoice, '2024-01-15')
        self._bill(wrong, '2024-01-16')
        self._receipt(50, '2024-01-25', self._customer("Early"))
        return order

    TYPES = (
        'currency_gap',
        'tax_gap',
        'price_gap',
        'quantity_gap',
        'credit_without_return',
        'delivered_not_invoiced',
        'invoiced_not_delivered',
        'cancelled_order',
        'other_customer',
        'other_salesperson',
        'commission_base',
        'invoice_without_order',
        'wrong_customer',
        'wrong_customer_named',
        'receipt_unallocated',
    )

    def _plant_all(self):
        """Return the sorted (code, document name, amount) of what was planted."""
        self._plant_nothing()
        planted = [(name.removesuffix('_named'), *getattr(self, f'_plant_{name}')()) for name in self.TYPES]
        return sorted((code, document.name, float(amount)) for code, document, amount in planted)

    def _found(self):
        """Search, and return the same of what was found open."""
        Difference = self.env['ar.sales.difference']
        Difference._find(self.company)
        rows = Difference.search([('company_id', '=', self.company.id), ('state', '=', 'open')])
        return sorted(
            (row.code, (row.order_id if row.order_line_id else row.move_id).name, row.amount) for row in rows
        )
