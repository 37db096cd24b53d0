from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...rules import instalments
from ...rules.promise import Row, exact


class ArPaymentPlan(models.Model):
    """An agreement with a customer to pay old items by instalments, or at a later date.

    The items keep their due dates: they go on aging, and the loss allowance goes on counting them, as what they are. While
    the agreement is kept they are not chased. Progress is found from the receipts matched with the items.
    """

    _name = 'ar.payment.plan'
    _description = "Payment Plan"
    _inherit = ['ar.commitment.mixin', 'portal.mixin']
    _order = 'id desc'

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
        help="The day after an instalment and its grace were missed, all covered items are chased again, one level up.",
    )
    interest_clause = fields.Text(
        "Interest", help="What was agreed about interest; printed with the agreement."
    )
    terms = fields.Html(compute='_compute_terms', store=True, readonly=False)
    valid_until = fields.Date(
        "Offer Ends", default=lambda self: fields.Date.add(fields.Date.context_today(self), days=10)
    )
    accepted_on = fields.Date(readonly=True, copy=False, tracking=True)
    ends_on = fields.Date(readonly=True, copy=False, help="The last date, grace included.")
    late_amount = fields.Monetary("Behind by", readonly=True, copy=False)
    by_hand = fields.Boolean("Revoked by Hand", readonly=True, copy=False)
    signed_by = fields.Char(copy=False)
    signed_on = fields.Datetime(readonly=True, copy=False)
    signed_ip = fields.Char("Signed From", readonly=True, copy=False)
    signature = fields.Image(readonly=True, copy=False, attachment=True, max_width=1024, max_height=1024)
    signed_document = fields.Binary("Signed on Paper", copy=False, attachment=True)
    signed_document_name = fields.Char(copy=False)

    _steps_positive = models.Constraint(
        'CHECK (every > 0 AND instalments BETWEEN 1 AND 120)',
        "A plan has 1 to 120 instalments and a step of at least one.",
    )

    def _compute_access_url(self):
        for plan in self:
            plan.access_url = f'/my/payment-plans/{plan.id}'

    # === Drawing up ===

    @api.depends('credit_account_id')
    def _compute_terms(self):
        """Take the company's terms, in the customer's language."""
        for plan in self.filtered('credit_account_id'):
            lang = plan.partner_id.lang or self.env.lang
            plan.terms = plan.credit_account_id.company_id.sudo().with_context(lang=lang).ar_plan_terms

    @api.model
    def default_get(self, fields):
        """Propose the items in the context, else all that is overdue."""
        values = super().default_get(fields)
        account = self.env['ar.credit.account'].browse(values.get('credit_account_id'))
        if account and not values.get('item_ids') and 'item_ids' in fields:
            values['item_ids'] = self._prepare_items(self._proposed_items(account))
        return values

    @api.onchange('credit_account_id')
    def _onchange_account(self):
        """Propose the items of the customer that was chosen; what is proposed for that customer stays."""
        if (
            self.credit_account_id
            and self.item_ids.move_line_id.partner_id.commercial_partner_id
            != self.credit_account_id.partner_id
        ):
            self.update({'item_ids': [Command.clear()], 'line_ids': [Command.clear()]})
            self.update({'item_ids': self._prepare_items(self._proposed_items(self.credit_account_id))})

    @api.model_create_multi
    def create(self, vals_list):
        accounts = self.env['ar.credit.account'].browse(vals.get('credit_account_id') for vals in vals_list)
        for vals, account in zip(vals_list, accounts, strict=True):
            vals.update(
                name=self._next_name(account.company_id),
                state='draft',
                grace_days=account.company_id.sudo().ar_plan_grace_days,
            )
        return super().create(vals_list)

    def action_schedule(self):
        """Build the instalments of what is open of the chosen items; what was there is replaced.

        :raise UserError: the debt is too small for so many instalments, or nothing is chosen.
        """
        for plan in self:
            plan._require('draft')
            plan._freeze_items()
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
                    "%(customer)s: %(open)s less a down payment of %(down)s cannot be split into %(count)s instalments. Choose "
                    "fewer, or more invoices.",
                    customer=self.partner_id.display_name,
                    open=currency.format(self.covered_amount),
                    down=currency.format(self.down_payment),
                    count=self.instalments,
                )
            ) from error

    def _freeze_items(self):
        """Copy what is open of the items now."""
        for name in ('open_amount', 'last_match', 'document', 'date_maturity', 'currency_id'):
            self.env.add_to_compute(self.item_ids._fields[name], self.item_ids)
        self.item_ids._recompute_recordset()

    def write(self, vals):
        kept = {
            'credit_account_id',
            'currency_id',
            'item_ids',
            'line_ids',
            'grace_days',
            'revoke_on_missed',
            'interest_clause',
            'terms',
            'name',
            'contact_id',
        }
        if (
            kept & set(vals)
            and any(plan._is_locked() for plan in self)
            and not vals.keys() <= {'credit_account_id'}
        ):
            raise UserError(
                self.env._(
                    "%s was offered to the customer and is kept as it was. Take the offer back to change it.",
                    self[:1].name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _keep_history(self):
        if any(plan.state != 'draft' for plan in self):
            raise UserError(
                self.env._("Only a draft is deleted. Cancel the agreement with the reason instead.")
            )

    def _is_locked(self):
        return bool(self) and self.state != 'draft'

    def _require(self, *states):
        """:raise UserError: the plan is in another state."""
        labels = dict(self._fields['state']._description_selection(self.env))
        for plan in self:
            if plan.state not in states:
                raise UserError(
                    self.env._(
                        "%(plan)s is %(state)s; that is done while it is %(expected)s.",
                        plan=plan.name,
                        state=labels[plan.state],
                        expected=' / '.join(labels[state] for state in states),
                    )
                )

    # === Following it ===

    def _first_day(self):
        return self.accepted_on

    def _is_strict(self):
        return False

    def _last_day(self):
        """Return the day after which receipts no longer count: the one on which it was revoked; None = none."""
        return self.closed_on if self.state == 'defaulted' else None

    def _rows(self):
        return [Row(line.date, exact(line.amount)) for line in self.line_ids]

    def _take_outcomes(self, outcomes, today):
        """Write what the rules found; what follows from a change happens once, with the change."""
        for plan in self:
            outcome = outcomes[plan._name, plan.id]
            plan._take_received(outcome)
            behind = float(instalments.late(plan._rows(), outcome.received, today, plan.grace_days))
            grown = plan.currency_id.compare_amounts(behind, plan.late_amount) > 0
            if plan.currency_id.compare_amounts(behind, plan.late_amount):
                plan.late_amount = behind
            state = plan._rule_state(outcome, today)
            if state != plan.state:
                plan._change_state(outcome, state)
            elif state == 'active' and grown:
                plan._alert_missed()

    def _rule_state(self, outcome, today):
        if self.by_hand:
            return 'defaulted'
        state = instalments.agreement_state(outcome, self.ends_on, today, self.revoke_on_missed)
        return self.state if state == 'active' and self.state != 'active' and self._has_successor() else state

    def _change_state(self, outcome, state):
        closed_on = {
            'active': False,
            'completed': outcome.met_on or fields.Date.context_today(self),
            'defaulted': instalments.defaulted_on(outcome, self.ends_on, self.revoke_on_missed),
        }[state]
        self.write({'state': state, 'closed_on': closed_on})
        self.flush_recordset()  # of two workers the second fails here and is replayed, before anybody is told
        if state == 'defaulted':
            self._alert_missed()
        else:
            self._settle_alert(self.env._("%s is paid as agreed.", self.name))

    def _alert_missed(self):
        self._settle_alert(self.env._("More was missed."))
        self._alert(
            self.env._("Instalment missed: %s", self.partner_id.display_name),
            self.env._(
                "%(plan)s: behind by %(late)s. %(what)s",
                plan=self.name,
                late=self.currency_id.format(self.late_amount),
                what=self.env._("The agreement is revoked: the invoices are chased again.")
                if self.state == 'defaulted'
                else self.env._("The agreement goes on: call the customer, or revoke it."),
            ),
        )

    # === Ending it ===

    def _end(self, state, reason):
        reason = (reason or '').strip()
        if not reason:
            raise UserError(
                self.env._("Write down why the agreement with %s ends.", self[:1].partner_id.display_name)
            )
        self.write({'state': state, 'closed_on': fields.Date.context_today(self), 'cancel_reason': reason})
        for plan in self:
            plan.message_post(body=self.env._("Ended: %s", reason))
        return True

    def action_cancel(self, reason=None):
        """Cancel a plan before or after it was accepted, by mutual consent: the items are chased again at their level."""
        self._require('draft', 'offered', 'active')
        return self._end('cancelled', reason)

    def action_revoke(self, reason=None):
        """Revoke an agreement that is not kept: the items are chased again, one level up.

        :raise UserError: nothing was missed.
        """
        self._require('active')
        for plan in self:
            if not plan.currency_id.compare_amounts(plan.late_amount, 0):
                raise UserError(
                    self.env._(
                        "%(customer)s has missed no instalment of %(plan)s. Cancel it by mutual consent instead.",
                        customer=plan.partner_id.display_name,
                        plan=plan.name,
                    )
                )
        self.by_hand = True
        return self._end('defaulted', reason)

    def action_ask_cancel(self):
        return self._ask('action_cancel', self.env._("Cancel"))

    def action_ask_revoke(self):
        return self._ask('action_revoke', self.env._("Revoke"))

    def _ask(self, method, title):
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.commitment.cancel',
            'view_mode': 'form',
            'target': 'new',
            'name': title,
            'context': {'active_model': self._name, 'active_ids': self.ids, 'default_ends_by': method},
        }

    def _end_dates(self):
        """Return the deadline of the first and of the last instalment."""
        dates = self.line_ids.mapped('date')
        return min(dates) + timedelta(days=self.grace_days), max(dates) + timedelta(days=self.grace_days)
