from odoo import api, fields, models
from odoo.exceptions import UserError

from ..rules import allocation
from odoo.addons.ar_base.rules.money import exact

KIND_OF = {'fee': 'fees', 'fixed_sum': 'fees', 'interest': 'interest'}


class ArChargeAllocation(models.TransientModel):
    """Proposes which open documents a receipt settles, in the agreed order, and matches them once confirmed.

    Interest and fees are documents of their own, so this only chooses what is matched with what: Odoo's own
    matches, no hidden split.
    """

    _name = 'ar.charge.allocation'
    _description = "Allocate a Receipt"

    @api.model
    def _selection_order(self):
        return self.env['ar.interest.scheme']._selection_allocation_order()

    credit_account_id = fields.Many2one('ar.credit.account', required=True, readonly=True)
    partner_id = fields.Many2one(related='credit_account_id.partner_id')
    receipt_id = fields.Many2one('account.move.line', required=True)
    receipt_ids = fields.Many2many(
        'account.move.line', string="Receipts to Match", compute='_compute_receipt_ids'
    )
    currency_id = fields.Many2one(related='receipt_id.currency_id')
    order = fields.Selection('_selection_order', "Settle First", required=True)
    amount = fields.Monetary("Not Matched Yet", compute='_compute_amount')
    excess = fields.Monetary("Stays Unmatched", compute='_compute_excess')
    line_ids = fields.One2many('ar.charge.allocation.line', 'allocation_id', "Open Documents")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        account = self.env['ar.credit.account'].browse(values.get('credit_account_id'))
        if account:
            values.setdefault('order', account._interest_scheme().allocation_order or allocation.ORDERS[0])
            values.setdefault('receipt_id', self._receipts(account)[:1].id)
        return values

    @api.model
    def _receipts(self, account):
        """Return the customer's unmatched receivable credits, oldest first."""
        return self.env['account.move.line'].search(
            [*self._open_domain(account), ('amount_residual_currency', '<', 0)], order='date, id'
        )

    @api.model
    def _open_domain(self, account):
        return [
            ('partner_id.commercial_partner_id', '=', account.partner_id.id),
            ('company_id', 'child_of', account.company_id.id),
            ('account_id.ar_is_receivable', '=', True),
            ('parent_state', '=', 'posted'),
            ('reconciled', '=', False),
        ]

    @api.depends('credit_account_id')
    def _compute_receipt_ids(self):
        for wizard in self:
            wizard.receipt_ids = self._receipts(wizard.credit_account_id)

    @api.depends('receipt_id')
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = -wizard.receipt_id.amount_residual_currency

    @api.depends('amount', 'line_ids.applied')
    def _compute_excess(self):
        for wizard in self:
            wizard.excess = wizard.amount - sum(wizard.line_ids.mapped('applied'))

    @api.onchange('receipt_id', 'order')
    def _onchange_receipt(self):
        self.line_ids = [fields.Command.clear()] + [
            fields.Command.create(values) for values in self._proposed()
        ]
        self._allocate()

    @api.onchange('line_ids')
    def _onchange_lines(self):
        self._allocate()

    def _proposed(self):
        """Return the values of the open documents that the receipt can settle, in the order chosen."""
        if not self.receipt_id or not self.order:
            return []
        items = self._candidates()
        kinds = self._kinds(items)
        ranked = allocation.ranked(
            items,
            self.order,
            lambda item: kinds[item.id],
            lambda item: (item.date_maturity or item.date, item.id),
        )
        urgent = self.order.split(',').index
        return [
            {
                'sequence': number,
                'move_line_id': item.id,
                'kind': min(kinds[item.id], key=urgent),
                'residual': item.amount_residual_currency,
                'included': True,
            }
            for number, item in enumerate(ranked)
        ]

    def _candidates(self):
        """Return the open items of the receipt's account, company and currency: they match as they are."""
        receipt = self.receipt_id
        return self.env['account.move.line'].search(
            [
                *self._open_domain(self.credit_account_id),
                ('amount_residual_currency', '>', 0),
                ('account_id', '=', receipt.account_id.id),
                ('currency_id', '=', receipt.currency_id.id),
                ('company_id', '=', receipt.company_id.id),
            ]
        )

    def _kinds(self, items):
        """Return {item id: kinds of debt it holds}."""
        by_move = {
            move: set(kinds)
            for move, kinds in self.env['ar.interest.charge']
            .sudo()
            ._read_group(
                [('invoice_id', 'in', items.move_id.ids), ('state', '=', 'booked')],
                ['invoice_id'],
                ['kind:array_agg_distinct'],
            )
        }
        return {
            item.id: {KIND_OF[kind] for kind in by_move.get(item.move_id, ())} or {'principal'}
            for item in items
        }

    def _allocate(self):
        lines = self.line_ids.sorted('sequence')
        chosen = lines.filtered('included')
        applied, _left = allocation.allocate(exact(self.amount), [exact(line.residual) for line in chosen])
        (lines - chosen).applied = 0
        for line, amount in zip(chosen, applied, strict=True):
            line.applied = float(amount)

    def action_apply(self):
        """Match the receipt with the chosen documents, one after the other.

        :raise UserError: something was matched since the proposal was made.
        """
        self.ensure_one()
        self.env['ar.credit.account'].sudo()._lock_for_exposure(
            self.partner_id, self.credit_account_id.company_id
        )
        self.receipt_id.check_access('write')
        self._allocate()
        chosen = self.line_ids.sorted('sequence').filtered('applied')
        if not chosen:
            raise UserError(self.env._("Choose at least one open document of %s.", self.partner_id.name))
        for line in chosen:
            line._check_unchanged()
            (self.receipt_id | line.move_line_id).reconcile()
        return {'type': 'ir.actions.act_window_close'}
