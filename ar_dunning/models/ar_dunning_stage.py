from datetime import timedelta
from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import effect

CHANNELS = [
    ('email', "E-mail"),
    ('sms', "SMS"),
    ('letter', "Letter"),
    ('phone', "Phone call"),
    ('portal', "Portal"),
]


class ArDunningStage(models.Model):
    """One rung of a plan: when, by which channels, in which words, at what cost, and what else happens."""

    _name = 'ar.dunning.stage'
    _description = "Dunning Stage"
    _inherit = ['ar.plausible.mixin']
    _order = 'dunning_plan_id, level, id'

    dunning_plan_id = fields.Many2one('ar.dunning.plan', required=True, index=True, ondelete='cascade')
    name = fields.Char(required=True, translate=True)
    level = fields.Integer(required=True, default=1)
    min_days = fields.Integer(
        "Days in Arrears",
        required=True,
        default=1,
        help="From how many days after the due date. Negative: before it.",
    )
    min_interval = fields.Integer(
        "Days since the Last Notice",
        default=7,
        help="Minimum number of days between an item's last notice and this stage.",
    )
    currency_id = fields.Many2one('res.currency', compute='_compute_currency_id')
    min_amount = fields.Monetary(
        "Minimum Amount",
        help="Items of this stage that total less than this are not dunned. In company currency.",
    )
    fee = fields.Monetary(help="Once per letter. In company currency.")
    amount_ids = fields.One2many('ar.dunning.stage.amount', 'stage_id', "Amounts by Currency", copy=True)
    is_legal = fields.Boolean(
        "Legal", help="A document for court or lawyer: it is not sent by e-mail, SMS or portal."
    )
    always_repeat = fields.Boolean(
        "Repeat", help="Repeated at the stage's interval for as long as the item is open."
    )
    approval = fields.Selection(
        [
            ('automatic', "None: sent automatically"),
            ('collector', "A collector"),
            ('controller', "A credit controller"),
        ],
        required=True,
        default='collector',
    )
    channel_ids = fields.One2many('ar.dunning.stage.channel', 'stage_id', "Channels", copy=True)
    template_id = fields.Many2one(
        'mail.template',
        "Text",
        domain=[('model', '=', 'ar.dunning.notice')],
        help="Subject and words of the letter, the same by mail and on paper, in the customer's language.",
    )
    sms_text = fields.Char("SMS Text", translate=True)
    call_script = fields.Html(translate=True)
    attach_letter = fields.Boolean("Attach the Letter", default=True)
    attach_statement = fields.Boolean("Attach the Statement")
    attach_invoices = fields.Boolean("Attach the Invoices")
    place_hold = fields.Boolean(
        "Place on Hold", help="Once sent, the customer's credit is on hold until the hold is lifted."
    )
    collector_id = fields.Many2one(
        'res.users',
        "Assign to",
        domain=[('share', '=', False)],
        help="Customers that reach the stage are assigned to this collector.",
    )
    referral = fields.Selection(
        [('legal', "Legal case"), ('agency', "Collection agency")], "Refer to Lawyer or Agency"
    )
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
        help="Received in the second week after the previous stage, without a new letter.",
    )
    effect_lift = fields.Float(
        "Adds (Points)",
        compute='_compute_effect',
        digits=(5, 1),
        help="Received in the week after this stage, less what would have been received anyway.",
    )
    effect_cost = fields.Float(
        "Cost per 100",
        compute='_compute_effect',
        digits=(8, 2),
        help="Cost of dunning for 100 collected in 14 days.",
    )
    effect_advice = fields.Char("Suggestion", compute='_compute_effect')

    _level_unique = models.UniqueIndex(
        '(dunning_plan_id, level)', "Two stages of a plan cannot have the same level."
    )
    _level_positive = models.Constraint('CHECK (level > 0)', "The level of a stage starts at 1.")

    @api.depends('dunning_plan_id.company_id')
    @api.depends_context('company')
    def _compute_currency_id(self):
        for stage in self:
            stage.currency_id = (stage.dunning_plan_id.company_id or self.env.company).currency_id

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

    @api.constrains('min_interval', 'fee', 'min_amount')
    def _check_not_negative(self):
        for stage in self:
            if stage.min_interval < 0 or stage.fee < 0 or stage.min_amount < 0:
                raise ValidationError(
                    self.env._(
                        "Stage %(stage)s of plan %(plan)s: "
                        "interval, fee and minimum amount cannot be negative.",
                        stage=stage.name,
                        plan=stage.dunning_plan_id.name,
                    )
                )

    @api.constrains('level', 'min_days')
    def _check_ladder(self):
        for plan in self.dunning_plan_id:
            stages = plan.stage_ids.sorted('level')
            for lower, higher in pairwise(stages):
                if higher.min_days < lower.min_days:
                    raise ValidationError(
                        self.env._(
                            "Plan %(plan)s: stage %(higher)s comes after %(lower)s, "
                            "so it cannot begin earlier (%(days)s days). Change its days or its level.",
                            plan=plan.name,
                            higher=higher.name,
                            lower=lower.name,
                            days=higher.min_days,
                        )
                    )

    def _amounts(self, currency, company, day):
        """Return (minimum amount, fee) in ``currency``: as entered, else converted at the day's rate."""
        self.ensure_one()
        own = self.amount_ids.filtered(lambda amount: amount.currency_id == currency)[:1]
        if own:
            return own.min_amount, own.fee
        home = company.currency_id
        if currency == home:
            return self.min_amount, self.fee
        return tuple(
            home._convert(amount, currency, company, day) if amount else 0.0
            for amount in (self.min_amount, self.fee)
        )

    # === Effect ===

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
                return self.env._(
                    "Too few letters here or in the previous stage: %(letters)s, needed %(sample)s", **figures
                )
            case 'drop':
                return self.env._(
                    "Could be dropped: %(rate)s %% was paid within a week, %(before)s %% would have been "
                    "paid anyway",
                    **figures,
                )
            case 'forward':
                return self.env._(
                    "Bring forward from day %(now)s to day %(days)s: it adds %(lift)s points", **figures
                )
        return self.env._("Keep: it adds %(lift)s points", **figures)
