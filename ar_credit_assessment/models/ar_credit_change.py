from odoo import fields, models


class ArCreditChange(models.Model):
    _inherit = 'ar.credit.change'

    origin = fields.Selection(
        selection_add=[('assessment', "Assessment"), ('mass',)],
        ondelete={'assessment': lambda self: self._record_facts({'origin': 'manual'})},
    )
    assessment_ids = fields.One2many('ar.credit.assessment', 'change_id', readonly=True)

    def action_open_assessment(self):
        """Open the assessment that proposes this change."""
        self.ensure_one()
        return self.assessment_ids[:1]._action_open()
