from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..report import ar_credit_change_text as text
from ..rules import limits
from ..rules.change import AMOUNTS, ASKED, DAYS, KEPT, PARTS, TICKS, YEARS

# Put in the context by this model's own code to mark an approved change: no client can send it.
APPROVED = object()


class ArCreditChange(models.Model):
    """Every way to more credit: asked for with a reason, approved by a second person, applied, kept.

    Limit, temporary limit, grade, terms (with the customer's payment terms), group and group limit, and the
    remaining credit of an order that will not ship. What is not ticked stays as it is on the account. A
    change made on the account directly leaves an applied record here too, so that the list of changes is the
    whole history. Amounts are in company currency.
    """

    _name = 'ar.credit.change'
    _description = "Credit Change"
    _journaled = frozenset(['submitted', 'approved', 'rejected', 'applied', 'cancelled'])
    _journal_fields = ASKED | {'summary'}
    _inherit = ['mail.thread', 'ar.credit.change.import.mixin', 'ar.approval.request.mixin']
    _order = 'id desc'
    _facts = frozenset(KEPT.values()) | frozenset(
        ['old_group_limit', 'old_payment_term_id', 'applied_on', 'origin', 'joins']
    )
    _fixed_after = frozenset({'submitted', 'approved', 'applied', 'rejected', 'cancelled'})

    approver_ids = fields.Many2many()  # declared here: the table between goes with this addon
    credit_account_id = fields.Many2one('ar.credit.account', required=True, index=True, ondelete='restrict')
    partner_id = fields.Many2one(related='credit_account_id.partner_id', string="Customer", store=True)
    company_id = fields.Many2one(related='credit_account_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    origin = fields.Selection(
        [('manual', "Requested"), ('mass', "Mass recalculation"), ('direct', "Entered directly")],
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

    joins = fields.Integer(readonly=True, copy=False, help="How often its file was joined to another since.")
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

    grade_id = fields.Many2one(related='credit_account_id.grade_id', string="Present Grade")
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
            change.summary = '; '.join(text.differences(change))

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
                            day=fields.Date.to_string(change[name]),
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

    @api.constrains('state', *ASKED)
    def _check_complete(self):
        for change in self.filtered(lambda c: c.state in ('submitted', 'approved')):
            if not any(change[tick] for tick in TICKS):
                raise ValidationError(self.env._("Tick what changes: the limit, the grade, the terms."))
            if not (change.reason or '').strip():
                name = change.partner_id.display_name
                raise ValidationError(self.env._("Enter why the credit of %s changes.", name))
            if change.change_temp and change.temp_limit and not change.temp_until:
                name = change.partner_id.display_name
                raise ValidationError(self.env._("Enter until when the temporary limit of %s counts.", name))

    # === Approval ===

    def _approval_kind(self):
        other = any(self[tick] for tick in TICKS - {'order_id'})
        return 'remainder' if self.order_id and not other else 'change'

    def _approval_amount(self):
        """Return the highest limit that counts once this is applied; unlimited is above every amount.

        Of the remaining credit of an order: the order's total.
        """
        account, amounts = self.credit_account_id.sudo(), []
        if self._approval_kind() == 'remainder':
            return float(self.sudo().order_id._credit_value())
        decided = not self.new_withdrawn if self.change_limit else account.limit_decided
        group = self.new_group_id if self.change_group else account.group_id
        if decided and (self.new_unlimited if self.change_limit else account.is_unlimited):
            return float(limits.HIGHEST)
        if decided:
            amounts.append(self.new_limit if self.change_limit else account.credit_limit)
        if group and (self.change_group or not decided):
            amounts.append(self.new_group_limit if self.change_group else group.credit_limit)
        if not decided and not group and (self.change_limit or self.change_group):
            company = account.company_id
            if company.ar_default_limit_policy != 'amount':
                return float(limits.HIGHEST)
            amounts.append(company.ar_default_limit)
        if self.change_temp:
            amounts.append(self.temp_limit)
        return max(amounts, default=0.0)

    def _approval_requesters(self):
        """The customer's salesperson gains by it."""
        return self.requested_by | self.sudo().partner_id.user_id | self.sudo().order_id.user_id

    def _approval_activity(self):
        return 'ar_credit_control.mail_activity_type_change', self.env._("Approve: %s", self.summary)

    def _facts_at_submit(self):
        return self._facts_before(self.credit_account_id)

    def _on_approval(self):
        """What takes effect today is applied at once."""
        today = fields.Date.context_today(self)
        self.filtered(lambda change: not change.apply_on or change.apply_on <= today)._apply()

    def action_cancel(self):
        """Take back what is not applied yet."""
        self.check_access('write')
        self._only('draft', 'submitted', 'approved')
        self.sudo()._record_facts({'state': 'cancelled'})
        self.sudo()._close_activities()
        return True

    def action_apply(self):
        """Apply approved changes now, before their day: only who may decide does so.

        :raise AccessError: the user may not decide on this change.
        """
        self._only('approved')
        self._approval_check()
        self.sudo()._apply()
        return True

    def _apply(self):
        for change in self:
            account = change.credit_account_id
            change._record_facts(
                {**self._facts_before(account), 'state': 'applied', 'applied_on': fields.Datetime.now()}
            )
            account.with_context(credit_change=APPROVED).write(change._account_values())
            if change.change_group and change.new_group_id:
                group = change.new_group_id.with_context(credit_change=APPROVED)
                group.credit_limit = change.new_group_limit
            if change.change_terms and change.new_payment_term_id:
                change._write_payment_term()
            if change.order_id:
                change._release_remainder()
            account.message_post(body=change.summary, subtype_xmlid='mail.mt_note')

    def _release_remainder(self):
        order = self.order_id
        order.credit_remainder_released = True
        order.message_post(body=self.env._("Remaining credit released: what is open will not ship."))
        self.credit_account_id._credit_queue_recheck()

    def _write_payment_term(self):
        for company in self.company_id._ar_tree():
            self.partner_id.with_company(company).property_payment_term_id = self.new_payment_term_id

    def _account_values(self):
        """Return what is written on the account."""
        values = {
            part.field: self._fields[part.after].convert_to_write(self[part.after], self)
            for part in PARTS
            if part.after and self[part.tick]
        }
        if self.change_limit and self.new_withdrawn:
            values |= {
                'credit_limit': 0.0,
                'is_unlimited': False,
                'limit_decided': False,
                'limit_valid_until': False,
            }
        return {**values, 'terms_decided': True} if self.change_terms else values

    @api.model
    def _cron_changes(self):
        """Apply approved changes whose day has come, and escalate overdue decisions."""
        self.sudo().search(
            [('state', '=', 'approved'), ('apply_on', '<=', fields.Date.context_today(self))]
        )._apply()
        self._approval_escalate([('state', '=', 'submitted')])
