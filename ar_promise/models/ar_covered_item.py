from odoo import api, fields, models
from odoo.tools import format_date


class ArCoveredItem(models.Model):
    """An open item that a promise or a payment plan covers, with what was open of it when it was noted.

    Guarantee: an item is covered by at most one live commitment (unique index).
    """

    _name = 'ar.covered.item'
    _description = "Covered Item"
    _inherit = ['ar.commitment.part.mixin']
    _order = 'date_maturity, id'
    _rec_name = 'document'
    _agreed = frozenset({'move_line_id', 'promise_id', 'payment_plan_id'})
    _facts = frozenset({'last_match', 'live', 'open_amount'})

    promise_id = fields.Many2one('ar.promise', index='btree_not_null', ondelete='restrict')
    payment_plan_id = fields.Many2one('ar.payment.plan', index='btree_not_null', ondelete='restrict')
    # An invoice that is reset to draft loses its items; what was agreed stays readable.
    move_line_id = fields.Many2one('account.move.line', "Journal Item", index=True, ondelete='set null')
    move_id = fields.Many2one(related='move_line_id.move_id', string="Invoice")
    company_id = fields.Many2one('res.company', compute='_compute_company_id', store=True)
    currency_id = fields.Many2one('res.currency', compute='_compute_facts', store=True)
    document = fields.Char(compute='_compute_facts', store=True)
    date_maturity = fields.Date("Due Date", compute='_compute_facts', store=True)
    open_amount = fields.Monetary("Open", compute='_compute_facts', store=True)
    last_match = fields.Integer(
        compute='_compute_facts', store=True, help="Later matches are receipts of the commitment."
    )
    residual = fields.Monetary("Open Now", compute='_compute_residual')
    live = fields.Boolean(compute='_compute_live', store=True)

    _one_commitment = models.Constraint(
        'CHECK (num_nonnulls(promise_id, payment_plan_id) = 1)',
        "An item must be covered either by a promise or by a payment plan.",
    )
    _one_live = models.UniqueIndex(
        '(move_line_id) WHERE live', "This item is already covered by a promise or a payment plan."
    )

    @api.depends('move_line_id')
    def _compute_facts(self):
        """Copy what is known now; it does not follow the item afterwards."""
        for item in self:
            line = item.move_line_id.sudo()
            item.currency_id = line.currency_id
            item.document = (
                line.move_id.name
                if len(line.move_id._ar_instalments()) < 2
                else (
                    line
                    and self.env._(
                        "%(invoice)s, due %(date)s",
                        invoice=line.move_id.name,
                        date=format_date(self.env, line.date_maturity),
                    )
                )
            )
            item.date_maturity = line.date_maturity or line.date
            item.open_amount = line.amount_residual_currency
            item.last_match = max(line.matched_credit_ids.ids, default=0)

    def _freeze(self):
        """Copy again what is open of the items now."""
        for name in ('open_amount', 'last_match', 'document', 'date_maturity', 'currency_id'):
            self.env.add_to_compute(self._fields[name], self)
        self._recompute_recordset()

    @api.depends('promise_id.company_id', 'payment_plan_id.company_id')
    def _compute_company_id(self):
        for item in self:
            item.company_id = item.promise_id.company_id or item.payment_plan_id.company_id

    @api.depends('move_line_id.amount_residual_currency')
    def _compute_residual(self):
        for item in self:
            item.residual = item.move_line_id.sudo().amount_residual_currency

    @api.depends('promise_id.state', 'payment_plan_id.state')
    def _compute_live(self):
        for item in self:
            item.live = item.promise_id.state == 'open' or item.payment_plan_id.state == 'active'

    def _commitment(self):
        return self.promise_id or self.payment_plan_id
