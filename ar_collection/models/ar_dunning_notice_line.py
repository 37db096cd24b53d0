from odoo import fields, models


class ArDunningNoticeLine(models.Model):
    _inherit = 'ar.dunning.notice.line'

    why = fields.Selection(selection_add=[('case', "With lawyer or agency")])

    def _explain(self):
        # A case has no date until which it holds.
        if self.why == 'case' and not self.included:
            return dict(self._fields['why']._description_selection(self.env))['case']
        return super()._explain()
