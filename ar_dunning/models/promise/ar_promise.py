from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command


class ArPromise(models.Model):
    """A customer's word to pay amounts by dates for items, by phone, letter, visit or on the portal.

    While it is open the covered items are not chased, until the next promised date inclusive. What becomes of it is found
    from the receipts matched with the items, see ``rules.promise``; nobody sets it by hand.
    """

    _name = 'ar.promise'
    _description = "Promise to Pay"
    _inherit = ['ar.commitment.mixin']
    _order = 'made_on desc, id desc'

    channel = fields.Selection(
        [('phone', "Phone"), ('mail', "E-mail or letter"), ('visit', "Visit"), ('portal', "Portal")],
        "Given by",
        required=True,
        default='phone',
        tracking=True,
    )
    noted_by_id = fields.Many2one(
        'res.users', "Noted by", required=True, readonly=True, default=lambda self: self.env.user
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

    # === Noting ===

    @api.model
    def default_get(self, fields):
        """Propose what the customer owes: the items in the context, else all that is overdue, due in a week."""
        values = super().default_get(fields)
        account = self.env['ar.credit.account'].browse(values.get('credit_account_id'))
        if account and not values.get('item_ids') and 'item_ids' in fields:
            values.update(self._prepare_proposal(account))
        return values

    @api.onchange('credit_account_id')
    def _onchange_account(self):
        """Propose the items of the customer that was chosen; what is proposed for that customer stays."""
        if (
            self.credit_account_id
            and self.item_ids.move_line_id.partner_id.commercial_partner_id
            != self.credit_account_id.partner_id
        ):
            self.update({'line_ids': [Command.clear()], 'item_ids': [Command.clear()]})
            self.update(self._prepare_proposal(self.credit_account_id))

    @api.model
    def _prepare_proposal(self, account):
        lines = self._proposed_items(account)
        due = {
            'date': fields.Date.add(fields.Date.context_today(self), days=7),
            'amount': sum(lines.mapped('amount_residual_currency')),
        }
        return {'item_ids': self._prepare_items(lines), 'line_ids': [Command.create(due)] if lines else []}

    @api.model
    def _note(self, account, lines, rows, **values):
        """Note a promise.

        :param account: the customer's credit account.
        :param lines: the journal items it covers.
        :param rows: (date, amount) pairs, in the currency of the items.
        :raise UserError: an item is covered already. :raise ValidationError: it promises more than is open, or the past.
        """
        return self.create(
            {
                'credit_account_id': account.id,
                'item_ids': self._prepare_items(lines),
                'line_ids': [Command.create({'date': date, 'amount': amount}) for date, amount in rows],
                **values,
            }
        )

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access('create')
        accounts = self.env['ar.credit.account'].browse(vals.get('credit_account_id') for vals in vals_list)
        for account in accounts.sorted('id'):
            self._lock_account(account)
        for vals, account in zip(vals_list, accounts, strict=True):
            vals.update(
                name=self._next_name(account.company_id),
                grace_days=account.company_id.sudo().ar_promise_grace_days,
                state='open',
                locked=False,
            )
        # An item turns live with its row: who covers it already is told before the unique index says so.
        for vals in vals_list:
            self._check_commands(vals.get('item_ids') or ())
        promises = super().create(vals_list)
        promises._check_arranged()
        promises._check_dates()
        for promise in promises:
            promise.sudo().write({'locked': True, 'next_date': promise._first_deadline()})
        return promises

    @api.model
    def _check_commands(self, commands):
        ids = [command[2].get('move_line_id') for command in commands if command[0] == Command.CREATE]
        taken = (
            self.env['ar.covered.item']
            .sudo()
            .search([('move_line_id', 'in', ids), ('live', '=', True)], limit=1)
        )
        if taken:
            raise UserError(
                self.env._(
                    "%(item)s is already covered by %(other)s. Cancel that one first, with the reason.",
                    item=taken.document,
                    other=taken._commitment().name,
                )
            )

    def _check_dates(self):
        today = fields.Date.context_today(self)
        for promise in self:
            if promise.made_on > today:
                raise ValidationError(
                    self.env._(
                        "%(customer)s: a promise of %(day)s cannot be noted before that day.",
                        customer=promise.partner_id.display_name,
                        day=promise.made_on,
                    )
                )
            early = promise.line_ids.filtered(lambda row, day=promise.made_on: row.date < day)
            if early:
                raise ValidationError(
                    self.env._(
                        "%(customer)s: the promised date %(date)s is before the day the promise was given, %(day)s.",
                        customer=promise.partner_id.display_name,
                        date=early[0].date,
                        day=promise.made_on,
                    )
                )

    def _first_deadline(self):
        return fields.Date.add(min(self.line_ids.mapped('date')), days=self.grace_days)

    def write(self, vals):
        kept = {
            'credit_account_id',
            'currency_id',
            'grace_days',
            'item_ids',
            'line_ids',
            'made_on',
            'name',
            'noted_by_id',
            'channel',
        }
        if kept & set(vals) and any(self.mapped('locked')) and not vals.keys() <= {'credit_account_id'}:
            raise UserError(
                self.env._(
                    "%s is kept as it was given. Cancel it with the reason and note a new one.", self[:1].name
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _keep_history(self):
        raise UserError(
            self.env._(
                "A promise is part of the customer's payment record and is not deleted. Cancel it instead."
            )
        )

    def _is_locked(self):
        return bool(self) and self.locked

    def _first_day(self):
        return self.made_on

    def _is_strict(self):
        return True

    # === Cancelling ===

    def action_cancel(self, reason=None):
        """Cancel open promises: the items are chased again as before. It does not count in the payment record.

        :raise UserError: one is decided already; what came of it is a fact.
        """
        reason = (reason or self.env.context.get('cancel_reason') or '').strip()
        decided = self.filtered(lambda promise: promise.state != 'open')
        if decided:
            raise UserError(
                self.env._("%s is decided already and stays in the payment record.", decided[0].name)
            )
        if not reason:
            raise UserError(
                self.env._("Write down why the promise of %s is cancelled.", self[:1].partner_id.display_name)
            )
        self.write(
            {
                'state': 'cancelled',
                'closed_on': fields.Date.context_today(self),
                'cancel_reason': reason,
                'next_date': False,
            }
        )
        for promise in self:
            promise.message_post(body=self.env._("Cancelled: %s", reason))
        return True

    def action_new(self):
        """Note a new promise in place of one that was not kept."""
        self.ensure_one()
        return self.credit_account_id.action_promise()

    def action_ask_cancel(self):
        """Ask for the reason, then cancel."""
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.commitment.cancel',
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("Cancel"),
            'context': {'active_model': self._name, 'active_ids': self.ids},
        }
