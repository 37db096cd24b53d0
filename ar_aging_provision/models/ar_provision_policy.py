from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..demo import ar_aging_provision_demo
from ..rules.profiles import PROFILES
from .ar_bad_debt_approval_mixin import APPROVE
from odoo.addons.ar_base.rules.money import exact


class ArProvisionPolicy(models.Model):
    """How the loss allowance is measured and booked, from a date on.

    A confirmed policy is never edited: a change is a new version with its own date, so that every run stays
    explainable by the policy it used. Where the approval matrix names people for policies, one of them puts
    it in force, and nobody who entered or changed it.
    """

    _name = 'ar.provision.policy'
    _description = "Provision Policy"
    _journaled = frozenset(['submitted', 'confirmed', 'draft'])
    _journal_open = frozenset(['draft'])
    _journal_fields = frozenset(
        ['name', 'date_from', 'profile', 'second_person', 'forward_factor', 'default_vat_rate']
    )
    _journal_parts = {
        'rate_ids': ('bucket_id', 'grade_id', 'segment_id', 'rate'),
        'scenario_ids': ('weight', 'multiplier'),
    }
    _inherit = [
        'ar.policy.approval.mixin',
        'analytic.mixin',
        'ar.provision.accounts.mixin',
        'ar.provision.grid.mixin',
        'ar.provision.outlook.mixin',
    ]
    _order = 'date_from desc, id desc'
    _check_company_auto = True
    _facts = frozenset(['state', 'study_id', 'previous_id'])
    _fixed_after = frozenset(['submitted', 'confirmed'])
    _free_fields = frozenset(['active', 'name'])

    approver_ids = fields.Many2many()  # declared here: the table between goes with this addon
    name = fields.Char(required=True, default=lambda self: self.env._("Provision policy"), tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        'res.company',
        required=True,
        index=True,
        default=lambda self: self.env.company.root_id,
        help="The main company; its branches follow the same policy.",
    )
    currency_id = fields.Many2one(related='company_id.currency_id')
    date_from = fields.Date(
        "In Force From",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(month=1, day=1),
        tracking=True,
    )
    state = fields.Selection(
        [('draft', "Draft"), ('submitted', "To Approve"), ('confirmed', "In force")],
        default='draft',
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    profile = fields.Selection(
        [
            ('cn', "Through the allowance, gross (China)"),
            ('us', "Through the allowance (US, IFRS)"),
            ('direct', "Loss when incurred"),
            ('fr', "France (PCG)"),
            ('de', "Germany (HGB)"),
            ('es', "Spain, by customer (PGC)"),
            ('es_global', "Spain, global estimate (PGC)"),
        ],
        "Accounting Profile",
        required=True,
        default='us',
        help="Where charges, releases, write-offs and recoveries are booked.",
    )
    aging_scheme_id = fields.Many2one(
        'ar.aging.scheme',
        required=True,
        check_company=False,
        ondelete='restrict',
        default=lambda self: self.env.company._ar_scheme(),
    )
    valuation = fields.Selection(
        [('closing', "Closing rate at the date"), ('booked', "As booked")],
        "Foreign Currency",
        required=True,
        default='closing',
    )
    receivable_account_ids = fields.Many2many(
        'account.account',
        string="Receivable Accounts",
        check_company=True,
        help="Empty: every account of trade or doubtful receivables, bills and notes, and contract assets.",
    )
    base = fields.Selection(
        [('gross', "Gross, with VAT"), ('net', "Net of VAT")],
        required=True,
        compute='_compute_from_profile',
        precompute=True,
        store=True,
        readonly=False,
    )
    default_vat_rate = fields.Float(
        "VAT Rate without Invoice",
        digits=(6, 4),
        help="Used to remove VAT from items without an invoice when the base is net of VAT.",
    )
    use_grade_multiplier = fields.Boolean(
        "Grade Multipliers",
        default=True,
        help="Rates that name no grade are multiplied by the grade's multiplier, up to 100 %.",
    )
    deduct_secured = fields.Boolean(
        "Deduct Security",
        default=True,
        help="Amounts covered by insurance, guarantees or deposits carry no allowance.",
    )
    rate_ids = fields.One2many('ar.provision.rate', 'provision_policy_id', "Loss Rates", copy=True)
    rate_doubts = fields.Text(compute='_compute_rate_doubts')
    netting_level = fields.Selection(
        [
            ('account', "One net amount"),
            ('group', "By class and segment"),
            ('customer', "By customer, charges and releases gross"),
        ],
        "Netting",
        required=True,
        compute='_compute_from_profile',
        precompute=True,
        store=True,
        readonly=False,
    )
    mode = fields.Selection(
        [('incremental', "Book the difference"), ('reverse_and_repost', "Release all, charge all")],
        "Booking",
        required=True,
        compute='_compute_from_profile',
        precompute=True,
        store=True,
        readonly=False,
    )
    auto_reverse = fields.Boolean(
        "Reverse the Next Day", help="Each run's entry is reversed on the day after its date."
    )
    split_fx = fields.Boolean(
        "Separate Exchange Differences",
        help=(
            "The effect of closing-rate changes on the allowance for foreign-currency items since the last "
            "run is booked as an exchange difference instead of a charge or release."
        ),
    )
    vat_relief = fields.Boolean(
        "Write-Offs Lower Output VAT",
        compute='_compute_from_profile',
        precompute=True,
        store=True,
        readonly=False,
    )
    second_person = fields.Boolean(
        "Approval by Someone Else", default=True, help="The person who computed a run may not approve it."
    )
    run_ids = fields.One2many('ar.provision.run', 'policy_id', "Runs")
    study_id = fields.Many2one(
        'ar.loss.study', "Based On", readonly=True, copy=False, ondelete='restrict', index='btree_not_null'
    )
    previous_id = fields.Many2one('ar.provision.policy', "Previous Version", readonly=True, copy=False)
    note = fields.Html("Reasoning")

    _factor_positive = models.Constraint(
        'CHECK (forward_factor >= 0 AND default_vat_rate >= 0)',
        "The forward factor and the VAT rate cannot be negative.",
    )

    # === Computes ===

    @api.depends('rate_ids.rate', 'rate_ids.bucket_id', 'rate_ids.grade_id', 'rate_ids.segment_id', 'profile')
    @api.depends_context('lang')
    def _compute_rate_doubts(self):
        for policy in self:
            general = policy.rate_ids.filtered(lambda rate: not rate.grade_id and not rate.segment_id)
            rates = {row.bucket_id: row.rate for row in general}
            buckets = policy.aging_scheme_id.bucket_ids.filtered(lambda bucket: bucket in rates)
            policy.rate_doubts = (
                '\n'.join(
                    self.env['ar.provision.rate']._doubts(buckets, [rates[bucket] for bucket in buckets])
                )
                if PROFILES[policy.profile or 'us'].allowance
                else False
            )

    @api.depends('profile')
    def _compute_from_profile(self):
        for policy in self:
            profile = PROFILES[policy.profile or 'us']
            policy.base = profile.base
            policy.netting_level = profile.netting_level
            policy.mode = 'reverse_and_repost' if profile.reverse_and_repost else 'incremental'
            policy.vat_relief = profile.vat_relief

    def _profile(self):
        """Return the accounting profile, with what this policy chose differently."""
        return PROFILES[self.profile]._replace(reverse_and_repost=self.mode == 'reverse_and_repost')

    # === The policy in force ===

    @api.model
    def _for_date(self, company, date):
        """Return the policy in force in the company's tree at the date; empty if none."""
        return self.sudo().search(
            [('company_id', '=', company.root_id.id), ('state', '=', 'confirmed'), ('date_from', '<=', date)],
            limit=1,
        )

    @api.onchange('aging_scheme_id')
    def _onchange_scheme_id(self):
        if self.rate_ids.bucket_id - self.aging_scheme_id.bucket_ids or not self.rate_ids:
            self.rate_ids = [fields.Command.clear()] + [
                fields.Command.create({'bucket_id': bucket.id}) for bucket in self.aging_scheme_id.bucket_ids
            ]

    # === Changes ===

    @api.constrains('company_id')
    def _check_company_is_root(self):
        for policy in self:
            if policy.company_id.root_id != policy.company_id:
                raise ValidationError(
                    self.env._(
                        "%(branch)s is a branch: it follows the policy of %(company)s.",
                        branch=policy.company_id.name,
                        company=policy.company_id.root_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        if not all(policies.mapped('second_person')):
            self._check_may_waive()
        return policies

    def write(self, vals):
        if not vals.get('second_person', True) and any(self.mapped('second_person')):
            self._check_may_waive()
        return super().write(vals)

    @api.model
    def _check_may_waive(self):
        """Refuse accountants to decide alone that they may approve their own runs."""
        if not self.env.user.has_group('ar_base.group_manager'):
            raise AccessError(
                self.env._(
                    "Only a Receivables manager can let the person who computes a run approve it. "
                    "Keep \"Approval by Someone Else\" ticked."
                )
            )

    def _is_kept(self):
        return bool(self.run_ids)

    def _refusal_to_edit(self, names):
        fixed = self.filtered(lambda policy: policy._is_fixed())[:1]
        if not fixed or self._declared('_facts').intersection(names):
            return super()._refusal_to_edit(names)
        if fixed.state == 'submitted':
            return self.env._(
                "%s waits for approval and cannot be edited. Send it back to draft first.", fixed.display_name
            )
        return self.env._(
            "%s is in force and cannot be edited. Create a new version with its own date.", fixed.display_name
        )

    def _refusal_to_delete(self):
        return self.env._("%s has provision runs and must be kept. Archive it instead.", self.name)

    def copy_data(self, default=None):
        default = {'date_from': fields.Date.context_today(self), **(default or {})}
        return super().copy_data(default)

    def action_confirm(self):
        """Put the policies in force after checking that they can be applied and booked.

        Where the approval matrix names people for policies, this asks them first.
        """
        for policy in self:
            problems = policy._problems()
            if problems:
                raise UserError('\n'.join(problems))
        ready = self.filtered(lambda policy: policy._may_put_in_force())
        ready._open_doubtful_account()
        ready._record_facts({'state': 'confirmed'})
        ready.sudo().activity_unlink([APPROVE])
        return True

    def _may_put_in_force(self):
        """Return whether the user puts the policy in force now; else it has been submitted.

        :raise AccessError: it waits for somebody else.
        """
        if self.state == 'submitted':
            self._approval_check()
        elif self.state == 'draft' and self.env['ar.approval.rule']._find(
            self._approval_kind(), self.company_id, self._approval_amount(), self._approval_grade()
        ):
            self.check_access('write')
            self._record_facts({'state': 'submitted'})
            self._approval_request()
            return False
        return True

    def action_reset(self):
        """Back to draft, while no run relies on the policy."""
        for policy in self:
            if policy.run_ids.filtered(lambda run: run.state != 'draft'):
                raise UserError(
                    self.env._(
                        "Runs rely on %s. Create a new version with its own date instead.", policy.name
                    )
                )
        self.sudo().activity_unlink([APPROVE])
        return self._record_facts({'state': 'draft'})

    def action_new_version(self):
        """Open a copy to edit; this policy stays in force until the copy's date."""
        self.ensure_one()
        version = self.copy()
        version._record_facts({'previous_id': self.id})
        return version._action_open()

    def _action_open(self):
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
        }

    def action_open_runs(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('ar_aging_provision.ar_provision_run_action')
        return {**action, 'domain': [('policy_id', '=', self.id)], 'context': {'default_policy_id': self.id}}

    # === What is missing ===

    def _problems(self):
        """Return sentences that say what keeps the policy from being put in force."""
        self.ensure_one()
        problems = []
        general = self.rate_ids.filtered(lambda rate: not rate.grade_id and not rate.segment_id).bucket_id
        missing = self.aging_scheme_id.bucket_ids - general
        if missing and PROFILES[self.profile].allowance:
            problems.append(
                self.env._("The matrix has no general rate for: %s.", ', '.join(missing.mapped('name')))
            )
        if foreign := self.rate_ids.bucket_id - self.aging_scheme_id.bucket_ids:
            problems.append(
                self.env._(
                    "These buckets belong to another aging scheme: %s.", ', '.join(foreign.mapped('name'))
                )
            )
        return problems + self._outlook_problems() + self._account_problems()

    # === Rates ===

    def _rate_table(self):
        """Return ({(bucket, grade, segment) ids: rate}, factor, {grade id: multiplier}) as decimals."""
        self.ensure_one()
        rates = {
            (row.bucket_id.id, row.grade_id.id or None, row.segment_id.id or None): exact(row.rate)
            for row in self.rate_ids
        }
        grades = self.env['ar.credit.grade'].sudo().search([('active', 'in', (True, False))])
        multipliers = {grade.id: exact(grade.provision_multiplier) for grade in grades}
        return rates, self._forward_multiplier(), multipliers if self.use_grade_multiplier else {}

    # === Demo ===

    @api.model
    def _load_demo(self):
        """For demo databases only; does nothing without a chart of accounts, and nothing a second time."""
        ar_aging_provision_demo.load(self.env)
