from odoo import api, models

from ..engine import movements
from odoo.addons.ar_base.engine import open_items


class ArOpenItem(models.Model):
    """What of an open item is provisioned: the sum of its movements in the allowance sub-ledger."""

    _inherit = 'ar.open.item'

    @api.model
    def _aging_parts(self, params):
        parts = super()._aging_parts(params)
        provisioned = movements.of_aged(open_items.aged(params), params.as_of)
        parts['provisioned'] = [*parts['provisioned'], provisioned]
        return parts
