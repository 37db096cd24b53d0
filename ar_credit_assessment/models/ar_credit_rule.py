from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.ar_credit_control.hold_rules import ask
from odoo.addons.ar_credit_control.rules.hold import HoldRule, Threshold

_lt = LazyTranslate(__name__)


def _is_too_low(figures, rule):
    index = figures.more.get('payment_index')
    return index is not None and index < rule.min_index


def _sentence(reason):
    return reason.env._(
        "The customer's payment index is %(index).1f; %(min).1f is needed for an order on credit.",
        index=reason.data['payment_index'],
        min=reason.data['min_index'],
    )


PAYMENT_INDEX = HoldRule(
    'payment_index',
    120,
    'none',
    _is_too_low,
    _lt("Payment index"),
    _sentence,
    ask,
    {'min_index': Threshold(50, _lt("Payment index"))},
    ('payment_index',),
)


class ArCreditRule(models.Model):
    _inherit = 'ar.credit.rule'

    min_index = fields.Float("Minimum Index")

    @api.model
    def _hold_rules(self):
        # EXTENDS 'ar_credit_control'
        return [*super()._hold_rules(), PAYMENT_INDEX]
