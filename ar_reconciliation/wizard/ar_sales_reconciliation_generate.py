from odoo import api, fields, models


class ArSalesReconciliationGenerate(models.TransientModel):
    """Makes the reconciliations of all parts of a month at once."""

    _name = 'ar.sales.reconciliation.generate'
    _description = "Reconcile a Month"
    _inherit = ['ar.plausible.mixin']

    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company)
    month = fields.Date(
        required=True,
        default=lambda self: self.env['ar.sales.reconciliation']._default_month()[0],
        help="Any day of the month.",
    )
    by = fields.Selection(
        [('salesperson', "Salesperson"), ('team', "Sales team"), ('all', "The whole company")],
        "One for Each",
        required=True,
        default='salesperson',
    )

    @api.onchange('month')
    def _onchange_month(self):
        if self.month:
            self.month = self.month.replace(day=1)

    def action_generate(self):
        """Create what is absent, freeze the figures, and show the month."""
        self.ensure_one()
        start = self.month.replace(day=1)
        parts = self.env['ar.sales.reconciliation']._generate(
            self.company_id, start, fields.Date.add(start, months=1, days=-1), self.by
        )
        return {
            **self.env['ir.actions.act_window']._for_xml_id(
                'ar_reconciliation.ar_sales_reconciliation_action'
            ),
            'domain': [('id', 'in', parts.ids)],
            'context': {},
            'name': start.strftime('%Y-%m'),
        }
