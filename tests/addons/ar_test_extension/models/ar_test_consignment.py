from odoo import fields, models


class ArTestConsignment(models.Model):
    """Goods that lie at a customer and are still ours."""

    _name = 'ar.test.consignment'
    _description = "Consignment"

    name = fields.Char(required=True)
    partner_id = fields.Many2one('res.partner', "Customer", required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company.root_id)
    currency_id = fields.Many2one(related='company_id.currency_id')
    amount = fields.Monetary()
    date = fields.Date(default=fields.Date.context_today)
