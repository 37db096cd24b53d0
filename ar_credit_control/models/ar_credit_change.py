from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# Put in the context by this model's own code to mark an approved change: no client can send it.
APPROVED = object()


class Part(NamedTuple):
    """What a change can set: a field of the account, and where it is kept here.

    Attributes:
        before: field of the value that the account had.
        after: field of the value that it gets; None = it follows from the tick.
        tick: field that says that it changes.
    """

    field: str
    before: str
    after: str | None
    tick: str


PARTS = (
    Part('credit_limit', 'old_limit', 'new_limit', 'change_limit'),
    Part('is_unlimited', 'old_unlimited', 'new_unlimited', 'change_limit'),
    Part('limit_decided', 'old_decided', None, 'change_limit'),
    Part('limit_valid_until', 'old_valid_until', 'valid_until', 'change_limit'),
    Part('grade_id', 'old_grade_id', 'new_grade_id', 'change_grade'),
    Part('terms_days', 'old_terms_days', 'new_terms_days', 'change_terms'),
    Part('terms_decided', 'old_terms_decided', None, 'change_terms'),
    Part('temp_limit', 'old_temp_limit', 'temp_limit', 'change_temp'),
    Part('temp_from', 'old_temp_from', 'temp_from', 'change_temp'),
    Part('temp_until', 'old_temp_until', 'temp_until', 'change_temp'),
    Part('file_valid_until', 'old_review_on', 'review_on', 'review_on'),
)
KEPT = {part.field: part.before for part in PARTS}
TICKS = frozenset(part.tick for part in PARTS)
NEW = frozenset(part.after for part in PARTS if part.after)
ASKED = TICKS | NEW | {'credit_account_id', 'apply_on', 'reason', 'origin'}


