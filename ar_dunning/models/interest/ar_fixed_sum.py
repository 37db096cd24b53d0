from odoo import fields, models

from ...rules import late_fee
from ...rules.decimals import exact


class ArFixedSum(models.Model):
    """The fixed compensation for each document paid late, by the size of the debt."""

    _name = 'ar.fixed.sum'
    _description = "Fixed Sum for Late Payment"
    _order = 'name, id'

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', help="Empty: for all companies.")
    currency_id = fields.Many2one(
        'res.currency', required=True, default=lambda self: self.env.company.currency_id
    )
    bracket_ids = fields.One2many('ar.fixed.sum.bracket', 'fixed_sum_id', "Amounts", copy=True)

    def _amount(self, debt, currency, company, day):
        """Return what is due for one debt, both in ``currency``; brackets are compared in their own, at the day's rate."""
        self.ensure_one()
        own = self.currency_id
        here = debt if own == currency else currency._convert(debt, own, company, day)
        brackets = [
            (exact(bracket.lower), exact(bracket.amount)) for bracket in self.bracket_ids.sorted('lower')
        ]
        amount = float(late_fee.fixed_sum(brackets, exact(here)))
        return amount if own == currency else own._convert(amount, currency, company, day)
