from odoo import api, fields, models


class ArCommissionCompute(models.TransientModel):
    """Computes the commission of a month, of all salespersons who have a plan."""

    _name = 'ar.commission.compute'
    _description = "Compute Commission"
    _inherit = ['ar.plausible.mixin']

    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company)
    month = fields.Date(
        required=True, default=lambda self: self._default_month(), help="Any day of the month."
    )

    @api.model
    def _default_month(self):
        """Return the first open month: that of a draft, else the one after the last, else the last ended."""
        statements = self.env['ar.commission.statement']
        domain = [('company_id', '=', self.env.company.id)]
        draft = statements.search([*domain, ('state', '=', 'draft')], order='month', limit=1)
        if draft:
            return draft.month
        today = fields.Date.context_today(self)
        ended = fields.Date.subtract(today.replace(day=1), days=1)
        last = statements.search(domain, order='month desc', limit=1).month
        return min(fields.Date.add(last, days=1), today) if last else ended

    def action_compute(self):
        """Compute the month again as far as it is not approved, and show it."""
        self.ensure_one()
        month = fields.Date.end_of(self.month, 'month')
        statements = self.env['ar.commission.statement']._compute_month(self.company_id, month)
        return {
            **self.env['ir.actions.act_window']._for_xml_id('ar_scorecard.ar_commission_statement_action'),
            'domain': [('id', 'in', statements.ids)],
            'context': {},
            'name': month.strftime('%Y-%m'),
        }
