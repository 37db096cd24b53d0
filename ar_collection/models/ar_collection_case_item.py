from odoo import api, fields, models
from odoo.exceptions import UserError


class ArCollectionCaseItem(models.Model):
    """An item of a case: what was claimed when it was referred, and what became of it."""

    _name = 'ar.collection.case.item'
    _description = "Item of a Case"
    _inherit = ['ar.fact.mixin']
    _order = 'case_id, date_maturity, id'
    _rec_name = 'move_line_id'
    _set_once = frozenset(['case_id', 'move_line_id'])

    case_id = fields.Many2one('ar.collection.case', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='case_id.company_id', store=True, index=True)
    move_line_id = fields.Many2one(
        'account.move.line', "Item", required=True, index=True, ondelete='restrict'
    )
    move_id = fields.Many2one(related='move_line_id.move_id', string="Document")
    currency_id = fields.Many2one(related='move_line_id.currency_id', string="Document Currency")
    company_currency_id = fields.Many2one(related='case_id.currency_id', string="Currency")
    invoice_date = fields.Date(related='move_line_id.invoice_date')
    date_maturity = fields.Date("Due Date", compute='_compute_amounts', store=True, precompute=True)
    amount = fields.Monetary(
        "Claimed",
        compute='_compute_amounts',
        store=True,
        precompute=True,
        currency_field='company_currency_id',
        help="What was open at referral, in company currency.",
    )
    amount_currency = fields.Monetary(
        "Claimed in Document Currency", compute='_compute_amounts', store=True, precompute=True
    )
    is_live = fields.Boolean(compute='_compute_is_live', store=True, precompute=True)
    recovered = fields.Monetary(compute='_compute_recovered', currency_field='company_currency_id')
    settled = fields.Monetary(
        "Credited or Written Off", compute='_compute_recovered', currency_field='company_currency_id'
    )
    residual = fields.Monetary(
        "Open Now", related='move_line_id.amount_residual', currency_field='company_currency_id'
    )

    _live_once = models.UniqueIndex(
        '(move_line_id) WHERE is_live', "This item is already in another open case."
    )

    @api.depends('move_line_id')
    def _compute_amounts(self):
        """Take what is open when the item is added; ``_freeze`` takes it a last time at referral."""
        for item in self:
            line = item.move_line_id
            item.date_maturity = line.date_maturity or line.date
            item.amount, item.amount_currency = line.amount_residual, line.amount_residual_currency

    @api.depends('case_id.state')
    def _compute_is_live(self):
        for item in self:
            item.is_live = item.case_id.state != 'closed'

    def _compute_recovered(self):
        found = self.case_id._matched_since()
        for item in self:
            item.recovered, item.settled = found.get(
                (item.case_id._origin.id, item.move_line_id.id), (0.0, 0.0)
            )

    @api.constrains('move_line_id', 'case_id')
    def _check_customer(self):
        for item in self:
            if item.move_line_id.partner_id.commercial_partner_id != item.case_id.partner_id:
                raise UserError(
                    self.env._(
                        "%(item)s is not an item of %(customer)s: choose one of that customer.",
                        item=item.move_line_id.move_name,
                        customer=item.case_id.partner_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        for item in items.filtered(lambda item: item.case_id.state != 'draft'):
            raise UserError(
                self.env._(
                    "%(case)s is referred: its claim is fixed. Open another case for what became due since.",
                    case=item.case_id.name,
                )
            )
        return items

    def _is_kept(self):
        return self.case_id.state != 'draft'

    def _refusal_to_delete(self):
        return self.env._("Referred items stay in the case. Close the case, or record a cost or a receipt.")

    def _freeze(self):
        """Take what is open now; items that are paid meanwhile leave the case."""
        self.filtered(lambda item: item.move_line_id.reconciled).unlink()
        for item in self.exists():
            line = item.move_line_id
            item._record_facts(
                {
                    'date_maturity': line.date_maturity or line.date,
                    'amount': line.amount_residual,
                    'amount_currency': line.amount_residual_currency,
                }
            )
