from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    @api.model
    def _load_demo_documents(self):
        """Invoices and orders of the demo customers, through Odoo's own flows. Does nothing without a chart."""
        company = self.env.ref('base.main_company')
        if not company.chart_template:
            return
        ref = lambda name: self.env.ref(f'ar_credit_control.{name}')  # noqa: E731
        hua, nord, lake, pump = (
            ref('partner_hua'),
            ref('partner_nord'),
            ref('partner_lake'),
            ref('product_pump'),
        )
        for partner, days, quantity in (
            (hua, 75, 2),
            (hua, 20, 5),
            (hua, -10, 6),
            (nord, 95, 4),
            (nord, 40, 3),
            (nord, 5, 6),
            (lake, 3, 2),
            (lake, -25, 4),
        ):
            self._demo_invoice(partner, pump, days, quantity)
        orders = (
            self.env['sale.order']
            .with_company(company)
            .create(
                [
                    {
                        'partner_id': partner.id,
                        'company_id': company.id,
                        'user_id': self.env.ref('base.user_admin').id,
                        'order_line': [Command.create({'product_id': pump.id, 'product_uom_qty': quantity})],
                    }
                    for partner, quantity in ((hua, 6), (nord, 2), (lake, 3))
                ]
            )
        )
        orders.action_confirm_with_credit()

    @api.model
    def _demo_invoice(self, partner, product, days_overdue, quantity):
        due = fields.Date.context_today(self) - timedelta(days=days_overdue)
        self.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': partner.id,
                'invoice_date': due - timedelta(days=30),
                'invoice_date_due': due,
                'invoice_payment_term_id': False,
                'invoice_line_ids': [Command.create({'product_id': product.id, 'quantity': quantity})],
            }
        ).action_post()