class ArCreditChange(models.Model):
    """A change of a customer's limit, grade or terms: asked for with a reason, approved, applied, kept.

    What is not ticked stays as it is on the account. A change made on the account directly leaves an applied
    record here too, so that the list of changes is the whole history.
    """

    _name = 'ar.credit.change'
    _description = "Credit Change"
    _journaled = frozenset(['submitted', 'approved', 'rejected', 'applied', 'cancelled'])
    _journal_fields = NEW | {'credit_account_id', 'apply_on', 'reason', 'origin', 'summary'}
    _inherit = ['mail.thread', 'mail.activity.mixin', 'ar.approval.mixin']
    _order = 'id desc'
    _facts = frozenset(KEPT.values()).union(
        ('state', 'requested_by', 'requested_on', 'decided_by', 'decided_on', 'decision_note', 'applied_on')
    )
    _fixed_after = frozenset({'submitted', 'approved', 'applied', 'rejected', 'cancelled'})

    approver_ids = fields.Many2many()  # declared here: the table between goes with this addon
    credit_account_id = fields.Many2one('ar.credit.account', required=True, index=True, ondelete='cascade')
    partner_id = fields.Many2one(related='credit_account_id.partner_id', string="Customer", store=True)
    company_id = fields.Many2one(related='credit_account_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    origin = fields.Selection(
        [
            ('manual', "Requested"),
            ('mass', "Mass recalculation"),
            ('direct', "Entered directly"),
        ],
        required=True,
        default='manual',
        readonly=True,
    )
    state = fields.Selection(
        [
            ('draft', "Draft"),
            ('submitted', "Submitted"),
            ('approved', "Approved"),
            ('applied', "Applied"),
            ('rejected', "Rejected"),
            ('cancelled', "Cancelled"),
        ],
        required=True,
        default='draft',
        readonly=True,
        copy=False,
        index=True,
        group_expand=True,
        tracking=True,
    )
    reason = fields.Text(help="Kept in the customer's file.")
    summary = fields.Char(compute='_compute_summary')

    change_limit = fields.Boolean("Limit")
    new_limit = fields.Monetary()
    new_unlimited = fields.Boolean("Unlimited")
    valid_until = fields.Date(help="The last day on which the new limit counts; empty = no end date.")
    change_temp = fields.Boolean("Temporary Limit")
    temp_limit = fields.Monetary("New Temporary Limit")
    temp_from = fields.Date("From")
    temp_until = fields.Date("To", help="From the next day, the normal limit applies again.")
    change_grade = fields.Boolean("Grade")
    new_grade_id = fields.Many2one('ar.credit.grade')
    change_terms = fields.Boolean("Longest Terms")
    new_terms_days = fields.Integer("New Terms (Days)", help="0 = prepayment.")
    review_on = fields.Date("Next Review", help="Empty: stays as it is.")
    apply_on = fields.Date("Takes Effect on", help="Empty: as soon as it is approved.")

    old_limit = fields.Monetary("Limit Before", readonly=True, copy=False)
    old_unlimited = fields.Boolean("Unlimited Before", readonly=True, copy=False)
    old_decided = fields.Boolean("Limit Decided Before", readonly=True, copy=False)
    old_valid_until = fields.Date("Valid until Before", readonly=True, copy=False)
    old_grade_id = fields.Many2one('ar.credit.grade', "Grade Before", readonly=True, copy=False)
    old_terms_days = fields.Integer("Terms Before", readonly=True, copy=False)
    old_terms_decided = fields.Boolean("Own Terms Before", readonly=True, copy=False)
    old_temp_limit = fields.Monetary("Temporary Limit Before", readonly=True, copy=False)
    old_temp_from = fields.Date("Temporary from Before", readonly=True, copy=False)
    old_temp_until = fields.Date("Temporary until Before", readonly=True, copy=False)
    old_review_on = fields.Date("Review Before", readonly=True, copy=False)

    # approval.mixin looks at the grade the customer has now
    grade_id = fields.Many2one(related='credit_account_id.grade_id', string="Present Grade")
    requested_by = fields.Many2one('res.users', readonly=True, default=lambda self: self.env.user, copy=False)
    requested_on = fields.Datetime(readonly=True, copy=False)
    decided_by = fields.Many2one('res.users', readonly=True, copy=False)
    decided_on = fields.Datetime(readonly=True, copy=False)
    decision_note = fields.Text(readonly=True, copy=False)
    applied_on = fields.Datetime(readonly=True, copy=False)

    _limits_positive = models.Constraint(
        'CHECK (new_limit >= 0 AND temp_limit >= 0 AND new_terms_days >= 0)',
        "Limits and terms cannot be negative.",
    )
    _temp_period = models.Constraint(
        'CHECK (temp_from IS NULL OR temp_until IS NULL OR temp_from <= temp_until)',
        "A temporary limit cannot end before it begins.",
    )

    @api.depends('credit_account_id')
    def _compute_display_name(self):
        for change in self:
            change.display_name = self.env._("New credit change")
            if account := change.credit_account_id:
                change.display_name = self.env._("Credit change of %s", account.display_name)

    # === Words ===

    @api.depends(*ASKED - {'reason', 'origin', 'apply_on'}, *KEPT.values())
    @api.depends_context('lang')
    def _compute_summary(self):
        for change in self:
            change.summary = '; '.join(change._differences())

    def _differences(self):
        """Return each thing that changes, as "what: before → after"."""
        none = self.env._("none")
        if self.change_limit:
            before = self._money(self.old_limit) if self.old_decided else none
            before = self.env._("unlimited") if self.old_unlimited else before
            after = self.env._("unlimited") if self.new_unlimited else self._money(self.new_limit)
            yield self.env._("Limit: %(before)s → %(after)s", before=before, after=after) + (
                self.env._(" until %s", self._date(self.valid_until)) if self.valid_until else ''
            )
        if self.change_temp and self.temp_until:
            yield self.env._(
                "Temporary limit: %(amount)s, %(start)s to %(end)s",
                amount=self._money(self.temp_limit),
                start=self._date(self.temp_from) or self.env._("today"),
                end=self._date(self.temp_until),
            )
        elif self.change_temp:
            yield self.env._("Temporary limit: ended")
        if self.change_grade and (self.new_grade_id or self.state != 'draft'):
            yield self.env._(
                "Grade: %(before)s → %(after)s",
                before=self.old_grade_id.name or none,
                after=self.new_grade_id.name or none,
            )
        if self.change_terms:
            yield self.env._(
                "Terms: %(before)s → %(after)s days",
                before=self.old_terms_days if self.old_terms_decided else none,
                after=self.new_terms_days,
            )
        if self.review_on:
            yield self.env._("Next review: %s", self._date(self.review_on))

    def _money(self, amount):
        return self.currency_id.format(amount)

    def _date(self, day):
        return self.env['ir.qweb.field.date'].value_to_html(day, {}) if day else ''

    # === Filling in ===

    @api.onchange('credit_account_id')
    def _onchange_credit_account_id(self):
        account = self.credit_account_id
        self.update({part.before: account[part.field] for part in PARTS})
        self.new_limit, self.new_unlimited = account.credit_limit, account.is_unlimited
        self.valid_until = account.limit_valid_until
        self.new_terms_days = account._credit_allowed_days() or 0

    @api.onchange('new_grade_id')
    def _onchange_new_grade_id(self):
        """Propose what the grade's policy says; each difference is seen before anything is written."""
        grade = self.new_grade_id
        if self.change_grade and grade:
            self.change_terms, self.new_terms_days = True, grade.max_terms_days
            self.review_on = fields.Date.add(fields.Date.context_today(self), months=grade.review_months)
            if not grade.limit_factor:
                self.change_limit, self.new_limit, self.new_unlimited = True, 0.0, False

    # === Keeping ===

    @api.model
    def _facts_of_new(self, vals):
        return self.env['ar.credit.account'].browse(vals.get('credit_account_id'))._credit_kept()

    @api.model
    def _refusal_to_edit(self, names):
        if self._declared('_facts').intersection(names):
            return self.env._("A credit change is decided with its buttons, not edited.")
        return self.env._("Already submitted: cancel this change and request another one.")

    def _refusal_to_delete(self):
        return self.env._("Credit changes stay in the customer's file: cancel this one, do not delete it.")

    @api.constrains('state', *ASKED)
    def _check_complete(self):
        for change in self.filtered(lambda c: c.state in ('submitted', 'approved')):
            if not any(change[tick] for tick in TICKS):
                raise ValidationError(self.env._("Tick what changes: the limit, the grade, the terms."))
            if not (change.reason or '').strip():
                name = change.partner_id.display_name
                raise ValidationError(self.env._("Enter why the credit of %s changes.", name))

    # === Approval ===

    def _approval_kind(self):
        return 'change'

    def _approval_amount(self):
        """Return the highest limit that counts once this is applied; unlimited is above every amount."""
        account = self.credit_account_id
        limit = self.new_limit if self.change_limit else account.credit_limit
        if self.new_unlimited if self.change_limit else account.is_unlimited:
            return float(10**15)
        return max(limit, self.temp_limit if self.change_temp else 0.0)

    def _approval_requesters(self):
        return self.requested_by

    def _approval_activity(self):
        return 'ar_credit_control.mail_activity_type_change', self.env._("Approve: %s", self.summary)

    def _only(self, *states):
        if any(change.state not in states for change in self):
            raise UserError(self.env._("This change has already been dealt with. Reload the page."))

    def action_submit(self):
        """Ask for the change: the people whom the approval matrix names are notified."""
        self.check_access('write')
        self._only('draft')
        for change in self.sudo():
            change._record_facts(
                {
                    **change.credit_account_id._credit_kept(),
                    'state': 'submitted',
                    'requested_by': self.env.uid,
                    'requested_on': fields.Datetime.now(),
                }
            )
            change._approval_request()
        return True

    def action_approve(self, note=None):
        """Approve the changes; what takes effect today is applied at once.

        :raise AccessError: the matrix names others, or the user asked for it.
        """
        self._decide('approved', note)
        today = fields.Date.context_today(self)
        self.filtered(lambda change: not change.apply_on or change.apply_on <= today).sudo()._apply()
        return True

    def action_reject(self, note=None):
        """Turn the changes down; nothing of the account changes."""
        self._decide('rejected', note)
        return True

    def _decide(self, state, note):
        self._only('submitted')
        self._approval_check()
        self.sudo()._record_facts(
            {
                'state': state,
                'decided_by': self.env.uid,
                'decided_on': fields.Datetime.now(),
                'decision_note': note,
            }
        )
        self.sudo()._close_activities()

    def action_cancel(self):
        """Take back what is not applied yet."""
        self.check_access('write')
        self._only('draft', 'submitted', 'approved')
        self.sudo()._record_facts({'state': 'cancelled'})
        self.sudo()._close_activities()
        return True

    def action_apply(self):
        """Apply approved changes now, before their day."""
        self.check_access('write')
        self._only('approved')
        self.sudo()._apply()
        return True

    def _close_activities(self):
        self.activity_unlink(['ar_credit_control.mail_activity_type_change'])

    def _apply(self):
        for change in self:
            account = change.credit_account_id
            change._record_facts(
                {**account._credit_kept(), 'state': 'applied', 'applied_on': fields.Datetime.now()}
            )
            account.with_context(credit_change=APPROVED).write(change._account_values())
            account.message_post(body=change.summary, subtype_xmlid='mail.mt_note')

    def _account_values(self):
        """Return what is written on the account."""
        values = {
            part.field: self._fields[part.after].convert_to_write(self[part.after], self)
            for part in PARTS
            if part.after and self[part.tick]
        }
        return {**values, 'terms_decided': True} if self.change_terms else values

    @api.model
    def _record_direct(self, account, before):
        """Leave an applied change for what somebody entered in the file directly.

        :param before: what ``ar.credit.account._credit_kept`` returned then.
        """
        after = account._credit_kept()
        changed = {part.tick for part in PARTS if after[part.before] != before[part.before]}
        if not changed:
            return
        now = fields.Datetime.now()
        values = {part.after: after[part.before] for part in PARTS if part.after}
        facts = {
            **before,
            **values,
            **{tick: tick in changed and values.get(tick, True) for tick in TICKS},
            'credit_account_id': account.id,
            'origin': 'direct',
            'state': 'applied',
            'requested_by': self.env.uid,
            'requested_on': now,
            'decided_by': self.env.uid,
            'decided_on': now,
            'applied_on': now,
        }
        self.sudo()._create_with_facts([facts])

    @api.model
    def _cron_changes(self):
        """Apply approved changes whose day has come, and escalate overdue decisions."""
        self.sudo().search(
            [('state', '=', 'approved'), ('apply_on', '<=', fields.Date.context_today(self))]
        )._apply()
        self._approval_escalate([('state', '=', 'submitted')])
