from odoo import api, models

from odoo.addons.ar_base.rules.finding import Finding


class ArHealthCheck(models.TransientModel):
    _inherit = 'ar.health.check'

    @api.model
    def _checks(self):
        return {**super()._checks(), 'payment_provider': self.env._("Customers can pay online")}

    def _check_payment_provider(self, company):
        providers = self.env['payment.provider'].search([('company_id', '=', company.id)])
        place = {'action': 'payment.action_payment_provider', 'admin': True}
        if not providers.filtered(lambda provider: provider.state == 'enabled'):
            testing = providers.filtered(lambda provider: provider.state == 'test')
            yield Finding(
                '3',
                self.env._("%s takes test payments only.", ', '.join(testing.mapped('name')))
                if testing
                else self.env._("No payment provider is set up: customers cannot pay on the portal."),
                self.env._("Enable a payment provider."),
                **place,
            )
