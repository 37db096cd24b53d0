from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..engine import settlements

KINDS = [('interest', "Interest"), ('fee', "Letter fee"), ('fixed_sum', "Fixed sum")]
WAIVER = ('waive_reason', 'waived_by_id', 'waived_on', 'asked_reason', 'asked_by_id')


class ArInterestCharge(models.Model):
    """What late payment cost: interest of an item's days, a fixed sum of a document, or the fee of a letter.

    Facts: amount, days and reason are kept as they were charged. The same day of the same item is never
    charged twice, and waived days stay waived; only what is cancelled may be charged again. No role may
    write here: the methods do.
    """

    _name = 'ar.interest.charge'
    _description = "Interest or Fee"
    _inherit = ['ar.fact.mixin', 'ar.job.mixin']
    _journaled = frozenset(['memo', 'booked', 'waived', 'cancelled'])
    _journal_fields = frozenset(['kind', 'date', 'move_line_id', 'date_from', 'date_until', *WAIVER])
    _journal_goes_on = frozenset(['asked_reason', 'asked_by_id'])
    _only_recorded = True
    _order = 'date desc, id desc'
    _check_company_auto = True

    name = fields.Char(compute='_compute_name')
    kind = fields.Selection(KINDS, required=True, readonly=True)
    state = fields.Selection(
        [('memo', "Memo"), ('booked', "Booked"), ('waived', "Waived"), ('cancelled', "Cancelled")],
        default='memo',
        required=True,
        readonly=True,
        index=True,
    )
    credit_account_id = fields.Many2one(
        'ar.credit.account', required=True, readonly=True, index=True, ondelete='restrict'
    )
    partner_id = fields.Many2one(
        'res.partner', "Customer", required=True, readonly=True, index=True, ondelete='restrict'
    )
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    date = fields.Date("Charged on", required=True, readonly=True, default=fields.Date.context_today)
    notice_id = fields.Many2one(
        'ar.dunning.notice', "Letter", readonly=True, index='btree_not_null', ondelete='restrict'
    )
    move_line_id = fields.Many2one(
        'account.move.line', "Item", readonly=True, index='btree_not_null', ondelete='restrict'
    )
    move_id = fields.Many2one(
        related='move_line_id.move_id', string="Document", store=True, index='btree_not_null'
    )
    date_from = fields.Date("From", readonly=True)
    date_until = fields.Date("Until", readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    explanation = fields.Text("Why", readonly=True)
    interest_scheme_id = fields.Many2one(
        'ar.interest.scheme', readonly=True, ondelete='restrict', index='btree_not_null'
    )
    overcharged = fields.Monetary(
        compute='_compute_overcharged',
        search='_search_overcharged',
        help="How much less the days cost on present information: a payment or credit note was entered late.",
    )
    to_book = fields.Boolean("To Be Booked", readonly=True)
    booking_error = fields.Char(readonly=True)
    invoice_id = fields.Many2one(
        'account.move', readonly=True, index='btree_not_null', ondelete='set null', copy=False
    )
    invoice_line_id = fields.Many2one(
        'account.move.line', readonly=True, index='btree_not_null', ondelete='set null', copy=False
    )
    credit_note_id = fields.Many2one(
        'account.move', readonly=True, index='btree_not_null', ondelete='set null'
    )
    asked_reason = fields.Char("Reason for Waiver Request", readonly=True)
    asked_by_id = fields.Many2one('res.users', "Requested by", readonly=True)
    waive_reason = fields.Char("Waived because", readonly=True)
    waived_by_id = fields.Many2one('res.users', "Waived by", readonly=True)
    waived_on = fields.Date(readonly=True)

    _day_once = models.Constraint(
        "EXCLUDE USING gist (int4range(move_line_id, move_line_id, '[]') WITH &&, "
        "daterange(date_from, date_until, '[]') WITH &&) "
        "WHERE (kind = 'interest' AND state <> 'cancelled')",
        "These days of the item have already been charged.",
    )
    _fixed_sum_once = models.UniqueIndex(
        "(move_id) WHERE kind = 'fixed_sum' AND state != 'cancelled'",
        "The fixed sum of this document has already been charged.",
    )
    _fee_once = models.UniqueIndex(
        "(notice_id) WHERE kind = 'fee' AND state != 'cancelled'",
        "The fee of this letter has already been charged.",
    )
    _not_negative = models.Constraint('CHECK (amount >= 0)', "A charge cannot be negative.")
    _interest_has_days = models.Constraint(
        "CHECK (kind != 'interest'"
        " OR (move_line_id IS NOT NULL AND date_from IS NOT NULL AND date_until >= date_from))",
        "An interest charge needs an item and its days.",
    )

    @api.depends('kind', 'move_id.name', 'notice_id.name', 'date_from', 'date_until')
    @api.depends_context('lang')
    def _compute_name(self):
        labels = dict(self._fields['kind']._description_selection(self.env))
        for charge in self:
            charge.name = charge._label(labels[charge.kind])

    def _label(self, kind):
        if self.kind == 'interest' and self.move_id:
            return self.env._(
                "%(kind)s %(document)s, %(start)s – %(end)s",
                kind=kind,
                document=self.move_id.name,
                start=format_date(self.env, self.date_from),
                end=format_date(self.env, self.date_until),
            )
        document = self.move_id.name or self.notice_id.name
        return f'{kind} {document}' if document else kind

    @api.depends('amount', 'state')
    def _compute_overcharged(self):
        self.overcharged = 0
        for charge, found in self._recomputed().items():
            charge.overcharged = max(charge.currency_id.round(charge.amount - float(found.amount)), 0)

    @api.model
    def _search_overcharged(self, operator, value):
        if operator != '>' or value != 0:
            return NotImplemented
        return [('id', 'in', self._maybe_overcharged().filtered('overcharged').ids)]

    def _refusal_to_delete(self):
        return self.env._("Interest and fees are kept: waive or cancel them.")

    # === Charging ===

    @api.model
    def _charged_until(self, lines):
        """Return {line id: last day charged} of the items that were charged interest."""
        domain = [('kind', '=', 'interest'), ('state', '!=', 'cancelled'), ('move_line_id', 'in', lines.ids)]
        groups = self.sudo()._read_group(domain, ['move_line_id'], ['date_until:max'])
        return {line.id: until for line, until in groups}

    @api.model
    def _documents_with_fixed_sum(self, moves):
        """Return those of the documents whose fixed sum was charged."""
        domain = [('kind', '=', 'fixed_sum'), ('state', '!=', 'cancelled'), ('move_id', 'in', moves.ids)]
        return self.sudo().search_fetch(domain, ['move_id']).move_id

    @api.model
    def _charge_items(self, scheme, lines, until):
        """Charge the interest and fixed sums of the items until the day; return the charges.

        The customers' accounts are written first, in the order of their customers: of two that charge the
        same item at the same time the second starts again and finds nothing to charge.

        :raise SerializationFailure: as said; Odoo replays the request.
        """
        accounts = self.env['ar.credit.account'].sudo()._lock_customers_of(lines)
        charges = self.sudo()._create_with_facts(list(scheme._prepare_charges(lines, until, accounts)))
        charges._wake_booking()
        return charges

    def _wake_booking(self):
        if self.filtered('to_book'):
            self.env.ref('ar_dunning_interest.ir_cron_book_charges').sudo()._trigger()

    # === Waiving ===

    def action_waive(self):
        """Ask for the reason; collectors propose, controllers waive."""
        self._require_state('memo', 'booked')
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.charge.waive',
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("Waive"),
            'context': {'default_charge_ids': [fields.Command.set(self.ids)]},
        }

    def _propose_waiver(self, reason):
        self._require_role('ar_base.group_collector', 'ar_base.group_controller')
        self._require_state('memo', 'booked')
        self.sudo()._record_facts({'asked_reason': reason, 'asked_by_id': self.env.uid})
        self._log(
            lambda amount: self.env._("Asked to waive %(amount)s: %(reason)s", amount=amount, reason=reason)
        )

    def _waive(self, reason):
        """Give the charges up for good: their days are not charged again. What is booked is credited."""
        self._require_role('ar_base.group_controller')
        self._require_state('memo', 'booked')
        self.sudo().filtered(lambda charge: charge.state == 'booked')._credit_booked(reason)
        self.sudo()._record_facts(
            {
                'state': 'waived',
                'waive_reason': reason,
                'waived_by_id': self.env.uid,
                'to_book': False,
                'waived_on': fields.Date.context_today(self),
            }
        )
        self._log(lambda amount: self.env._("Waived %(amount)s: %(reason)s", amount=amount, reason=reason))

    def action_reinstate(self):
        """Claim again what was waived, as a memo; the credit file keeps the note of the waiver."""
        self._require_role('ar_base.group_controller')
        self._require_state('waived')
        emptied = dict.fromkeys((*WAIVER, 'invoice_id', 'invoice_line_id', 'credit_note_id'), False)
        self.sudo()._record_facts({'state': 'memo', **emptied})
        self._log(lambda amount: self.env._("Claimed again: %s", amount))
        return True

    def action_cancel(self):
        """Undo memo charges made by mistake: their days may be charged again."""
        self._require_role('ar_base.group_controller')
        self._require_state('memo')
        self._cancel()
        return True

    def _cancel(self):
        self.sudo()._record_facts({'state': 'cancelled', 'to_book': False})
        self._log(lambda amount: self.env._("Cancelled interest and fees: %s", amount))

    def _log(self, text):
        """Note it on each customer's credit file, once per currency."""
        by_account = defaultdict(self.browse)
        for charge in self:
            by_account[charge.credit_account_id, charge.currency_id] |= charge
        for (account, currency), charges in by_account.items():
            account.sudo().message_post(
                body=text(currency.format(sum(charges.mapped('amount')))),
                author_id=self.env.user.partner_id.id,
            )

    # === Booking ===

    def action_open_invoice(self):
        return self.invoice_id._get_records_action(context={})

    def action_book(self):
        """Invoice the chosen memo charges; return the action that opens the invoices."""
        self._require_role('account.group_account_invoice', 'ar_base.group_accountant')
        return self._book()._get_records_action(name=self.env._("Interest and Fees"), context={})

    def _book(self, date=None):
        """Return the invoices of the memo charges, of ``date`` or today; posted where every scheme says so.

        :raise UserError: a charge is not a memo, no account is set up, or the date is locked; nothing is
            booked.
        """
        self._require_state('memo')
        date = fields.Date.to_date(date) or fields.Date.context_today(self)
        invoices = self.env['account.move']
        for charges in self.env['ar.charge.posting']._by_invoice(self):
            charges._lock_account()
            charges._require_state('memo')
            invoices |= charges._book_together(date)
        return invoices

    def _lock_account(self):
        """Write the customer's row: of two that book or waive the same charges the second starts again."""
        self.env['ar.credit.account'].sudo()._lock_for_exposure(self.partner_id, self.company_id)
        self.invalidate_recordset(['state'])

    def _book_together(self, date):
        invoice, lines = self.env['ar.charge.posting']._create_invoice(self, date)
        booked = {'state': 'booked', 'invoice_id': invoice.id, 'to_book': False, 'booking_error': False}
        for charge, line in zip(self.sudo(), lines, strict=True):
            charge._record_facts({**booked, 'invoice_line_id': line.id})
        if all(charge.interest_scheme_id.auto_post for charge in self):
            invoice._post(soft=False)
        return invoice.sudo(self.env.su)

    @api.model
    def _cron_book(self):
        """Book what the schemes say is booked; a charge that cannot be says why and waits for a person."""
        domain = [('to_book', '=', True), ('state', '=', 'memo'), ('booking_error', '=', False)]
        groups = self.search(domain).grouped(lambda charge: (charge.partner_id, charge.company_id))
        self._work_on(
            groups.values(),
            lambda charges: charges._book_or_note_error(),
            still=lambda charges: charges.try_lock_for_update().filtered_domain(domain),
        )

    def _book_or_note_error(self):
        try:
            with self.env.cr.savepoint():
                self._book()
        except UserError as error:
            self._record_facts({'booking_error': str(error)})

    def _credit_booked(self, reason):
        """Take booked charges back: off the draft invoice, or by a credit note matched with a posted one."""
        for charges in self.grouped(lambda charge: charge.invoice_id).values():
            charges._lock_account()
            charges._require_state('booked')
            if charges.invoice_id.state == 'draft':
                charges._drop_from_draft()
            elif charges.invoice_id:
                credit_note = self.env['ar.charge.posting']._create_credit_note(charges, reason)
                charges._record_facts({'state': 'waived', 'credit_note_id': credit_note.id})
                credit_note._post_and_match()

    def _drop_from_draft(self):
        invoice = self.invoice_id
        self._record_facts({'state': 'waived'})  # before the invoice goes: what goes with it is cancelled
        if invoice.invoice_line_ids <= self.invoice_line_id:
            invoice.with_context(force_delete=True).unlink()
        else:
            self.invoice_line_id.unlink()

    # === Money that became known late ===

    def _recomputed(self):
        """Return {charge: Result} of what the same days cost by what is known now, by the same scheme."""
        due = self.filtered(
            lambda charge: (
                charge.kind == 'interest' and charge.state in ('memo', 'booked') and charge.interest_scheme_id
            )
        )
        result = {}
        for scheme, charges in due.grouped('interest_scheme_id').items():
            result.update(scheme.sudo()._interest_of_days(charges))
        return result

    @api.model
    def _maybe_overcharged(self):
        """Return the charges of items that were matched since with something of an earlier date."""
        self.flush_model(['move_line_id', 'date_until', 'state', 'kind'])
        for model, names in settlements.FLUSHED.items():
            self.env[model].flush_model(names)
        rows = self.env.execute_query(settlements.charges_matched_later())
        return self.browse(charge_id for (charge_id,) in rows).sudo(False)._filtered_access('read')

    def action_recharge(self):
        """Take the charges back and charge the same days by what is known now. Booked ones get a credit note.

        :raise UserError: none of them is too high.
        """
        self._require_role('ar_base.group_controller')
        wrong = self.filtered('overcharged')
        if not wrong:
            raise UserError(self.env._("None of these charges is too high on present information."))
        found = wrong._recomputed()
        reason = self.env._("Charged again: a payment or credit note became known later")
        charges = wrong.sudo()
        charges.filtered(lambda charge: charge.state == 'booked')._credit_booked(reason)
        charges._cancel()
        self.env.flush_all()
        again = charges._create_with_facts(
            [charge._prepare_recharge_values(found[charge]) for charge in charges if found[charge].amount]
        )
        again._wake_booking()
        action = self.env['ir.actions.act_window']._for_xml_id(
            'ar_dunning_interest.ar_interest_charge_action'
        )
        return {**action, 'domain': [('id', 'in', (wrong | again).ids)], 'context': {}}

    def _prepare_recharge_values(self, found):
        same = ('kind', 'date_from', 'date_until', 'move_line_id', 'notice_id', 'partner_id')
        same += ('credit_account_id', 'company_id', 'currency_id', 'interest_scheme_id')
        return {
            **{name: self._fields[name].convert_to_write(self[name], self) for name in same},
            'amount': float(found.amount),
            'to_book': self.interest_scheme_id.booking == 'invoice',
            'explanation': self.interest_scheme_id._explain(found, self.currency_id),
        }

    # === Who and when ===

    def _require_role(self, *groups):
        if not self.env.su and not any(self.env.user.has_group(group) for group in groups):
            raise AccessError(
                self.env._("Interest and fees require the role %s.", self.env.ref(groups[-1]).sudo().name)
            )

    def _require_state(self, *states):
        wrong = self.filtered(lambda charge: charge.state not in states)[:1]
        if wrong or not self:
            labels = dict(self._fields['state']._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(charge)s of %(customer)s is already %(state)s.",
                    charge=wrong.name,
                    customer=wrong.partner_id.name,
                    state=labels[wrong.state].lower(),
                )
                if wrong
                else self.env._("Choose interest or fees first.")
            )
