from odoo import fields, models


class AccountMoveReversal(models.TransientModel):
    _inherit = 'account.move.reversal'

    ar_dispute_id = fields.Many2one('ar.dispute', "Settles Dispute", readonly=True)

    def _prepare_default_reversal(self, move):
        values = super()._prepare_default_reversal(move)
        if self.ar_dispute_id.move_id == move:
            values['ar_dispute_id'] = self.ar_dispute_id.id
        return values
