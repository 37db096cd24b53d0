from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import limits

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
    Part('group_id', 'old_group_id', 'new_group_id', 'change_group'),
    Part('limit_mandatory', 'old_mandatory', 'new_mandatory', 'change_group'),
    Part('file_valid_until', 'old_review_on', 'review_on', 'review_on'),
)
KEPT = {part.field: part.before for part in PARTS}
TICKS = frozenset(part.tick for part in PARTS) | {'order_id'}
NEW = frozenset(part.after for part in PARTS if part.after) | {
    'new_withdrawn',
    'new_group_limit',
    'new_payment_term_id',
}
ASKED = TICKS | NEW | {'credit_account_id', 'apply_on', 'reason', 'origin'}
AMOUNTS = ('new_limit', 'temp_limit', 'new_group_limit')
DAYS = ('valid_until', 'temp_from', 'temp_until', 'review_on', 'apply_on')
YEARS = 10  # the longest that a limit, a review or a change can lie ahead


class ArCreditChange(models.Model):
    """Every way to more credit: asked for with a reason, approved by a second person, applied, kept.

    Limit, temporary limit, grade, terms (with the customer's payment terms), group and group limit, and the
    remaining credit of an order that will not ship. What is not ticked stays as it is on the account. A
    change made on the account directly leaves an applied record here too, so that the list of changes is the
    whole history. Amounts are in company currency.
    """

    _name = 'ar.credit.change'
    _description = "Credit Change"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'ar.approval.mixin']
    _order = 'id desc'
    _facts = frozenset(KEPT.values()).union(
        ('old_group_limit', 'old_payment_term_id'),
        ('state', 'requested_by', 'requested_on', 'decided_by', 'decided_on', 'decision_note', 'applied_on'),
    )
    _fixed_after = frozenset({'submitted', 'approved', 'applied', 'rejected', 'cancelled'})

    approver_ids = fields.Many2many()  # declared here: the table between goes with this addon
    credit_account_id = fields.Many2one('ar.credit.account', required=True, index=True, ondelete='restrict')
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
    new_withdrawn = fields.Boolean(
        "Withdrawn", help="The customer has no limit of its own: the company's setting applies again."
    )
    valid_until = fields.Date(help="The last day on which the new limit counts; empty = no end date.")
    change_temp = fields.Boolean("Temporary Limit")
    temp_limit = fields.Monetary("New Temporary Limit")
    temp_from = fields.Date("From")
    temp_until = fields.Date("To", help="From the next day, the normal limit applies again.")
    change_grade = fields.Boolean("Grade")
    new_grade_id = fields.Many2one('ar.credit.grade')
    change_terms = fields.Boolean("Longest Terms")
    new_terms_days = fields.Integer("New Terms (Days)", help="0 = prepayment.")
    new_payment_term_id = fields.Many2one(
        'account.payment.term',
        "New Payment Terms",
        compute='_compute_new_payment_term_id',
        store=True,
        readonly=False,
        ondelete='restrict',
        help="Becomes the customer's payment terms. Proposed: the longest that fit; empty: they stay.",
    )
    change_group = fields.Boolean("Credit Group")
    new_group_id = fields.Many2one(
        'ar.credit.group', domain="[('company_id', '=', company_id)]", ondelete='restrict'
    )
    new_group_limit = fields.Monetary(help="Of all members of the new group together.")
    new_mandatory = fields.Boolean(
        "0 Means No Credit",
        default=True,
        help="Untick it to let the group's limit apply where the customer's own limit is 0.",
    )
    order_id = fields.Many2one(
        'sale.order',
        "Release Remaining Credit of",
        ondelete='restrict',
        index='btree_not_null',
        help="What this order has not delivered will never ship: it stops taking up credit.",
    )
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
    old_group_id = fields.Many2one(
        'ar.credit.group', "Group Before", readonly=True, copy=False, ondelete='restrict'
    )
    old_group_limit = fields.Monetary("Group Limit Before", readonly=True, copy=False)
    old_mandatory = fields.Boolean("0 Meant No Credit", readonly=True, copy=False)
    old_payment_term_id = fields.Many2one(
        'account.payment.term', "Payment Terms Before", readonly=True, copy=False, ondelete='restrict'
    )

    # approval.mixin looks at the grade the customer has now
    grade_id = fields.Many2one(related='credit_account_id.grade_id', string="Present Grade")
    requested_by = fields.Many2one('res.users', readonly=True, default=lambda self: self.env.user, copy=False)
    requested_on = fields.Datetime(readonly=True, copy=False)
    decided_by = fields.Many2one('res.users', readonly=True, copy=False)
    decided_on = fields.Datetime(readonly=True, copy=False)
    decision_note = fields.Text(readonly=True, copy=False)
    applied_on = fields.Datetime(readonly=True, copy=False)

    _limits_positive = models.Constraint(
        'CHECK (new_limit >= 0 AND temp_limit >= 0 AND new_terms_days >= 0 AND new_group_limit >= 0)',
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
            after = none if self.new_withdrawn else after
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
            if self.new_payment_term_id:
                yield self.env._(
                    "Payment terms: %(before)s → %(after)s",
                    before=self.old_payment_term_id.name or none,
                    after=self.new_payment_term_id.name,
                )
        if self.change_group:
            yield from self._group_differences(none)
        if self.order_id:
            yield self.env._("Remaining credit of %s released", self.sudo().order_id.name)
        if self.review_on:
            yield self.env._("Next review: %s", self._date(self.review_on))

    def _group_differences(self, none):
        yield self.env._(
            "Credit group: %(before)s → %(after)s",
            before=self.old_group_id.name or none,
            after=self.new_group_id.name or none,
        )
        if self.new_group_id:
            before = self.old_group_limit
            yield self.env._(
                "Group limit: %(before)s → %(after)s",
                before=self._money(before),
                after=self._money(self.new_group_limit),
            )
            if not self.new_mandatory:
                yield self.env._("A limit of 0 lets the group's limit apply")

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
        self.new_group_id, self.new_mandatory = account.group_id, account.limit_mandatory
        self.new_group_limit = account.group_id.credit_limit

    @api.onchange('new_group_id')
    def _onchange_new_group_id(self):
        self.new_group_limit = self.new_group_id.credit_limit

    @api.depends('change_terms', 'new_terms_days', 'credit_account_id')
    def _compute_new_payment_term_id(self):
        """Propose payment terms where the customer's present ones differ from the days asked for."""
        for change in self:
            present = self._payment_term_of(change.credit_account_id)
            term = self.env['account.payment.term'].sudo()
            if change.change_terms and present._ar_longest_days() != change.new_terms_days:
                days = change.new_terms_days
                candidates = term.search(
                    [('company_id', 'in', (False, change.company_id.id))], order='sequence, id'
                ).filtered(
                    lambda t, days=days: t._ar_longest_days() <= days and (not days or not t.ar_prepayment)
                )
                term = candidates.sorted(lambda t: (-t._ar_longest_days(), t.sequence, t.id))[:1]
            change.new_payment_term_id = term if term != present else False

    @api.model
    def _payment_term_of(self, account):
        """Return the payment terms of the account's customer in its company, for any user."""
        return account.sudo().partner_id.with_company(account.sudo().company_id).property_payment_term_id

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
        account = self.env['ar.credit.account'].browse(vals.get('credit_account_id'))
        return {**super()._facts_of_new(vals), **self._facts_before(account)}

    @api.model
    def _facts_before(self, account):
        """Return what the account, its group and the customer's terms are now."""
        return {
            **account._credit_kept(),
            'old_group_limit': account.sudo().group_id.credit_limit,
            'old_payment_term_id': self._payment_term_of(account).id,
        }

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_amounts(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_amounts(vals)
        return super().write(vals)

    @api.model
    def _check_amounts(self, vals):
        for name in AMOUNTS:
            if not limits.is_amount(vals.get(name)):
                raise ValidationError(
                    self.env._(
                        "%(field)s: %(amount)s is no amount of credit. Enter a number from 0 up; "
                        "0 = no credit.",
                        field=self._fields[name]._description_string(self.env),
                        amount=vals[name],
                    )
                )

    @api.model
    def _refusal_to_edit(self, names):
        if self._declared('_facts').intersection(names):
            return self.env._("A credit change is decided with its buttons, not edited.")
        return self.env._("Already submitted: cancel this change and request another one.")

    def _refusal_to_delete(self):
        return self.env._("Credit changes stay in the customer's file: cancel this one, do not delete it.")

    @api.constrains('order_id', *AMOUNTS, *DAYS)
    def _check_figures(self):
        today = fields.Date.context_today(self)
        for change in self:
            self._check_amounts({name: change[name] for name in AMOUNTS})
            for name in DAYS:
                if change[name] and not limits.is_day(change[name], today, YEARS):
                    raise ValidationError(
                        self.env._(
                            "%(field)s: %(day)s cannot be meant. Enter a day within %(years)s years.",
                            field=self._fields[name]._description_string(self.env),
                            day=change._date(change[name]),
                            years=YEARS,
                        )
                    )
            order = change.sudo().order_id
            if order and order._credit_account() != change.credit_account_id:
                raise ValidationError(
                    self.env._(
                        "%(order)s is an order of another customer than %(customer)s.",
                        order=order.name,
                        customer=change.partner_id.display_name,
                    )
                )
