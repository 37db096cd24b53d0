from odoo import api, fields, models

from ..engine import pay_later as engine
from odoo.addons.ar_credit_control.engine.exposure import contacts
from odoo.addons.ar_credit_control.models.ar_credit_account_exposure import Component


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
        return [*super()._credit_components(), Component('pos_pay_later', 'pos.order')]

    def _credit_books(self):
        # EXTENDS 'ar_credit_control'
        for model, names in engine.FLUSHED.items():
            self.env[model].flush_model(names)
        methods = self.env['pos.payment.method'].sudo()._credit_pay_later_methods()
        scope = contacts(self.partner_id.ids), self.company_id.ids
        return [*super()._credit_books(), engine.documents(*scope, methods.ids)]
