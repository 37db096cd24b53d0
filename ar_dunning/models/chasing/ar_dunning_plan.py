from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...rules import dunning


class ArDunningPlan(models.Model):
    """How customers are asked for what is overdue: a ladder of stages and when they may be asked again.

    A customer's plan is the one of its credit file, else the first whose grades or categories are the customer's, else the first
    that is for everybody.
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
        "Days between Letters", default=7, help="A customer gets no second letter within these days."
    )
    grace_days = fields.Integer(
        default=0,
        help="An item is overdue once it is late by more than these days. Negative: reminders before the due date.",
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
        help="A customer whose payment is booked but not matched gets no letter until somebody has matched it.",
    )
    allow_skip = fields.Boolean(
        "Levels May Be Skipped", help="A very late item starts at the level of its days, not at the first."
    )
    escalate_broken = fields.Boolean(
        "Broken Promises Raise",
        default=True,
        help="An item whose promise or payment plan was broken is asked for at once, one level above.",
    )
    stage_ids = fields.One2many('ar.dunning.stage', 'dunning_plan_id', "Stages", copy=True)
    stage_count = fields.Integer(compute='_compute_stage_count')

    @api.depends('stage_ids')
    def _compute_stage_count(self):
        for plan in self:
            plan.stage_count = len(plan.stage_ids)

    @api.constrains('interval_days', 'min_days_account')
    def _check_days(self):
        for plan in self:
            if plan.interval_days < 0 or plan.min_days_account < 0:
                raise ValidationError(
                    self.env._(
                        "Plan %s: days between letters and of the oldest item cannot be negative.", plan.name
                    )
                )

    def _policy(self, currency, company, day):
        """Return the plan as ``rules.dunning`` takes it, with the amounts in ``currency`` at the day's rate."""
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

    @api.model
    def _plans_of(self, company):
        """Return the plans that customers of the company (a root) may follow, in the order in which they are asked."""
        return self.sudo().search(
            [('company_id', 'in', (False, company.root_id.id)), ('stage_ids', '!=', False)]
        )

    def _first_for(self, partner, grade):
        """Return the first of these plans whose grades, profile and tags fit the customer; empty where none does."""
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
