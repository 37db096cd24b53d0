from datetime import timedelta

from odoo import api, fields, models

from ..engine.scope import Tree
from odoo.addons.ar_base.rules.money import exact


class ResCompany(models.Model):
    _inherit = 'res.company'

    ar_default_limit_policy = fields.Selection(
        [('skip', "No limit is checked"), ('amount', "This limit applies")],
        "Customers without a Limit",
        default='skip',
        required=True,
    )
    ar_default_limit = fields.Monetary("Default Limit", help="0 = no credit until a limit is granted.")
    ar_deduct_credits = fields.Boolean("Deduct Unallocated Payments and Credit Notes", default=True)
    ar_payment_counts = fields.Selection(
        [('registered', "When it is registered"), ('bank', "When it is on the bank statement")],
        "A Payment Lowers the Exposure",
        default='registered',
        required=True,
    )
    ar_use_horizon = fields.Boolean("Shipping Horizon")
    ar_horizon_days = fields.Integer("Horizon (Days)", default=30)
    ar_honour_days = fields.Integer("A Release Holds for (Days)", default=7)
    ar_release_tolerance = fields.Float("Released Order May Grow by (%)", default=0.0)
    ar_release_max_days = fields.Integer(
        "Longest Release (Days)", default=30, help="No release may hold for longer."
    )
    ar_release_max_tolerance = fields.Float(
        "Largest Tolerance of a Release (%)", default=10.0, help="No released order may grow by more."
    )
    ar_strictness = fields.Selection(
        [
            ('hold', "Hold"),
            ('warn', "Warn only"),
            ('none', "Let pass"),
            ('custom', "As set in the credit rules"),
        ],
        "New Customers, Grades without Credit, Longer Terms",
        compute='_compute_ar_strictness',
        inverse='_inverse_ar_strictness',
        help="What the three rules do that stand in for a credit decision.",
    )
    ar_observe_until = fields.Date(
        "Observe Only until",
        help="Up to this day no rule stops an order; what would have been held is recorded.",
    )
    ar_limit_documents = fields.Boolean(
        "Limits by Document Only",
        default=True,
        help="Limits, grades and terms change by an approved document. Switched off, they can be entered in "
        "the file with a reason, below the first amount of the approval matrix.",
    )
    ar_notice_days = fields.Integer("Notice before Reviews and Expiries (Days)", default=14)
    ar_confirm_auto_released = fields.Boolean("Confirm Orders Released Automatically", default=True)
    ar_invoice_check = fields.Selection(
        [
            ('none', "Are not checked"),
            ('warn', "Are posted with a note"),
            ('hold', "Wait for a credit controller"),
        ],
        "Invoices without an Order that Break a Credit Rule",
        default='warn',
        required=True,
    )
    ar_credit_responsible_id = fields.Many2one(
        'res.users',
        "Credit Responsible",
        domain=[('share', '=', False)],
        help="Receives an activity for each held order. Empty: the first credit controller of the company.",
    )

    _release_bounds_positive = models.Constraint(
        'CHECK (ar_honour_days >= 0 AND ar_release_tolerance >= 0 AND ar_release_max_days >= 0 '
        'AND ar_release_max_tolerance >= 0)',
        "The days and percentages of a release cannot be negative.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        for company in companies.filtered(lambda c: not c.parent_id):
            self.env['ar.credit.rule'].sudo()._create_defaults(company)
        return companies

    def write(self, vals):
        result = super().write(vals)
        if 'ar_observe_until' in vals:
            self.env['ar.credit.decision']._queue_recheck([('company_id', 'in', self.root_id.ids)])
        return result

    def _credit_tree(self, check_date):
        """Return what this main company decided about exposures, as ``engine.scope.Tree``."""
        branches = [branch for branch, root_id in self._ar_branch_roots() if root_id == self.id]
        last_day = check_date + timedelta(days=self.ar_horizon_days) if self.ar_use_horizon else None
        return Tree(
            self.id,
            (self.id, *branches),
            self.ar_deduct_credits,
            self.ar_payment_counts == 'bank',
            last_day,
        )

    def _credit_converter(self, day):
        """Return ``_credit_convert`` as a function of (amount, currency id) that looks each rate up once."""
        rates = {self.currency_id.id: 1}

        def convert(amount, currency_id):
            if currency_id not in rates:
                rates[currency_id] = self._credit_convert(1, currency_id, day)
            return exact(amount) * rates[currency_id]

        return convert

    def _credit_convert(self, amount, currency_id, day):
        """Return the amount in company currency at the day's rate, exact and not rounded."""
        if currency_id == self.currency_id.id:
            return exact(amount)
        currency = self.env['res.currency'].browse(currency_id)
        return exact(amount) * exact(self.env['ar.open.item']._rate(currency, self.currency_id, self, day))

    def _ar_binding_rules(self):
        return (
            self.env['ar.credit.rule']
            .sudo()
            .search(
                [
                    ('company_id', '=', self.root_id.id),
                    ('code', 'in', ('no_file', 'no_credit', 'terms')),
                    ('grade_id', '=', False),
                    ('credit_account_id', '=', False),
                ]
            )
        )

    def _compute_ar_strictness(self):
        for company in self:
            outcomes = set(company._ar_binding_rules().mapped('outcome'))
            company.ar_strictness = outcomes.pop() if len(outcomes) == 1 else 'custom'

    def _inverse_ar_strictness(self):
        for company in self.filtered(lambda c: c.ar_strictness not in (False, 'custom')):
            company._ar_binding_rules().outcome = company.ar_strictness

    def _ar_observes(self):
        """Tell whether the rules only record today what they would hold."""
        until = self.root_id.sudo().ar_observe_until
        return bool(until) and fields.Date.context_today(self) <= until

    def _ar_credit_responsible(self):
        """Return who is notified of a held order; may be empty if no user has the role."""
        root = self.root_id.sudo()
        if root.ar_credit_responsible_id:
            return root.ar_credit_responsible_id
        controllers = self._ar_people('ar_base.group_controller')
        return (controllers.filtered(lambda user: not user.has_group('base.group_system')) or controllers)[:1]
