from odoo import api, fields, models


class ArApprovalRule(models.Model):
    _inherit = 'ar.approval.rule'

    kind = fields.Selection(
        selection_add=[
            ('order', "Release of a held order"),
            ('change', "Limit, grade, terms and group"),
            ('security', "Security"),
            ('remainder', "Remaining credit of an order"),
        ],
        default='order',
        ondelete=dict.fromkeys(('order', 'change', 'security', 'remainder'), 'cascade'),
    )

    @api.model
    def _decided_like(self, kind):
        return 'change' if kind in ('security', 'remainder') else super()._decided_like(kind)
