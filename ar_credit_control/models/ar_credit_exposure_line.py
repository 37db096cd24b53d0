from odoo import api, fields, models
from odoo.exceptions import AccessError


class ArCreditExposureLine(models.TransientModel):
    """One document behind a customer's exposure, as it weighed when somebody asked."""

    _name = 'ar.credit.exposure.line'
    _description = "Document behind the Exposure"
    _order = 'component, due, id'

    account_id = fields.Many2one('ar.credit.account', required=True, ondelete='cascade', index=True)
    company_currency_id = fields.Many2one(related='account_id.currency_id', string="Company Currency")
    component = fields.Selection(lambda self: list(self.env['ar.credit.decision']._component_names().items()), required=True)
    model = fields.Char(required=True)
    res_id = fields.Integer(required=True)
    name = fields.Char("Document")
    due = fields.Date("Due or Delivery")
    days_overdue = fields.Integer(aggregator=None)
    currency_id = fields.Many2one('res.currency')
    amount_currency = fields.Monetary("Amount in Currency", aggregator=None)
    amount = fields.Monetary("Amount", currency_field='company_currency_id', help="In company currency, at today's rate.")

    @api.model
    def _create_for(self, account):
        """Return a line for each document of the account; the lines of a component add up to its figure, to the cent."""
        today = fields.Date.context_today(self)
        documents = account._credit_documents(today)
        figures = account.sudo()._credit_exposures()[account.id].components
        values = [self._prepare(account, document, today) for document in documents]
        for code, figure in figures.items():
            self._settle_rounding(account, [line for line in values if line['component'] == code], figure)
        return self.sudo().create(values).with_env(self.env)

    @api.model
    def _prepare(self, account, document, today):
        record = document.record
        return {
            'account_id': account.id, 'component': document.component, 'model': record._name, 'res_id': record.id,
            'name': record.move_name if record._name == 'account.move.line' else record.display_name, 'due': document.due,
            'days_overdue': max((today - document.due).days, 0) if document.due and document.component == 'open_items' else 0,
            'currency_id': document.currency_id, 'amount_currency': document.amount,
            'amount': account.currency_id.round(account.sudo()._credit_convert(document.amount, document.currency_id, today)),
        }

    @api.model
    def _settle_rounding(self, account, lines, figure):
        """A component is rounded once: what single rounding leaves goes to its largest document."""
        if lines:
            largest = max(lines, key=lambda line: abs(line['amount']))
            rest = figure - sum(line['amount'] for line in lines)
            largest['amount'] = account.currency_id.round(largest['amount'] + rest)

    def action_open(self):
        """Open the document, with the reader's own rights."""
        self.ensure_one()
        record = self.env[self.model].browse(self.res_id)
        if record._name == 'account.move.line':
            record = record.sudo().move_id.with_env(self.env)
        try:
            record.check_access('read')
        except AccessError as error:
            raise AccessError(self.env._("You may not open %s. Ask a colleague in sales or accounting.", self.name)) from error
        return {'type': 'ir.actions.act_window', 'res_model': record._name, 'res_id': record.id, 'view_mode': 'form'}
