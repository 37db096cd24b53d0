from odoo import fields, models


class ArDunningStage(models.Model):
    _inherit = 'ar.dunning.stage'

    interest_scheme_id = fields.Many2one(
        'ar.interest.scheme',
        "Interest",
        ondelete='restrict',
        index='btree_not_null',
        help="Letters of this stage claim interest, and the scheme's fixed sums; what is agreed with the "
        "customer comes first. Empty: they claim none.",
    )
