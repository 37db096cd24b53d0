from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import limits
from odoo.addons.ar_base.rules.money import exact, rounded

YEARS = 50  # the longest that a security can run


class ArCreditSecurity(models.Model):
    """What secures a customer's debt. It counts once a second person approved it, until its last day.

    What was submitted is not edited or deleted: a security ends, and another one is entered. Entered by the
    server's own code (superuser), it counts at once.
    """

    _name = 'ar.credit.security'
    _description = "Credit Security"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'ar.approval.request.mixin']
    _journaled = frozenset({'submitted', 'approved', 'rejected'})
    _journal_fields = frozenset(
        {
            'credit_account_id',
            'name',
            'insurer_id',
            'kind',
            'currency_id',
            'cover',
            'valid_from',
            'valid_until',
        }
    )
    _order = 'valid_until desc, id'
    _facts = frozenset({'ended_by'})
    _fixed_after = frozenset({'submitted', 'approved', 'rejected'})
    _free_fields = frozenset({'note'})

    approver_ids = fields.Many2many()  # declared here: the table between goes with this addon
    credit_account_id = fields.Many2one('ar.credit.account', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='credit_account_id.company_id', store=True)
    partner_id = fields.Many2one(related='credit_account_id.partner_id', string="Customer")
    grade_id = fields.Many2one(related='credit_account_id.grade_id')
    name = fields.Char("Reference", help="Policy, guarantee or deposit number.")
    insurer_id = fields.Many2one('res.partner', "Insurer or Guarantor")
    kind = fields.Selection(
        [
            ('guarantee', "Guarantee"),
            ('insurance', "Credit insurance"),
            ('deposit', "Deposit"),
            ('collateral', "Collateral"),
        ],
        required=True,
        default='guarantee',
    )
    state = fields.Selection(
        [
            ('draft', "Draft"),
            ('submitted', "Submitted"),
            ('approved', "Approved"),
            ('rejected', "Rejected"),
        ],
        required=True,
        default='draft',
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        help="Only an approved security counts.",
    )
    currency_id = fields.Many2one(
        'res.currency', required=True, default=lambda self: self.env.company.currency_id
    )
    amount = fields.Monetary(required=True, help="Insurance: the insured limit.")
    cover = fields.Float("Cover %", default=100.0, required=True)
    valid_from = fields.Date(help="The first day on which it counts; empty = at once.")
    is_valid = fields.Boolean("Counts Today", compute='_compute_is_valid')
    note = fields.Char()
    valid_until = fields.Date(help="The last day on which it counts; empty = no end date.")
    ended_by = fields.Many2one('res.users', readonly=True, copy=False)

    _period = models.Constraint(
        'CHECK (valid_from IS NULL OR valid_until IS NULL OR valid_from <= valid_until)',
        "A security cannot end before it begins.",
    )
    _amount_positive = models.Constraint(
        'CHECK (amount >= 0)', "The amount of a security cannot be negative."
    )

    @api.depends('name', 'kind', 'partner_id')
    def _compute_display_name(self):
        kinds = dict(self._fields['kind']._description_selection(self.env))
        for security in self:
            what = ' '.join(filter(None, (kinds.get(security.kind), security.name)))
            security.display_name = self.env._(
                "%(security)s of %(customer)s", security=what, customer=security.partner_id.name
            )

    @api.depends('valid_from', 'valid_until', 'state')
    def _compute_is_valid(self):
        today = fields.Date.context_today(self)
        for security in self:
            security.is_valid = (
                security.state == 'approved'
                and (not security.valid_from or security.valid_from <= today)
                and (not security.valid_until or security.valid_until >= today)
            )

    @api.constrains('cover', 'amount', 'valid_from', 'valid_until')
    def _check_figures(self):
        today = fields.Date.context_today(self)
        for security in self:
            if not 0 <= security.cover <= 100:
                raise ValidationError(
                    self.env._("The cover of a security must be between 0 and 100 percent.")
                )
            self._check_amount(security.amount)
            for day in (security.valid_from, security.valid_until):
                if day and not limits.is_day(day, today, YEARS):
                    raise ValidationError(
                        self.env._(
                            "%s cannot be a day of a security: check the year.", fields.Date.to_string(day)
                        )
                    )

    @api.model
    def _check_amount(self, amount):
        if not limits.is_amount(amount):
            raise ValidationError(
                self.env._("%s is no amount of a security: enter a number from 0 up.", amount)
            )

    # === Keeping ===

    @api.model
    def _facts_of_new(self, vals):
        state = {'state': 'approved'} if self.env.su else {}
        return {**super()._facts_of_new(vals), **state}

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_amount(vals.get('amount'))
        securities = super().create(vals_list)
        securities.credit_account_id._credit_queue_recheck()
        return securities

    def write(self, vals):
        if 'amount' in vals:
            self._check_amount(vals['amount'])
        result = super().write(vals)
        self.credit_account_id._credit_queue_recheck()
        return result

    @api.model
    def _refusal_to_edit(self, names):
        return self.env._(
            "%s A security that was submitted is not edited: end it, and enter another one.",
            super()._refusal_to_edit(names),
        )

    def _refusal_to_delete(self):
        return self.env._("%s stays in the credit file: end it instead.", self.display_name)

    # === Approval ===

    def _approval_kind(self):
        return 'security'

    def _approval_amount(self):
        """Return what it can cover, in company currency."""
        day = fields.Date.context_today(self)
        amount = self.company_id._credit_convert(self.amount, self.currency_id.id, day)
        return float(rounded(exact(amount) * exact(self.cover) / 100, self.company_id.currency_id.rounding))

    def _approval_requesters(self):
        return self.requested_by | self.partner_id.sudo().user_id

    def _approval_activity(self):
        return 'ar_credit_control.mail_activity_type_security', self.env._("Approve: %s", self.display_name)

    def action_end(self):
        """Let the security count no longer, from today; it stays on record."""
        self.check_access('write')
        self._only('approved')
        yesterday = fields.Date.subtract(fields.Date.context_today(self), days=1)
        for security in self.sudo().filtered(lambda s: not s.valid_until or s.valid_until > yesterday):
            begins = min(filter(None, (security.valid_from, yesterday))) if security.valid_from else False
            security._record_facts({'valid_until': yesterday, 'valid_from': begins, 'ended_by': self.env.uid})
            security.with_env(self.env)._journal(security.state)
            security.credit_account_id.message_post(body=self.env._("%s was ended.", security.display_name))
        return True
