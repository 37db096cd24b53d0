from datetime import timedelta

from odoo import fields, models

from ...rules import effect


class ArDunningStage(models.Model):
    """What the stage brought in so far, and what that suggests."""

    _inherit = 'ar.dunning.stage'

    effect_letters = fields.Integer(
        "Letters", compute='_compute_effect', help="Letters that are at least 14 days old."
    )
    effect_claimed = fields.Monetary("Claimed", compute='_compute_effect')
    effect_rate_7 = fields.Float("% in 7 Days", compute='_compute_effect', digits=(5, 1))
    effect_rate_14 = fields.Float("% in 14 Days", compute='_compute_effect', digits=(5, 1))
    effect_before = fields.Float(
        "% Anyway",
        compute='_compute_effect',
        digits=(5, 1),
        help="What came in the second week after the stage before, without a new letter.",
    )
    effect_lift = fields.Float(
        "Adds (Points)",
        compute='_compute_effect',
        digits=(5, 1),
        help="What came in the week after this stage, less what came anyway.",
    )
    effect_cost = fields.Float(
        "Cost per 100",
        compute='_compute_effect',
        digits=(8, 2),
        help="Cost of chasing for 100 collected in 14 days.",
    )
    effect_advice = fields.Char("Suggestion", compute='_compute_effect')

    def _compute_effect(self):
        """For all stages of the plans at once, of the companies that the user has selected."""
        stages = self.dunning_plan_id.stage_ids
        history = self._effect_history(stages)
        advice = {}
        for plan in self.dunning_plan_id:
            ladder = [
                self._effect_stage(stage, history.get(stage)) for stage in plan.stage_ids.sorted('level')
            ]
            sample = (
                plan.company_id or self.env.company
            ).root_id.sudo().ar_effect_sample or effect.MIN_SAMPLE
            advice |= {entry.key: (entry, sample) for entry in effect.advise(ladder, sample)}
        for stage in self:
            stage.update(
                stage._effect_values(history.get(stage._origin), *advice.get(stage._origin.id, (None, 0)))
            )

    def _effect_history(self, stages):
        ripe = fields.Date.context_today(self) - timedelta(days=14)
        return {
            stage: row
            for stage, *row in self.env['ar.dunning.effect']
            .sudo()
            ._read_group(
                [
                    ('stage_id', 'in', stages.ids),
                    ('sent_on', '<=', ripe),
                    ('company_id', 'in', self.env.companies.ids),
                ],
                ['stage_id'],
                ['letters:sum', 'claimed:sum', 'collected_7:sum', 'collected_14:sum', 'cost:sum'],
            )
        }

    def _effect_stage(self, stage, row):
        letters, claimed, collected_7, collected_14 = row[:4] if row else (0, 0.0, 0.0, 0.0)
        return effect.Stage(stage._origin.id, stage.min_days, letters, claimed, collected_7, collected_14)

    def _effect_values(self, row, advice, sample):
        letters, claimed, _week, collected, cost = row or (0, 0.0, 0.0, 0.0, 0.0)
        return {
            'effect_letters': letters,
            'effect_claimed': claimed,
            'effect_rate_7': advice and advice.rate,
            'effect_rate_14': 100.0 * collected / claimed if claimed else 0.0,
            'effect_before': advice and advice.before,
            'effect_lift': advice and advice.lift,
            'effect_cost': 100.0 * cost / collected if collected else 0.0,
            'effect_advice': advice and self._effect_sentence(advice, letters, sample),
        }

    def _effect_sentence(self, advice, letters, sample):
        _ = self.env._
        figures = {
            'rate': f'{advice.rate:.1f}',
            'before': f'{advice.before:.1f}',
            'lift': f'{advice.lift:.1f}',
            'days': advice.days,
            'now': self.min_days,
            'letters': letters,
            'sample': sample,
        }
        match advice.kind:
            case 'sample':
                return _(
                    "Too few letters here or in the stage before: %(letters)s, needed %(sample)s", **figures
                )
            case 'drop':
                return _("Could be dropped: %(rate)s %% came in a week, %(before)s %% anyway", **figures)
            case 'forward':
                return _("Bring forward from day %(now)s to day %(days)s: it adds %(lift)s points", **figures)
        return _("Keep: it adds %(lift)s points", **figures)
