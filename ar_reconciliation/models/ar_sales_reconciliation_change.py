from odoo import fields, models


class ArSalesReconciliationChange(models.Model):
    """What a late change did to the figures of one customer after they had been signed. Never deleted."""

    _name = 'ar.sales.reconciliation.change'
    _description = "Change of a Signed Period"
    _inherit = ['ar.fact.mixin']
    _order = 'id desc'
    _rec_name = 'partner_id'
    _only_recorded = True

    reconciliation_id = fields.Many2one(
        'ar.sales.reconciliation', required=True, readonly=True, index=True, ondelete='restrict'
    )
    partner_id = fields.Many2one('res.partner', "Customer", readonly=True)
    currency_id = fields.Many2one(related='reconciliation_id.currency_id')
    found_on = fields.Datetime(required=True, readonly=True)
    closing_before = fields.Monetary(readonly=True)
    closing_after = fields.Monetary(readonly=True)
    what = fields.Text("What Changed", readonly=True)
    move_ids = fields.Many2many(
        'account.move',
        'ar_sales_reconciliation_change_move_rel',
        'change_id',
        'move_id',
        "Documents",
        readonly=True,
        help="Documents of the customer, dated by the end of the period, that were touched since the figures "
        "were frozen.",
    )
