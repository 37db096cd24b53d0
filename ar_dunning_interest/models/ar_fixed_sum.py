from typing import NamedTuple

from odoo import fields, models

from ..rules import late_fee
from odoo.addons.ar_base.rules.money import exact


class FixedSum(NamedTuple):
    amount: float
    text: str


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

    def _of_debt(self, debt, currency, company, day):
        """Return the FixedSum due for one debt in ``currency``, or None where none is due."""
        amount = self._amount(debt, currency, company, day)
        if currency.is_zero(amount):
            return None
        text = self.env._("%(scheme)s for a debt of %(debt)s", scheme=self.name, debt=currency.format(debt))
        return FixedSum(amount, text)

    def _amount(self, debt, currency, company, day):
        """Return what is due for one debt, both in ``currency``.

        Brackets are compared in their own currency, at the rate of the day.
        """
        self.ensure_one()
        own = self.currency_id
        here = debt if own == currency else currency._convert(debt, own, company, day)
        brackets = [
            (exact(bracket.lower), exact(bracket.amount)) for bracket in self.bracket_ids.sorted('lower')
        ]
        amount = float(late_fee.fixed_sum(brackets, exact(here)))
        return amount if own == currency else own._convert(amount, currency, company, day)
