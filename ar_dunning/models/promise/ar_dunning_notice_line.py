from odoo import models


class ArDunningNoticeLine(models.Model):
    _inherit = 'ar.dunning.notice.line'

    def action_open_dispute(self):
        """Open the disputes of the invoice, or a new one."""
        self.ensure_one()
        return self.move_id.action_open_dispute()
