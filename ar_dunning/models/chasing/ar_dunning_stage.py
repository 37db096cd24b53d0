from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import ValidationError

CHANNELS = [
    ('email', "E-mail"),
    ('sms', "SMS"),
    ('letter', "Letter"),
    ('phone', "Phone call"),
    ('portal', "Portal"),
]


class ArDunningStage(models.Model):
    """One rung of a plan: from when on, by which channels, with which words, at what cost, and what else happens."""

    _name = 'ar.dunning.stage'
    _description = "Dunning Stage"
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
        help="An item rises to this stage at the earliest these days after its last notice.",
    )
    currency_id = fields.Many2one('res.currency', compute='_compute_currency_id')
    min_amount = fields.Monetary(
        "Minimum Amount", help="Items of this stage that sum to less are not chased, in company currency."
    )
    fee = fields.Monetary(help="Once per letter, in company currency.")
    amount_ids = fields.One2many('ar.dunning.stage.amount', 'stage_id', "Amounts by Currency", copy=True)
    is_legal = fields.Boolean("Legal", help="A document for court or lawyer: nothing is mailed by itself.")
    always_repeat = fields.Boolean(
        "Repeat", help="Sent again and again, with the stage's interval, as long as the item is open."
    )
    approval = fields.Selection(
        [
            ('automatic', "None: sent by itself"),
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
        "Place on Hold", help="Once sent, the customer's credit is stopped until somebody lifts the hold."
    )
    collector_id = fields.Many2one(
        'res.users',
        "Assign to",
        domain=[('share', '=', False)],
        help="Customers that reach the stage go to this collector.",
    )
    handover = fields.Selection([('legal', "Legal case"), ('agency', "Collection agency")], "Hand Over to")

    _level_unique = models.UniqueIndex(
        '(dunning_plan_id, level)', "Two stages of a plan cannot have the same level."
    )
    _level_positive = models.Constraint('CHECK (level > 0)', "The level of a stage starts at 1.")

    @api.depends('dunning_plan_id.company_id')
    @api.depends_context('company')
    def _compute_currency_id(self):
        for stage in self:
            stage.currency_id = (stage.dunning_plan_id.company_id or self.env.company).currency_id

    @api.constrains('min_interval', 'fee', 'min_amount')
    def _check_not_negative(self):
        for stage in self:
            if stage.min_interval < 0 or stage.fee < 0 or stage.min_amount < 0:
                raise ValidationError(
                    self.env._(
                        "Stage %(stage)s of plan %(plan)s: interval, fee and minimum amount cannot be negative.",
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
                            "Plan %(plan)s: stage %(higher)s comes after %(lower)s, so it cannot begin earlier (%(days)s days). "
                            "Change its days or its level.",
                            plan=plan.name,
                            higher=higher.name,
                            lower=lower.name,
                            days=higher.min_days,
                        )
                    )

    def _amounts(self, currency, company, day):
        """Return (minimum amount, fee) in ``currency``: as entered for it, else converted at the day's rate."""
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
