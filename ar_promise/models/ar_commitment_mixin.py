from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain

from ..rules.promise import Commitment, Row
from odoo.addons.ar_base.rules.money import exact

ACTIVITY = 'ar_promise.mail_activity_type_broken'
# Fields that do not change once a commitment is locked; promises and plans add theirs.
AGREED = frozenset({'credit_account_id', 'currency_id', 'grace_days', 'item_ids', 'line_ids', 'name'})


class ArCommitmentMixin(models.AbstractModel):
    """What a promise and a payment plan have in common: a customer, items it covers, rows of amount and date.

    All amounts are in the currency of the covered items. What was agreed is kept as it was: rows and items
    cannot be changed afterwards. To agree on something else, cancel it with a reason and make a new one.
    """

    _name = 'ar.commitment.mixin'
    _description = "Commitment of a Customer"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'ar.customer.reply.mixin']
    _parts = ('line_ids', 'item_ids')

    _agreed = AGREED
    # What became of it is found from the receipts, or ends with a reason: never by hand.
    _facts = frozenset({'cancel_reason', 'closed_on', 'grace_days', 'name', 'next_date', 'received', 'state'})

    name = fields.Char("Number", readonly=True, copy=False, default=lambda self: self.env._("New"))
    credit_account_id = fields.Many2one('ar.credit.account', required=True, index=True, ondelete='restrict')
    partner_id = fields.Many2one(
        related='credit_account_id.partner_id', string="Customer", store=True, index=True
    )
    company_id = fields.Many2one(related='credit_account_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(
        'res.currency',
        required=True,
        compute='_compute_currency_id',
        store=True,
        readonly=False,
        precompute=True,
    )
    contact_id = fields.Many2one(
        'res.partner', domain="[('id', 'child_of', partner_id)]", help="The person it was agreed with."
    )
    collector_id = fields.Many2one(
        related='credit_account_id.collector_id', store=True, index='btree_not_null'
    )
    amount = fields.Monetary(compute='_compute_amount', store=True, help="The sum of the rows.")
    received = fields.Monetary(
        readonly=True, copy=False, help="What was received and counts, by the day each receipt takes effect."
    )
    covered_amount = fields.Monetary(
        "Open of the Items",
        compute='_compute_covered_amount',
        help="The open amount of the covered items when it was recorded.",
    )
    grace_days = fields.Integer(
        readonly=True, copy=False, help="Days after each date during which a receipt still counts."
    )
    next_date = fields.Date(
        "Waiting Until",
        readonly=True,
        copy=False,
        index='btree_not_null',
        help="The last day for the next amount, grace included. The day after it is missed.",
    )
    closed_on = fields.Date(readonly=True, copy=False)
    cancel_reason = fields.Char(readonly=True, copy=False)

    @api.depends('item_ids.move_line_id')
    def _compute_currency_id(self):
        for commitment in self:
            lines = commitment.item_ids.move_line_id
            commitment.currency_id = (
                lines[:1].currency_id or commitment.currency_id or commitment.credit_account_id.currency_id
            )

    @api.depends('line_ids.amount')
    def _compute_amount(self):
        for commitment in self:
            commitment.amount = sum(commitment.line_ids.mapped('amount'))

    @api.depends('item_ids.open_amount')
    def _compute_covered_amount(self):
        for commitment in self:
            commitment.covered_amount = sum(commitment.item_ids.mapped('open_amount'))

    @api.onchange('credit_account_id')
    def _onchange_account(self):
        """Propose the items of the customer that was chosen; what is proposed for that customer stays."""
        account = self.credit_account_id
        if account and self.item_ids.move_line_id.partner_id.commercial_partner_id != account.partner_id:
            self.update({'line_ids': [Command.clear()], 'item_ids': [Command.clear()]})
            self.update(self._prepare_proposal(account))

    @api.model
    def default_get(self, fields):
        """Propose the items in the context, else all that is overdue."""
        values = super().default_get(fields)
        account = self.env['ar.credit.account'].browse(values.get('credit_account_id'))
        if account and not values.get('item_ids') and 'item_ids' in fields:
            values.update(self._prepare_proposal(account))
        return values

    def write(self, vals):
        # A merge of credit accounts moves the commitments along.
        if self._agreed & set(vals) and not vals.keys() <= {'credit_account_id'}:
            self._check_unlocked()
        return super().write(vals)

    # === Hooks ===

    def _is_locked(self):
        """Hook: whether what was agreed is fixed. False of no record."""
        raise NotImplementedError

    def _locked_text(self):
        """Hook: why it cannot change, and the remedy."""
        raise NotImplementedError

    def _first_day(self):
        """Hook: the first day on which a receipt counts."""
        raise NotImplementedError

    def _last_day(self):
        """Hook: the day after which receipts no longer count; nothing = no end."""

    def _is_strict(self):
        """Hook: whether it ends with the first row missed."""
        raise NotImplementedError

    @api.model
    def _prepare_proposal(self, account):
        """Hook: the values that a new commitment of the customer begins with."""
        return {'item_ids': self._prepare_items(self._proposed_items(account))}

    # === What may be agreed ===

    def _check_unlocked(self):
        """:raise UserError: one of them is locked."""
        for commitment in self:
            if commitment._is_locked():
                raise UserError(commitment._locked_text())

    def _check_agreed(self):
        """Refuse what cannot be followed: nothing covered, several currencies, others' items, too much."""
        for commitment in self:
            if not commitment.item_ids or not commitment.line_ids:
                raise ValidationError(
                    self.env._(
                        "%(customer)s: choose the invoices that are to be paid, and at least one amount and "
                        "date.",
                        customer=commitment.partner_id.display_name,
                    )
                )
            commitment._check_items()
            currency = commitment.currency_id
            if currency.compare_amounts(commitment.amount, commitment.covered_amount) > 0:
                raise ValidationError(
                    self.env._(
                        "%(customer)s: %(amount)s is more than the %(open)s that is open of the chosen "
                        "invoices. Lower the amount or add invoices.",
                        customer=commitment.partner_id.display_name,
                        amount=currency.format(commitment.amount),
                        open=currency.format(commitment.covered_amount),
                    )
                )

    def _check_items(self):
        for line in self.item_ids.sudo().move_line_id:
            if (
                line.partner_id.commercial_partner_id != self.partner_id
                or line.company_id.root_id != self.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(item)s is not owed by %(customer)s to %(company)s. Remove it.",
                        item=line.move_id.name,
                        customer=self.partner_id.display_name,
                        company=self.company_id.name,
                    )
                )
            if line.currency_id != self.currency_id:
                raise ValidationError(
                    self.env._(
                        "%(item)s is in %(currency)s, the others are in %(other)s. Record one commitment "
                        "per currency.",
                        item=line.move_id.name,
                        currency=line.currency_id.name,
                        other=self.currency_id.name,
                    )
                )
        for item in self.item_ids:
            if self.currency_id.compare_amounts(item.open_amount, 0) <= 0:
                raise ValidationError(
                    self.env._(
                        "%(item)s has nothing open. Remove it.",
                        item=item.document or item.move_line_id.display_name,
                    )
                )

    @api.model
    def _check_uncovered(self, line_ids, domain=Domain.TRUE):
        """Refuse journal items that another live commitment covers, and say which one.

        :param domain: of the covered items that are in the way; default: all live ones.
        """
        live = Domain('move_line_id', 'in', line_ids) & Domain('live', '=', True)
        taken = self.env['ar.covered.item'].sudo().search(live & domain, limit=1)
        if taken:
            raise UserError(
                self.env._(
                    "%(item)s of %(customer)s is already covered by %(other)s. Cancel that one first, with "
                    "the reason.",
                    item=taken.document,
                    customer=taken._commitment().partner_id.display_name,
                    other=taken._commitment().name,
                )
            )

    # === Items ===

    @api.model
    def _collectable_items(self, account, overdue_on=None):
        """Return the customer's open debits, oldest first, without those that a live commitment covers.

        :param overdue_on: only what is overdue on the day.
        """
        domain = Domain(
            [
                ('account_id.ar_is_receivable', '=', True),
                ('parent_state', '=', 'posted'),
                ('reconciled', '=', False),
                ('amount_residual_currency', '>', 0),
                ('partner_id', 'child_of', account.partner_id.id),
                ('company_id', 'child_of', account.company_id.id),
            ]
        )
        if overdue_on:
            domain &= Domain('date_maturity', '<', overdue_on)
        covered = self.env['ar.covered.item'].sudo()._search([('live', '=', True)])
        return self.env['account.move.line'].search(
            domain & Domain('id', 'not in', covered.subselect('move_line_id')), order='date_maturity, id'
        )

    def _proposed_items(self, account):
        """Return the items in the context, else what is overdue, all in the currency of the first."""
        lines = (
            self.env['account.move.line']
            .browse(self.env.context.get('promise_line_ids', ()))
            .filtered(lambda line: line.partner_id.commercial_partner_id == account.partner_id)
        )
        lines = lines or self._collectable_items(account, overdue_on=fields.Date.context_today(self))
        return lines.filtered(lambda line: line.currency_id == lines[0].currency_id)

    @api.model
    def _prepare_items(self, lines):
        return [Command.create({'move_line_id': line.id}) for line in lines]

    # === Following it ===

    def _as_rule(self):
        """Return what ``rules.promise`` needs to know."""
        self.ensure_one()
        return Commitment(
            key=(self._name, self.id),
            since=self._first_day(),
            grace=self.grace_days,
            until=self._last_day(),
            strict=self._is_strict(),
            items={item.move_line_id.id: item.last_match for item in self.item_ids if item.move_line_id},
            open=sum(map(exact, self.item_ids.mapped('open_amount'))),
            rows=tuple(Row(line.date, exact(line.amount)) for line in self.line_ids),
        )

    def _take_received(self, outcome):
        """Write the amounts received, per row and in total; only what changed."""
        for line, received in zip(
            self.line_ids.sorted(lambda row: (row.date, row.amount, row.id)), outcome.received, strict=True
        ):
            if self.currency_id.compare_amounts(line.received, float(received)):
                line._record_facts({'received': float(received)})
        if (
            self.currency_id.compare_amounts(self.received, float(outcome.total))
            or (self.next_date or None) != outcome.next_date
        ):
            self._record_facts({'received': float(outcome.total), 'next_date': outcome.next_date})

    def _has_successor(self):
        """Tell whether a later live commitment covers one of the items: then this one stays as decided."""
        return bool(
            self.env['ar.covered.item'].search_count(
                [
                    ('move_line_id', 'in', self.item_ids.move_line_id.ids),
                    ('live', '=', True),
                    ('id', 'not in', self.item_ids.ids),
                ],
                limit=1,
            )
        )

    def _responsible(self):
        """Return who follows it up: the collector, else who noted it, else who follows the customer up."""
        self.ensure_one()
        collectors = self.company_id._ar_people('ar_base.group_collector')
        return (
            self.collector_id
            or (self.create_uid & collectors)
            or self.credit_account_id._responsible_collector()
        )

    def _alert(self, summary, note):
        """Give the matter to who follows it up; once, while it is open there."""
        for commitment in self:
            commitment.activity_schedule(
                ACTIVITY,
                user_id=commitment._responsible().id or self.env.uid,
                summary=summary,
                note=note,
            )

    def _settle_alert(self, feedback):
        self.activity_feedback([ACTIVITY], feedback=feedback)

    # === Ending it ===

    def _ask_end(self, ends_by, title):
        """Return the dialog that asks for the reason and then calls the method ``ends_by``."""
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.commitment.cancel',
            'view_mode': 'form',
            'target': 'new',
            'name': title,
            'context': {'active_model': self._name, 'active_ids': self.ids, 'default_ends_by': ends_by},
        }

    def action_ask_cancel(self):
        """Ask for the reason, then cancel."""
        return self._ask_end('action_cancel', self.env._("Cancel"))

    @api.model
    def _next_name(self, company):
        return self.env['ir.sequence'].sudo().with_company(company).next_by_code(self._name) or "/"
