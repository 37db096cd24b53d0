from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain

from ..rules import instalments
from .ar_commitment_mixin import AGREED
from odoo.addons.ar_base.rules.money import exact


class ArPaymentPlan(models.Model):
    """What a customer agreed to: old items are paid by instalments, or at a later date.

    The items keep their due dates: they go on aging, and the loss allowance goes on counting them. While the
    plan is kept they are not dunned. Progress is found from the receipts matched with the items.
    """

    _name = 'ar.payment.plan'
    _description = "Payment Plan"
    _journaled = frozenset(['offered', 'active', 'completed', 'defaulted', 'cancelled'])
    _journal_fields = frozenset(['amount', 'signed_by'])
    _journal_parts = {'line_ids': ('date', 'amount'), 'item_ids': ('document', 'open_amount')}
    _journal_goes_on = frozenset(['late_amount', 'next_date', 'received', 'down_payment', 'round_to'])
    _inherit = ['ar.commitment.offer.mixin']
    _order = 'id desc'
    _link_paths = dict.fromkeys(('sign', 'preview'), '/my/payment-plans/%s')
    _link_looks = frozenset(['preview'])
    _document = 'ar_promise.payment_plan_document'
    _offer_message = 'ar_promise.mail_template_payment_plan'
    _agreed = AGREED | {'contact_id', 'interest_clause', 'revoke_on_missed', 'terms'}
    _facts = frozenset({'accepted_on', 'by_hand', 'ends_on', 'late_amount'})
    _fixed_after = frozenset(['active', 'completed', 'defaulted', 'cancelled'])

    approver_ids = fields.Many2many()  # declared here: the table between goes with this addon
    line_ids = fields.One2many('ar.payment.plan.line', 'payment_plan_id', "Instalments", copy=False)
    item_ids = fields.One2many('ar.covered.item', 'payment_plan_id', "Covered Items", copy=False)
    state = fields.Selection(
        [
            ('draft', "Draft"),
            ('offered', "Offered"),
            ('active', "Active"),
            ('completed', "Completed"),
            ('defaulted', "Defaulted"),
            ('cancelled', "Cancelled"),
        ],
        default='draft',
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    instalments = fields.Integer("Number of Instalments", default=3)
    first_date = fields.Date(
        "First Instalment", default=lambda self: fields.Date.add(fields.Date.context_today(self), days=14)
    )
    every = fields.Integer(default=1)
    unit = fields.Selection(
        [('month', "Months"), ('week', "Weeks"), ('day', "Days")], default='month', required=True
    )
    down_payment = fields.Monetary(help="Is due today, before the instalments.")
    round_to = fields.Monetary(
        "Round to", help="Instalments are rounded down to it; the last one takes the rest."
    )
    revoke_on_missed = fields.Boolean(
        "Revoked by One Missed Instalment",
        default=True,
        tracking=True,
        help="The day after an instalment and its grace were missed, all covered items are dunned again, one "
        "level up.",
    )
    interest_clause = fields.Text("Interest", help="What was agreed about interest; printed with the plan.")
    terms = fields.Html(compute='_compute_terms', store=True, readonly=False)
    accepted_on = fields.Date(readonly=True, copy=False, tracking=True)
    ends_on = fields.Date(readonly=True, copy=False, help="The last date, grace included.")
    late_amount = fields.Monetary("Behind by", readonly=True, copy=False)
    by_hand = fields.Boolean("Revoked by Hand", readonly=True, copy=False)

    _steps_positive = models.Constraint(
        'CHECK (every > 0 AND instalments BETWEEN 1 AND 120)',
        "A plan has 1 to 120 instalments and a step of at least one.",
    )

    @api.depends('credit_account_id')
    def _compute_terms(self):
        """Take the company's terms, in the customer's language."""
        for plan in self.filtered('credit_account_id'):
            lang = plan.partner_id.lang or self.env.lang
            plan.terms = plan.credit_account_id.company_id.sudo().with_context(lang=lang).ar_plan_terms

    @api.model
    def _facts_of_new(self, vals):
        company = self.env['ar.credit.account'].browse(vals.get('credit_account_id')).company_id
        grace = company.sudo().ar_plan_grace_days
        return {**super()._facts_of_new(vals), 'name': self._next_name(company), 'grace_days': grace}

    def _is_kept(self):
        return self.state != 'draft'

    def _refusal_to_delete(self):
        return self.env._("Only a draft can be deleted. Cancel the plan with the reason instead.")

    # === Drawing up ===

    def action_schedule(self):
        """Build the instalments of what is open of the chosen items; what was there is replaced.

        :raise UserError: the debt is too small for so many instalments, or nothing is chosen.
        """
        for plan in self:
            plan._require('draft')
            plan.item_ids._freeze()
            plan.line_ids.unlink()
            plan.line_ids = [
                Command.create({'date': row.date, 'amount': float(row.amount)}) for row in plan._schedule()
            ]
        return True

    def _schedule(self):
        currency, today = self.currency_id, fields.Date.context_today(self)
        try:
            return instalments.schedule(
                exact(currency.round(self.covered_amount)),
                self.instalments,
                self.first_date or today,
                self.every,
                self.unit,
                exact(max(self.round_to, currency.rounding)),
                exact(currency.round(self.down_payment)),
                today,
            )
        except ValueError as error:
            raise UserError(
                self.env._(
                    "%(customer)s: %(open)s less a down payment of %(down)s cannot be split into %(count)s "
                    "instalments. Choose fewer, or more invoices.",
                    customer=self.partner_id.display_name,
                    open=currency.format(self.covered_amount),
                    down=currency.format(self.down_payment),
                    count=self.instalments,
                )
            ) from error

    def _is_locked(self):
        return bool(self) and self.state != 'draft'

    def _locked_text(self):
        return self.env._(
            "%s has been offered to the customer and cannot be changed. Take the offer back to change it.",
            self.name,
        )

    # === Offering ===

    def action_offer(self):
        """Freeze the plan and send the customer the link to sign it, in the customer's language.

        From the amount of the approval matrix on, this asks for approval, and another person offers it.

        :raise UserError: an item is covered already.
        :raise ValidationError: the instalments do not sum to what is open, or are in the past.
        """
        asked = self.browse()
        for plan in self:
            plan._require('draft')
            plan.item_ids._freeze()
            plan._check_agreed()
            plan._check_other_plans()
            plan._check_schedule()
            if not plan._approval_second_person():
                asked |= plan
                continue
            plan._record_facts({'state': 'offered'})
            plan._send_offer()
        return asked._approval_asked() if asked else True

    def _check_other_plans(self):
        """A plan takes the place of open promises; only another plan is in its way."""
        others = Domain('payment_plan_id', '!=', False) & Domain('payment_plan_id', 'not in', self.ids)
        self._check_uncovered(self.item_ids.move_line_id.ids, others)

    def _check_schedule(self):
        currency, today = self.currency_id, fields.Date.context_today(self)
        if currency.compare_amounts(self.amount, self.covered_amount):
            raise ValidationError(
                self.env._(
                    "%(customer)s: the instalments sum to %(amount)s, open of the chosen invoices are "
                    "%(open)s. Build the schedule again, or change the last instalment.",
                    customer=self.partner_id.display_name,
                    amount=currency.format(self.amount),
                    open=currency.format(self.covered_amount),
                )
            )
        if min(self.line_ids.mapped('date')) < today or (self.valid_until and self.valid_until < today):
            raise ValidationError(
                self.env._(
                    "%(customer)s: an instalment or the offer's end is before today. Choose later dates.",
                    customer=self.partner_id.display_name,
                )
            )

    def action_take_back(self):
        """Take an offer back to change it; its links no longer work."""
        self._require('offered')
        self.action_revoke_links()
        self._withdraw_mail()
        self._record_facts({'state': 'draft'})
        return True

    def _link_is_good(self):
        """Tell whether a link still opens it: while it can be signed, or is being paid."""
        return self.state == 'active' or self._may_be_signed()

    def _link_items(self):
        # EXTENDS 'ar_base': the holder of its link pays the instalments of a running plan.
        return (self if self.state == 'active' else self.browse()).item_ids.move_line_id

    def action_print(self):
        return self.env.ref('ar_promise.payment_plan_report').report_action(self)

    def _offer_title(self):
        return self.env._("Payment plan %s", self.name)

    # === Acceptance ===

    def action_accept_paper(self):
        """Make the plan active; the signed scan and who signed are kept.

        :raise UserError: the scan or the name is missing.
        """
        self.ensure_one()
        self._require('offered')
        if not self.signed_document or not self.signed_by:
            raise UserError(
                self.env._(
                    "Attach the signed payment plan of %s and write who signed it.",
                    self.partner_id.display_name,
                )
            )
        self._accept(self.signed_by)
        return True

    def _accept(self, name, signature=None, ip=None, reply=None):
        """Make the plan active from today. Open promises for its items end: the plan takes their place.

        Of two submits at once the second sees the first and is refused.

        :param reply: ``_reply_facts`` of a customer who signs on the portal.

        :raise UserError: it was accepted, taken back, or has ended meanwhile; an item was paid in full.
        """
        self.ensure_one()
        self.credit_account_id._lock_account()
        self._check_signable(name)
        self._check_unpaid()
        self._check_other_plans()
        self._replace_promises()
        dates = self.line_ids.mapped('date')
        # Signed, kept, then active: the journal's entry of the active plan names the copy.
        self._record_facts(
            {
                'accepted_on': fields.Date.context_today(self),
                'next_date': min(dates) + timedelta(days=self.grace_days),
                'ends_on': max(dates) + timedelta(days=self.grace_days),
                **self._prepare_signature(name, signature, ip),
                **(reply or {}),
            }
        )
        self._keep_signed_document()
        self._record_facts({'state': 'active'})
        user = self._responsible()
        internal = self.with_context(lang=user.lang)
        body = internal.env._("Accepted by %s.", self.signed_by)
        internal.message_post(body=body, partner_ids=user.partner_id.ids)

    def _check_unpaid(self):
        """Refuse an offer whose items changed meanwhile: what is signed must be what is owed."""
        for item in self.item_ids:
            if self.currency_id.compare_amounts(item.residual, item.open_amount):
                raise UserError(
                    self.env._(
                        "%(item)s was %(then)s when the offer was made and is %(now)s now. Ask %(company)s "
                        "for a new offer.",
                        item=item.document,
                        then=self.currency_id.format(item.open_amount),
                        now=self.currency_id.format(item.residual),
                        company=self.company_id.name,
                    )
                )

    def _replace_promises(self):
        live = [('move_line_id', 'in', self.item_ids.move_line_id.ids), ('live', '=', True)]
        promises = self.env['ar.covered.item'].search(live).promise_id
        if promises:
            promises.action_cancel(self.env._("Replaced by %s.", self.name))
            promises.item_ids.flush_recordset()  # before the unique index sees the plan's items

    # === Following it ===

    def _first_day(self):
        return self.accepted_on

    def _is_strict(self):
        return False

    def _last_day(self):
        """Receipts no longer count after the day on which it was revoked."""
        return self.closed_on if self.state == 'defaulted' else None

    def _take_outcomes(self, outcomes, today):
        """Write what the rules found; what follows from a change happens once, with the change."""
        for plan in self:
            outcome = outcomes[plan._name, plan.id]
            plan._take_received(outcome)
            rows = plan._as_rule().rows
            behind = float(instalments.late(rows, outcome.received, today, plan.grace_days))
            change = plan.currency_id.compare_amounts(behind, plan.late_amount)
            if change:
                plan._record_facts({'late_amount': behind})
            state = plan._rule_state(outcome, today)
            if state != plan.state:
                plan._change_state(outcome, state)
            elif state == 'active' and change > 0:
                plan._alert_missed()

    def _rule_state(self, outcome, today):
        if self.by_hand:
            return 'defaulted'
        state = instalments.plan_state(outcome, self.ends_on, today, self.revoke_on_missed)
        return self.state if state == 'active' and self.state != 'active' and self._has_successor() else state

    def _change_state(self, outcome, state):
        closed_on = {
            'active': False,
            'completed': outcome.met_on or fields.Date.context_today(self),
            'defaulted': instalments.defaulted_on(outcome, self.ends_on, self.revoke_on_missed),
        }[state]
        self._record_facts({'state': state, 'closed_on': closed_on})
        # Of two workers the second fails here and is replayed, before anybody is notified.
        self.flush_recordset()
        if state == 'defaulted':
            self._alert_missed()
        else:
            self._settle_alert(self.env._("%s is paid as agreed.", self.name))

    def _alert_missed(self):
        what = (
            self.env._("The plan is revoked: the invoices are dunned again.")
            if self.state == 'defaulted'
            else self.env._("The plan goes on: call the customer, or revoke it.")
        )
        self._settle_alert(self.env._("More was missed."))
        self._alert(
            self.env._("Instalment missed: %s", self.partner_id.display_name),
            self.env._(
                "%(plan)s: behind by %(late)s. %(what)s",
                plan=self.name,
                late=self.currency_id.format(self.late_amount),
                what=what,
            ),
        )

    # === Ending it ===

    def action_ask_revoke(self):
        return self._ask_end('action_revoke', self.env._("Revoke"))

    def action_cancel(self, reason=None):
        """Cancel by mutual consent, also once accepted: the items are dunned again at their level."""
        self._require('draft', 'offered', 'active')
        return self._end('cancelled', reason)

    def action_revoke(self, reason=None):
        """Revoke a plan that is not kept: the items are dunned again, one level up.

        :raise UserError: nothing was missed.
        """
        self._require('active')
        for plan in self:
            if not plan.currency_id.compare_amounts(plan.late_amount, 0):
                raise UserError(
                    self.env._(
                        "%(customer)s has missed no instalment of %(plan)s. Cancel it by mutual consent "
                        "instead.",
                        customer=plan.partner_id.display_name,
                        plan=plan.name,
                    )
                )
        return self._end('defaulted', reason, by_hand=True)

    def _end(self, state, reason, **facts):
        reason = (reason or '').strip()
        if not reason:
            raise UserError(self.env._("Enter why the plan with %s ends.", self[:1].partner_id.display_name))
        today = fields.Date.context_today(self)
        self._record_facts({'state': state, 'closed_on': today, 'cancel_reason': reason, **facts})
        for plan in self:
            plan.message_post(body=self.env._("Ended: %s", reason))
        return True
