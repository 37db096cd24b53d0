from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import draft as drafting
from ..rules import dunning


class ArDunningPlan(models.Model):
    """How overdue items are dunned: a ladder of stages, and how often a customer may be reminded.

    A customer's plan is the one of its credit file, else the first whose grades or tags are the customer's,
    else the first general one.
    """

    _name = 'ar.dunning.plan'
    _description = "Dunning Plan"
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        'res.company', help="Empty: for every company.", domain=[('parent_id', '=', False)]
    )
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    profile = fields.Selection(
        lambda self: self.env['ar.credit.grade']._fields['dunning_profile']._description_selection(self.env),
        "For Grades of Profile",
        help="Customers whose grade has this profile follow the plan.",
    )
    grade_ids = fields.Many2many('ar.credit.grade', string="Only for Grades")
    category_ids = fields.Many2many('res.partner.category', string="Only for Customer Tags")
    interval_days = fields.Integer(
        "Days between Letters", default=7, help="The minimum interval between two letters to a customer."
    )
    grace_days = fields.Integer(
        default=0,
        help="An item is overdue once it is late by more than these days. "
        "Negative: reminders before the due date.",
    )
    min_days_account = fields.Integer(
        "Oldest Item at Least (Days)",
        default=0,
        help="No letter before the customer's oldest overdue item is late by these days.",
    )
    credits = fields.Selection(
        [('net', "Take off the claim"), ('ignore', "Leave out")],
        "Unallocated Credits",
        required=True,
        default='net',
    )
    withhold_unmatched = fields.Boolean(
        "Wait for Unmatched Receipts",
        default=True,
        help="A customer with a payment that is booked but not matched gets no letter until it is matched.",
    )
    allow_skip = fields.Boolean(
        "Levels May Be Skipped", help="A very late item starts at the level of its days, not at the first."
    )
    escalate_broken = fields.Boolean(
        "Broken Promises Raise",
        default=True,
        help="An item whose promise or payment plan was broken is dunned at once, one level above.",
    )
    stage_ids = fields.One2many('ar.dunning.stage', 'dunning_plan_id', "Stages", copy=True)
    stage_count = fields.Integer(compute='_compute_stage_count')
    effect_stage_ids = fields.Many2many('ar.dunning.stage', "Effect", compute='_compute_effect_stage_ids')

    @api.depends('stage_ids')
    def _compute_stage_count(self):
        for plan in self:
            plan.stage_count = len(plan.stage_ids)

    def _compute_effect_stage_ids(self):
        for plan in self:
            plan.effect_stage_ids = plan.stage_ids

    @api.constrains('interval_days', 'min_days_account')
    def _check_days(self):
        for plan in self:
            if plan.interval_days < 0 or plan.min_days_account < 0:
                raise ValidationError(
                    self.env._(
                        "Plan %s: days between letters and of the oldest item cannot be negative.", plan.name
                    )
                )

    def action_open_effect(self):
        self.ensure_one()
        return {
            **self.env['ir.actions.act_window']._for_xml_id('ar_dunning.ar_dunning_effect_action'),
            'context': {'search_default_dunning_plan_id': self.id},
        }

    def _policy(self, currency, company, day):
        """Return the plan as a ``rules.dunning.Policy``, with amounts in ``currency`` at the day's rate."""
        self.ensure_one()
        levels = []
        for stage in self.stage_ids:
            min_amount, fee = stage._amounts(currency, company, day)
            levels.append(
                dunning.Level(
                    stage.level,
                    stage.min_days,
                    stage.min_interval,
                    min_amount,
                    fee,
                    stage.is_legal,
                    stage.always_repeat,
                )
            )
        return dunning.Policy(
            tuple(levels),
            self.interval_days,
            self.grace_days,
            self.min_days_account,
            self.credits,
            self.allow_skip,
        )

    def _judge(self, key, rows, facts, day, **known):
        """Return the ``Letter`` that this plan gives a customer on the day.

        :param key: (credit account, company, currency) of the letter.
        :param known: ``stopped``, ``last_dunned`` and ``documents_until`` of ``rules.draft.judge``.
        """
        _account_id, company_id, currency_id = key
        currency = self.env['res.currency'].browse(currency_id)
        return drafting.judge(
            self._policy(currency, self.env['res.company'].browse(company_id), day),
            rows,
            facts,
            day,
            currency.round,
            escalates=self.escalate_broken,
            waits_for_receipts=self.withhold_unmatched,
            **known,
        )

    @api.model
    def _by_account(self, account_ids, company):
        """Return {credit account id: plan}: the one of its file, else the first that is the customer's."""
        plans, accounts = self._plans_of(company), self.env['ar.credit.account'].sudo().browse(account_ids)
        return {
            account.id: account.dunning_plan_id or plans._first_for(account.partner_id, account.grade_id)
            for account in accounts
        }

    @api.model
    def _plans_of(self, company):
        """Return the plans that customers of the company (a root) may follow, in the order they apply."""
        return self.sudo().search(
            [('company_id', 'in', (False, company.root_id.id)), ('stage_ids', '!=', False)]
        )

    def _first_for(self, partner, grade):
        """Return the first of these plans whose grades, profile and tags are the customer's; else empty."""
        tags = partner.category_id
        general = self.browse()
        for plan in self:
            narrow = plan.profile or plan.grade_ids or plan.category_ids
            if not narrow:
                general = general or plan
            elif (
                (not plan.profile or plan.profile == grade.dunning_profile)
                and (not plan.grade_ids or grade in plan.grade_ids)
                and (not plan.category_ids or plan.category_ids & tags)
            ):
                return plan
        return general
