from odoo import fields, models


class ArSalesReconciliationLine(models.Model):
    """The frozen figures of one customer in a reconciliation."""

    _name = 'ar.sales.reconciliation.line'
    _description = "Sales Reconciliation Line"
    _inherit = ['ar.period.figures.mixin', 'ar.fact.mixin']
    _only_recorded = True
    _order = 'closing desc, id'
    _rec_name = 'partner_id'

    reconciliation_id = fields.Many2one(
        'ar.sales.reconciliation', required=True, readonly=True, index=True, ondelete='restrict'
    )
    partner_id = fields.Many2one(
        'res.partner',
        "Customer",
        readonly=True,
        index='btree_not_null',
        help="Empty: entries without a customer.",
    )
    company_id = fields.Many2one(related='reconciliation_id.company_id')
    currency_id = fields.Many2one(related='reconciliation_id.currency_id')
    date_to = fields.Date(related='reconciliation_id.date_to', store=True)

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
                ('account_id.ar_is_receivable', '=', True),
                ('parent_state', '=', 'posted'),
                ('date', '>=', reconciliation.date_from),
                ('date', '<=', reconciliation.date_to),
            ],
            'context': {'create': False},
        }
