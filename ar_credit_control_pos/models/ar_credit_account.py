from odoo import api, fields, models

from ..engine import pay_later as engine
from odoo.addons.ar_credit_control.rules.exposure import Component


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    pos_pay_later = fields.Monetary(
        "Open Sessions of the Point of Sale",
        compute='_compute_exposure',
        help="Bought on account over the counter, in sessions that are not closed yet.",
    )

    @api.model
    def _credit_components(self):
        # EXTENDS 'ar_credit_control'
        def documents(scope):
            methods = self.env['pos.payment.method'].sudo()._credit_pay_later_methods()
            return engine.documents(scope, methods.ids)

        ours = Component('pos_pay_later', 'pos.order', documents, reads=engine.FLUSHED)
        return [*super()._credit_components(), ours]
