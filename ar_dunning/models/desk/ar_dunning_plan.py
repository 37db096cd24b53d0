from odoo import fields, models


class ArDunningPlan(models.Model):
    _inherit = 'ar.dunning.plan'

    effect_stage_ids = fields.Many2many('ar.dunning.stage', "Effect", compute='_compute_effect_stage_ids')

    def _compute_effect_stage_ids(self):
        for plan in self:
            plan.effect_stage_ids = plan.stage_ids

    def action_open_effect(self):
        self.ensure_one()
        return {
            **self.env['ir.actions.act_window']._for_xml_id('ar_dunning.ar_dunning_effect_action'),
            'context': {'search_default_plan_id': self.id},
        }
