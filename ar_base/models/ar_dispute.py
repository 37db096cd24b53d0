from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ArDispute(models.Model):
    """What a customer objects to: a whole invoice, or an amount of it."""

    _name = 'ar.dispute'
    _description = "Dispute"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'state desc, opened_on desc, id desc'
    _check_company_auto = True

    name = fields.Char("Subject", required=True, default=lambda self: self.env._("Dispute"))
    move_id = fields.Many2one(
        'account.move',
        "Invoice",
        required=True,
        index=True,
        ondelete='restrict',
        domain="[('state', '=', 'posted'), ('move_type', 'in', ('out_invoice', 'out_refund', 'out_receipt'))]",
    )
    move_line_id = fields.Many2one(
        'account.move.line',
        "Invoice Line",
        index='btree_not_null',
        ondelete='restrict',
        domain="[('move_id', '=', move_id), ('display_type', 'in', ('product', 'payment_term'))]",
    )
    credit_account_id = fields.Many2one(
        'ar.credit.account', "Credit Account", compute='_compute_account_id', store=True, index=True
    )
    partner_id = fields.Many2one(related='move_id.commercial_partner_id', string="Customer")
    company_id = fields.Many2one(related='move_id.company_id', store=True)
    currency_id = fields.Many2one(related='move_id.currency_id')
    amount = fields.Monetary(
        "Disputed Amount", tracking=True, help="In the invoice's currency, tax included."
    )
    reason = fields.Selection(
        [
            ('price', "Price"),
            ('quantity', "Quantity"),
            ('quality', "Quality"),
            ('delivery', "Delivery"),
            ('document', "Missing or wrong document"),
            ('duplicate', "Invoiced twice"),
            ('other', "Other"),
        ],
        required=True,
        default='other',
        tracking=True,
    )
    description = fields.Text()
    owner_id = fields.Many2one(
        'res.users',
        default=lambda self: self.env.user,
        required=True,
        tracking=True,
        domain=[('share', '=', False)],
    )
    deadline = fields.Date()
    state = fields.Selection(
        [('open', "Open"), ('accepted', "Accepted"), ('rejected', "Rejected")],
        default='open',
        required=True,
        tracking=True,
        copy=False,
    )
    outcome = fields.Text()
    opened_on = fields.Date(default=fields.Date.context_today, readonly=True, copy=False)
    closed_on = fields.Date(readonly=True, copy=False)

    @api.depends('move_id')
    def _compute_account_id(self):
        Account = self.env['ar.credit.account'].sudo()
        for dispute in self:
            move = dispute.move_id
            partner = move.commercial_partner_id
            dispute.credit_account_id = Account._for_partner(partner, move.company_id) if partner else False

    @api.onchange('move_id', 'move_line_id')
    def _onchange_document(self):
        if self.move_line_id:
            self.amount = self.move_line_id.price_total or abs(self.move_line_id.amount_currency)
        elif self.move_id:
            self.amount = abs(self.move_id.amount_residual)

    @api.constrains('amount', 'move_id')
    def _check_amount(self):
        for dispute in self:
            total = abs(dispute.move_id.amount_total)
            if dispute.amount <= 0 or dispute.currency_id.compare_amounts(dispute.amount, total) > 0:
                raise ValidationError(
                    self.env._(
                        "The disputed amount of %(invoice)s must be above zero and at most its total of %(total)s.",
                        invoice=dispute.move_id.name,
                        total=dispute.currency_id.format(total),
                    )
                )

    @api.constrains('move_line_id', 'move_id')
    def _check_line(self):
        for dispute in self.filtered('move_line_id'):
            if dispute.move_line_id.move_id != dispute.move_id:
                raise ValidationError(
                    self.env._(
                        "The disputed line does not belong to %s: choose a line of that invoice.",
                        dispute.move_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        disputes = super().create(vals_list)
        disputes._on_change()
        return disputes

    def write(self, vals):
        if vals.get('state') in ('accepted', 'rejected'):
            vals = {'closed_on': fields.Date.context_today(self), **vals}
        result = super().write(vals)
        if {'state', 'amount'} & set(vals):
            self._on_change()
        return result

    def action_accept(self):
        return self.write({'state': 'accepted'})

    def action_reject(self):
        return self.write({'state': 'rejected'})

    def action_reopen(self):
        return self.write({'state': 'open', 'closed_on': False})

    def _on_change(self):
        """Hook: what the customer disputes changed."""
