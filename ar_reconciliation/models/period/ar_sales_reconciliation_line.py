from odoo import fields, models


class ArSalesReconciliationLine(models.Model):
    """The frozen figures of one customer in a reconciliation."""

    _name = 'ar.sales.reconciliation.line'
    _description = "Sales Reconciliation Line"
    _order = 'closing desc, id'
    _rec_name = 'partner_id'

    reconciliation_id = fields.Many2one(
        'ar.sales.reconciliation', required=True, readonly=True, index=True, ondelete='cascade'
    )
    partner_id = fields.Many2one(
        'res.partner',
        "Customer",
        readonly=True,
        index='btree_not_null',
        help="Empty: entries that name no customer.",
    )
    company_id = fields.Many2one(related='reconciliation_id.company_id')
    currency_id = fields.Many2one(related='reconciliation_id.currency_id')
    date_to = fields.Date(related='reconciliation_id.date_to', store=True)
    opening = fields.Monetary(readonly=True)
    invoiced = fields.Monetary(readonly=True)
    credited = fields.Monetary(readonly=True)
    collected = fields.Monetary(readonly=True)
    written_off = fields.Monetary(readonly=True)
    exchange = fields.Monetary("Exchange Difference", readonly=True)
    other = fields.Monetary(readonly=True, help="Clearing and other entries on the receivable account.")
    closing = fields.Monetary(readonly=True)
    gap = fields.Monetary(
        "Unexplained",
        readonly=True,
        help="Closing less what the columns before it give. Not zero is an error.",
    )
    sales_untaxed = fields.Monetary("Sales without Tax", readonly=True, help="Of the invoices of the period.")
    sales_total = fields.Monetary("Sales with Tax", readonly=True, help="Of the invoices of the period.")
    credit_total = fields.Monetary(
        "Credit Notes of the Period",
        readonly=True,
        help="With tax, by the salesperson of the credit note; *credited* is by that of the invoice it is matched with.",
    )

    def action_open_items(self):
        """Open the journal items of the customer's receivable in the period."""
        self.ensure_one()
        reconciliation = self.reconciliation_id
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'account.move.line',
            'view_mode': 'list,form',
            'name': self.partner_id.display_name or self.env._("No customer"),
            'domain': [
                ('partner_id.commercial_partner_id', '=', self.partner_id.id),
                ('company_id', '=', reconciliation.company_id.id),
                ('account_id.account_type', '=', 'asset_receivable'),
                ('parent_state', '=', 'posted'),
                ('date', '>=', reconciliation.date_from),
                ('date', '<=', reconciliation.date_to),
            ],
            'context': {'create': False},
        }
