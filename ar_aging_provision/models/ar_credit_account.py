from odoo import fields, models


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    provision_segment_id = fields.Many2one('ar.provision.segment', tracking=True, ondelete='restrict')

    def _merge_values(self, other):
        if not self.provision_segment_id:
            self.provision_segment_id = other.provision_segment_id
        return super()._merge_values(other)
