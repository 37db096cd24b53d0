from odoo import fields, models


class ArDunningNotice(models.Model):
    _inherit = 'ar.dunning.notice'

    case_ids = fields.One2many('ar.collection.case', 'notice_id', "Cases")

    def _follow_stage(self):
        result = super()._follow_stage()
        if self.stage_id.referral:
            self.env['ar.collection.case']._from_notice(self)
        return result

    def _claims_on(self, date):
        """Tell whether anything of what the letter asked for is open at the end of the day."""
        self.ensure_one()
        lines = self.line_ids.filtered('included').move_line_id
        return bool(
            self.env['ar.open.item']
            .sudo()
            .with_context(as_of=fields.Date.to_string(date))
            .search_count([('move_line_id', 'in', lines.ids)], limit=1)
        )
