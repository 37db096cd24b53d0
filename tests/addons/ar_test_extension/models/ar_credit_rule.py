from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.ar_credit_control.hold_rules import ask
from odoo.addons.ar_credit_control.rules.hold import HoldRule, Threshold

_lt = LazyTranslate(__name__)


def _too_many(figures, rule):
    return (figures.more.get('consignment_count') or 0) > rule.max_consignments


def _sentence(reason):
    return reason.env._(
        "Consignments at the customer: %(count)s; %(max)s are allowed.",
        count=reason.data['consignment_count'],
        max=reason.data['max_consignments'],
    )


CONSIGNMENTS = HoldRule(
    'consignments',
    200,
    'none',
    _too_many,
    _lt("Goods on consignment"),
    _sentence,
    ask,
    {'max_consignments': Threshold(1, _lt("Consignments"))},
    ('consignment_count',),
)


class ArCreditRule(models.Model):
    _inherit = 'ar.credit.rule'

    max_consignments = fields.Integer("Most Consignments")

    @api.model
    def _hold_rules(self):
        # EXTENDS 'ar_credit_control'
        return [*super()._hold_rules(), CONSIGNMENTS]
