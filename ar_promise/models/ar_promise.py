from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import format_date

from ..rules.promise import promise_state
from .ar_commitment_mixin import AGREED


class ArPromise(models.Model):
    """A customer's word to pay amounts by dates for items, by phone, letter, visit or on the portal.

    While it is open the covered items are not dunned, until the next promised date inclusive. What becomes of
    it is found from the receipts matched with the items, see ``rules.promise``; it is never set by hand.
    """

    _name = 'ar.promise'
    _description = "Promise to Pay"
    _journaled = frozenset(['kept', 'partly', 'broken', 'cancelled'])
    _journal_fields = frozenset(['amount', 'made_on'])
    _journal_parts = {'line_ids': ('date', 'amount'), 'item_ids': ('document', 'open_amount')}
    _inherit = ['ar.commitment.mixin']
    _order = 'made_on desc, id desc'
    _agreed = AGREED | {'channel', 'made_on', 'noted_by_id'}
    _facts = frozenset({'hold_id', 'locked', 'noted_by_id'})

    channel = fields.Selection(
        [('phone', "Phone"), ('mail', "E-mail or letter"), ('visit', "Visit"), ('portal', "Portal")],
        "Given by",
        required=True,
        default='phone',
        tracking=True,
    )
    noted_by_id = fields.Many2one(
        'res.users', "Recorded by", required=True, readonly=True, default=lambda self: self.env.user
    )
    made_on = fields.Date("Given on", required=True, default=fields.Date.context_today)
    note = fields.Text()
    line_ids = fields.One2many('ar.promise.line', 'promise_id', "Promised Amounts", copy=False)
    item_ids = fields.One2many('ar.covered.item', 'promise_id', "Covered Items", copy=False)
    state = fields.Selection(
        [
            ('open', "Open"),
            ('kept', "Kept"),
            ('partly', "Partly Kept"),
            ('broken', "Broken"),
            ('cancelled', "Cancelled"),
        ],
        default='open',
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    locked = fields.Boolean(readonly=True, copy=False)
    last_date = fields.Date("Promised by", compute='_compute_last_date', store=True)
    hold_id = fields.Many2one(
        'ar.hold', readonly=True, copy=False, index='btree_not_null', ondelete='set null'
    )

    @api.depends('line_ids.date')
    def _compute_last_date(self):
        for promise in self:
            promise.last_date = max(promise.line_ids.filtered('date').mapped('date'), default=False)

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access('create')
        accounts = self.env['ar.credit.account'].browse(vals.get('credit_account_id') for vals in vals_list)
        accounts._lock_account()
        for vals in vals_list:
            # An item turns live with its row: refuse it here, in words, before the unique index does.
            commands = vals.get('item_ids') or ()
            self._check_uncovered(
                [row[2].get('move_line_id') for row in commands if row[0] == Command.CREATE]
            )
        promises = super().create(vals_list)
        promises._check_agreed()
        promises._check_dates()
        for promise in promises:
            promise.sudo()._record_facts({'locked': True, 'next_date': promise._first_deadline()})
        return promises

    @api.model
    def _facts_of_new(self, vals):
        company = self.env['ar.credit.account'].browse(vals.get('credit_account_id')).company_id
        return {'name': self._next_name(company), 'grace_days': company.sudo().ar_promise_grace_days}

    def _is_kept(self):
        return True

    def _refusal_to_delete(self):
        return self.env._(
            "A promise is part of the customer's payment record and cannot be deleted. Cancel it instead."
        )

    # === Noting ===

    @api.model
    def _note(self, account, lines, rows, **values):
        """Note a promise.

        :param account: the customer's credit account.
        :param lines: the journal items it covers.
        :param rows: (date, amount) pairs, in the currency of the items.
        :raise UserError: an item is covered already.
        :raise ValidationError: it promises more than is open, or the past.
        """
        return self._create_with_facts(
            {
                'credit_account_id': account.id,
                'item_ids': self._prepare_items(lines),
                'line_ids': [Command.create({'date': date, 'amount': amount}) for date, amount in rows],
                **values,
            }
        )

    @api.model
    def _prepare_proposal(self, account):
        """Propose the items, and all of them in a week."""
        lines = self._proposed_items(account)
        due = {
            'date': fields.Date.add(fields.Date.context_today(self), days=7),
            'amount': sum(lines.mapped('amount_residual_currency')),
        }
        return {'item_ids': self._prepare_items(lines), 'line_ids': [Command.create(due)] if lines else []}

    def _check_dates(self):
        today = fields.Date.context_today(self)
        for promise in self:
            if promise.made_on > today:
                raise ValidationError(
                    self.env._(
                        "%(customer)s: a promise given on %(day)s cannot be recorded before that day.",
                        customer=promise.partner_id.display_name,
                        day=format_date(self.env, promise.made_on),
                    )
                )
            early = promise.line_ids.filtered(lambda row, day=promise.made_on: row.date < day)
            if early:
                raise ValidationError(
                    self.env._(
                        "%(customer)s: the promised date %(date)s is before the day the promise was given, "
                        "%(day)s.",
                        customer=promise.partner_id.display_name,
                        date=format_date(self.env, early[0].date),
                        day=format_date(self.env, promise.made_on),
                    )
                )

    def _first_deadline(self):
        return fields.Date.add(min(self.line_ids.mapped('date')), days=self.grace_days)

    def _is_locked(self):
        return bool(self) and self.locked

    def _locked_text(self):
        return self.env._("%s cannot be changed. Cancel it with the reason and record a new one.", self.name)

    def _first_day(self):
        return self.made_on

    def _is_strict(self):
        return True

    def action_new(self):
        """Note a new promise in place of one that was not kept."""
        self.ensure_one()
        return self.credit_account_id.action_promise()

    def action_cancel(self, reason=None):
        """Cancel open promises: the items are dunned again as before; the payment record does not count it.

        :raise UserError: one already has an outcome, which is a fact.
        """
        reason = (reason or self.env.context.get('cancel_reason') or '').strip()
        decided = self.filtered(lambda promise: promise.state != 'open')
        if decided:
            raise UserError(
                self.env._("%s already has an outcome and stays in the payment record.", decided[0].name)
            )
        if not reason:
            raise UserError(
                self.env._("Enter why the promise of %s is cancelled.", self[:1].partner_id.display_name)
            )
        today = fields.Date.context_today(self)
        self._record_facts(
            {'state': 'cancelled', 'closed_on': today, 'cancel_reason': reason, 'next_date': False}
        )
        for promise in self:
            promise.message_post(body=self.env._("Cancelled: %s", reason))
        return True

    # === On the customer's page ===

    @api.model
    def _portal_refusal(self, account):
        """Return why the customer cannot promise on the portal now, in words for it; False = it may.

        Dunning cannot be paused again and again by promising again and again.
        """
        company, today = account.company_id, fields.Date.context_today(self)
        if not company.ar_promise_portal:
            return self.env._("Please call us to agree on a date.")
        since = fields.Date.subtract(today, years=1)
        broken = self.search_count(
            [('credit_account_id', '=', account.id), ('state', '=', 'broken'), ('closed_on', '>', since)]
        )
        if broken and broken >= company.ar_promise_broken_limit:
            return self.env._("%s earlier promises were not kept. Please call us to agree on a date.", broken)
        pending = self.search_count([('credit_account_id', '=', account.id), ('state', '=', 'open')])
        if pending >= company.ar_promise_open_limit:
            return self.env._("You already have the maximum number of open promises. Please call us.")
        return False

    @api.model
    def _promise_on_portal(self, account, items, date, contact, link=None):
        """Note what a customer promises on the portal: what is undisputed of the items, by a near date.

        Runs as superuser; the caller has made sure that the items are the customer's own.

        :raise UserError: in words for the customer.
        """
        account._lock_account()
        refusal = self._portal_refusal(account)
        if refusal:
            raise UserError(refusal)
        today = fields.Date.context_today(self)
        furthest = fields.Date.add(today, days=account.company_id.ar_promise_max_days)
        if not date or not today <= date <= furthest:
            raise UserError(self.env._("Choose a date from today to %s.", format_date(self.env, furthest)))
        amounts = items._undisputed()
        lines = items.move_line_id
        if len(amounts) < len(lines):
            raise UserError(self.env._("One of the invoices is in dispute. Leave it out."))
        if self.env['ar.covered.item'].search_count(
            [('move_line_id', 'in', lines.ids), ('promise_id.state', '=', 'broken')], limit=1
        ):
            raise UserError(
                self.env._(
                    "A promise for this invoice was not kept before. Please call us to agree on a date."
                )
            )
        promises = self.browse()
        for currency in lines.currency_id:
            mine = lines.filtered(lambda line, currency=currency: line.currency_id == currency)
            promises |= self._note(
                account,
                mine,
                [(date, sum(amounts[line] for line in mine))],
                channel='portal',
                contact_id=contact.id,
                noted_by_id=account._responsible_collector().id or SUPERUSER_ID,
                **self._reply_facts(link),
            )
        account.company_id._with_internal_lang(promises)._post_promised(contact, date)
        return promises

    def _post_promised(self, contact, date):
        for promise in self:
            promise.message_post(
                body=self.env._(
                    "%(contact)s promised on the portal to pay %(amount)s by %(date)s.",
                    contact=contact.name,
                    amount=promise.currency_id.format(promise.amount),
                    date=format_date(self.env, date),
                ),
                author_id=contact.id,
            )

    # === What becomes of it ===

    def _take_outcomes(self, outcomes, today):
        """Write what the rules found; what follows from a change of state happens once, with the change."""
        for promise in self:
            outcome = outcomes[promise._name, promise.id]
            state = promise_state(outcome)
            if state == promise.state or (state == 'open' and promise._has_successor()):
                if promise.state == 'open':
                    promise._take_received(outcome)
                continue
            promise._take_received(outcome)
            previous = promise.state
            promise._record_facts({'state': state, 'closed_on': self._closing_day(outcome, state, today)})
            # Of two workers the second fails here and is replayed, before anybody is notified.
            promise.flush_recordset()
            promise._on_decided(previous)

    @api.model
    def _closing_day(self, outcome, state, today):
        """Return the day from which it counts: of the last receipt, or the day after the missed date."""
        return {'open': False, 'kept': outcome.met_on, 'cancelled': today}.get(
            state, outcome.missed_on and outcome.missed_on + timedelta(days=1)
        )

    def _on_decided(self, previous):
        """Alert the collector of what was not kept; hold the customer of a broken one where it is wanted."""
        self = self.company_id._with_internal_lang(self)  # noqa: PLW0642
        figures = {
            'customer': self.partner_id.display_name,
            'received': self.currency_id.format(self.received),
            'amount': self.currency_id.format(self.amount),
            'promise': self.name,
        }
        if self.state in ('broken', 'partly'):
            self._alert(
                self.env._("Promise not kept: %s", self.partner_id.display_name),
                self.env._("%(promise)s: %(received)s of %(amount)s received. Call the customer.", **figures),
            )
        else:
            self._settle_alert(self.env._("%(received)s of %(amount)s received.", **figures))
        if self.state == 'cancelled':
            self._record_facts({'cancel_reason': self.env._("Credit notes left nothing to pay.")})
        if self.state == 'broken' and self.company_id.ar_promise_hold and not self.hold_id.active:
            reason = self.env._("%(promise)s broken: %(received)s of %(amount)s received.", **figures)
            hold = self.env['ar.hold']._create_with_facts(
                {
                    'credit_account_id': self.credit_account_id.id,
                    'source': 'automatic',
                    'reason': reason,
                }
            )
            self._record_facts({'hold_id': hold.id})
        elif self.state in ('kept', 'open') and previous == 'broken':
            self._lift_hold(
                self.env._("%(promise)s was kept after all: the receipt was booked late.", **figures)
            )

    def _lift_hold(self, reason):
        for hold in self.hold_id.filtered('active'):
            hold.lift_reason = reason
            hold.action_lift()

    @api.model
    def _lift_paid_holds(self, accounts):
        """Lift the holds that broken promises placed, once nothing is open of the items they covered."""
        for promise in self.search(
            [('credit_account_id', 'in', accounts.ids), ('hold_id.active', '=', True)]
        ):
            if not any(promise.item_ids.mapped('residual')):
                promise._lift_hold(self.env._("The items covered by %s are settled.", promise.name))
