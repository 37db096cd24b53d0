from odoo import api, models

from odoo.addons.ar_base.rules.finding import Finding


class ArHealthCheck(models.TransientModel):
    _inherit = 'ar.health.check'

    @api.model
    def _checks(self):
        return {
            **super()._checks(),
            'dunning_plan': self.env._("Dunning plan"),
            'dunning_daily': self.env._("Letters are proposed daily"),
            'waiting_letters': self.env._("Letters leave in time"),
        }

    def _check_dunning_plan(self, company):
        plans = self.env['ar.dunning.plan']._plans_of(company)
        if not plans:
            yield Finding(
                '1',
                self.env._("%s has no dunning plan with stages: no letter is ever proposed.", company.name),
                self.env._("Create a dunning plan with its stages."),
                'ar_dunning.ar_dunning_plan_action',
            )
        for stage in plans.stage_ids.filtered(lambda stage: not stage.channel_ids):
            yield Finding(
                '1',
                self.env._(
                    "Stage %(stage)s of %(plan)s has no channel: its letters reach nobody.",
                    stage=stage.name,
                    plan=stage.dunning_plan_id.name,
                ),
                self.env._("Choose how its letters are delivered."),
                'ar_dunning.ar_dunning_plan_action',
                [('id', '=', stage.dunning_plan_id.id)],
            )

    def _check_dunning_daily(self, company):
        if not company.ar_dunning_daily:
            yield Finding(
                '3',
                self.env._("Letters are proposed only when somebody starts a dunning run."),
                self.env._("Let a job propose the letters of each day."),
                mends=True,
            )

    def _mend_dunning_daily(self, company):
        company.ar_dunning_daily = True

    def _check_waiting_letters(self, company):
        for wait in self.env['ar.dunning.delivery']._waits([('company_id', 'child_of', company.id)]):
            if wait.is_trouble:
                yield Finding(
                    '1', wait.text, wait.remedy, 'ar_dunning.ar_dunning_delivery_action', wait.domain
                )
