from odoo import fields, models


class ArDunningNotice(models.Model):
    _inherit = 'ar.dunning.notice'

    case_ids = fields.One2many('ar.collection.case', 'notice_id', "Cases")

    def _follow_stage(self):
        result = super()._follow_stage()
        if self.stage_id.handover:
            self.env['ar.collection.case']._from_notice(self)
        return result
