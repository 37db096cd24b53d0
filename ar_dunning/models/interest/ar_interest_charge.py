from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

KINDS = [('interest', "Interest"), ('fee', "Letter fee"), ('fixed_sum', "Fixed sum")]


class ArInterestCharge(models.Model):
    """What late payment cost a customer: interest of an item's days, a fixed sum of a document, or the fee of a letter.

    Facts: amount, days and why are kept as they were charged. The same day of the same item is never charged twice, and
    waived days stay waived; only what is cancelled may be charged anew. Nobody writes here but through the methods.
    """

    _name = 'ar.interest.charge'
    _description = "Interest or Fee"
    _order = 'date desc, id desc'
    _check_company_auto = True

    name = fields.Char(compute='_compute_name')
    kind = fields.Selection(KINDS, required=True, readonly=True)
    state = fields.Selection(
        [
            ('memo', "Memo"),
            ('booked', "Booked"),
            ('waived', "Waived"),
            ('cancelled', "Cancelled"),
        ],
        default='memo',
        required=True,
        readonly=True,
        index=True,
    )
    credit_account_id = fields.Many2one(
        'ar.credit.account', "Credit Account", required=True, readonly=True, index=True, ondelete='restrict'
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
    to_book = fields.Boolean("Waits for Booking", readonly=True)
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
    asked_reason = fields.Char("Waiver Asked for", readonly=True)
    asked_by_id = fields.Many2one('res.users', "Asked by", readonly=True)
    waive_reason = fields.Char("Waived because", readonly=True)
    waived_by_id = fields.Many2one('res.users', "Waived by", readonly=True)
    waived_on = fields.Date(readonly=True)

    _day_once = models.Constraint(
        "EXCLUDE USING gist (int4range(move_line_id, move_line_id, '[]') WITH &&, daterange(date_from, date_until, '[]') WITH &&) "
        "WHERE (kind = 'interest' AND state <> 'cancelled')",
        "These days of the item were charged already.",
    )
    _fixed_sum_once = models.UniqueIndex(
        "(move_id) WHERE kind = 'fixed_sum' AND state != 'cancelled'",
        "The fixed sum of this document was charged already.",
    )
    _fee_once = models.UniqueIndex(
        "(notice_id) WHERE kind = 'fee' AND state != 'cancelled'",
        "The fee of this letter was charged already.",
    )
    _not_negative = models.Constraint('CHECK (amount >= 0)', "A charge cannot be negative.")
    _interest_has_days = models.Constraint(
        "CHECK (kind != 'interest' OR (move_line_id IS NOT NULL AND date_from IS NOT NULL AND date_until >= date_from))",
        "Interest is charged for days of an item.",
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

    # === Charging ===

    @api.model
    def _charged_until(self, lines):
        """Return {line id: last day charged} of the items that were charged at all."""
        return {
            line.id: until
            for line, until in self.sudo()._read_group(
                [('move_line_id', 'in', lines.ids), ('kind', '=', 'interest'), ('state', '!=', 'cancelled')],
                ['move_line_id'],
                ['date_until:max'],
            )
        }

    @api.model
    def _charge_items(self, scheme, lines, until):
        """Charge the interest and fixed sums of the items until the day; return the charges.

        The customers' accounts are written first, in the order of their customers, so that of two who charge the same item at
        the same time the second starts again and finds nothing to charge.

        :raise SerializationFailure: as said; Odoo replays the request.
        """
        accounts = self._guarded(lines)
        interest, sums = scheme._item_interest(lines, until), scheme._item_fixed_sums(lines, until)
        return self._create_charges(scheme, lines, accounts, interest, sums)

    @api.model
    def _guarded(self, lines):
        """Return {(customer, root company): account} after writing their rows."""
        Account = self.env['ar.credit.account'].sudo()
        keys = sorted(
            {
                (line.partner_id.commercial_partner_id, line.company_id.root_id)
                for line in lines.sudo()
                if line.partner_id
            },
            key=lambda key: (key[0].id, key[1].id),
        )
        return {key: Account._lock_for_exposure(*key) for key in keys}

    @api.model
    def _create_charges(self, scheme, lines, accounts, interest, sums):
        values = []
        for line in lines.sudo():
            common = self._prepare_charge_values(scheme, line, accounts)
            found = interest.get(line.id)
            if found and found.amount:
                values.append(
                    {
                        **common,
                        'kind': 'interest',
                        'amount': found.amount,
                        'date_from': found.date_from,
                        'date_until': found.date_until,
                        'explanation': found.text,
                    }
                )
            if line.id in sums:
                values.append(
                    {
                        **common,
                        'kind': 'fixed_sum',
                        'amount': sums[line.id].amount,
                        'explanation': sums[line.id].text,
                    }
                )
        charges = self.sudo().create(values)
        charges._wake_booking()
        return charges

    @api.model
    def _prepare_charge_values(self, scheme, line, accounts):
        partner = line.partner_id.commercial_partner_id
        return {
            'move_line_id': line.id,
            'partner_id': partner.id,
            'company_id': line.company_id.id,
            'credit_account_id': accounts[partner, line.company_id.root_id].id,
            'currency_id': line.currency_id.id,
            'interest_scheme_id': scheme.id,
            'to_book': scheme.booking == 'invoice',
        }

    def _wake_booking(self):
        if self.filtered('to_book'):
            self.env.ref('ar_dunning.ir_cron_book_charges').sudo()._trigger()

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
        self.sudo().write({'asked_reason': reason, 'asked_by_id': self.env.uid})
        self._log(
            lambda amount: self.env._("Asked to waive %(amount)s: %(reason)s", amount=amount, reason=reason)
        )

    def _waive(self, reason):
        """Give the charges up for good: their days are not charged again. What is booked gets a credit note."""
        self._require_role('ar_base.group_controller')
        self._require_state('memo', 'booked')
        self.sudo().filtered(lambda charge: charge.state == 'booked')._credit_booked(reason)
        self.sudo().write(
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
        """Claim again what was waived, as a memo; the reason of the waiver stays readable on the credit file."""
        self._require_role('ar_base.group_controller')
        self._require_state('waived')
        self.sudo().write(
            {
                'state': 'memo',
                'waive_reason': False,
                'waived_by_id': False,
                'waived_on': False,
                'asked_reason': False,
                'asked_by_id': False,
                'invoice_id': False,
                'invoice_line_id': False,
                'credit_note_id': False,
            }
        )
        self._log(lambda amount: self.env._("Claimed again: %s", amount))
        return True

    def action_cancel(self):
        """Undo memo charges made by mistake: their days may be charged anew."""
        self._require_role('ar_base.group_controller')
        self._require_state('memo')
        self._cancel()
        return True

    def _cancel(self):
        self.sudo().write({'state': 'cancelled', 'to_book': False})
        self._log(lambda amount: self.env._("Cancelled interest and fees: %s", amount))

    def _log(self, text):
        """Tell it on each customer's file, one note per currency."""
        by_account = defaultdict(self.browse)
        for charge in self:
            by_account[charge.credit_account_id, charge.currency_id] |= charge
        for (account, currency), charges in by_account.items():
            account.sudo().message_post(
                body=text(currency.format(sum(charges.mapped('amount')))),
                author_id=self.env.user.partner_id.id,
            )

    # === Who and when ===

    def _require_role(self, *groups):
        if not self.env.su and not any(self.env.user.has_group(group) for group in groups):
            raise AccessError(
                self.env._("Interest and fees: this takes the role %s.", self.env.ref(groups[-1]).sudo().name)
            )

    def _require_state(self, *states):
        wrong = self.filtered(lambda charge: charge.state not in states)[:1]
        if wrong or not self:
            labels = dict(self._fields['state']._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(charge)s of %(customer)s is %(state)s already.",
                    charge=wrong.name,
                    customer=wrong.partner_id.name,
                    state=labels[wrong.state].lower(),
                )
                if wrong
                else self.env._("Choose interest or fees first.")
            )

    def action_open_invoice(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'account.move',
            'res_id': self.invoice_id.id,
            'view_mode': 'form',
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Interest and fees are kept: waive or cancel them."))
