from odoo import api, fields, models

from odoo.addons.ar_base.rules.money import rounded


class ArCreditExposureLine(models.TransientModel):
    """One document behind a customer's exposure, with its amount at the time of the enquiry.

    What security covers stands among them as a deduction: all lines sum up to the exposure.
    """

    _name = 'ar.credit.exposure.line'
    _description = "Document behind the Exposure"
    _order = 'component, due, id'

    credit_account_id = fields.Many2one('ar.credit.account', required=True, ondelete='cascade', index=True)
    company_currency_id = fields.Many2one(related='credit_account_id.currency_id', string="Company Currency")
    component = fields.Selection(
        lambda self: list(self.env['ar.credit.account']._credit_component_names().items()), required=True
    )
    model = fields.Char()
    res_id = fields.Integer()
    name = fields.Char("Document")
    due = fields.Date("Due or Delivery")
    days_overdue = fields.Integer(aggregator=None)
    currency_id = fields.Many2one('res.currency')
    amount_currency = fields.Monetary("Amount in Currency", aggregator=None)
    amount = fields.Monetary(
        currency_field='company_currency_id', help="In company currency, at today's rate."
    )

    @api.model
    def _create_for(self, account):
        """Return a line for each document of the account; by component they add up to the figure, and all to
        the exposure.

        Documents that the reader may not see are one line for each component: their sum is known, they are
        not.
        """
        today = fields.Date.context_today(self)
        result = account._credit_exposures(today)[account.id]
        documents = account._credit_documents(today) + account._credit_secured_documents(result, today)
        values = self._hide([self._prepare(account, document, today) for document in documents], account)
        for code, figure in result.components.items():
            self._settle_rounding(account, [line for line in values if line['component'] == code], figure)
        return self.sudo().create(values).with_env(self.env)

    @api.model
    def _prepare(self, account, document, today):
        record = document.record
        return {
            'credit_account_id': account.id,
            'component': document.component,
            'model': record._name,
            'res_id': record.id,
            'name': record.move_name if record._name == 'account.move.line' else record.display_name,
            'due': document.due,
            'days_overdue': max((today - document.due).days, 0)
            if document.due and document.component == 'open_items'
            else 0,
            'currency_id': document.currency_id,
            'amount_currency': document.amount,
            'amount': rounded(
                account.sudo()._credit_convert(document.amount, document.currency_id, today),
                account.currency_id.rounding,
            ),
        }

    @api.model
    def _hide(self, values, account):
        """Add up what the reader may not open."""
        readable = set()
        for model in {line['model'] for line in values}:
            records = self.env[model].browse(line['res_id'] for line in values if line['model'] == model)
            owners = records.sudo().move_id.with_env(self.env) if model == 'account.move.line' else records
            allowed = owners._filtered_access('read')
            readable |= {
                (model, record.id)
                for record in records
                if (record.sudo().move_id.id if model == 'account.move.line' else record.id) in allowed.ids
            }
        shown = [line for line in values if (line['model'], line['res_id']) in readable]
        hidden = {}
        for line in values:
            if line not in shown:
                hidden[line['component']] = hidden.get(line['component'], 0) + line['amount']
        return shown + [
            {
                'credit_account_id': account.id,
                'component': code,
                'name': self.env._("Documents of colleagues"),
                'amount': amount,
            }
            for code, amount in hidden.items()
        ]

    @api.model
    def _settle_rounding(self, account, lines, figure):
        """A component is rounded once: what single rounding leaves goes to its largest document."""
        if lines:
            largest = max(lines, key=lambda line: abs(line['amount']))
            largest['amount'] += figure - sum(line['amount'] for line in lines)

    def action_open(self):
        """Open the document, with the reader's own rights."""
        self.ensure_one()
        if not self.model:
            return False
        record = self.env[self.model].browse(self.res_id)
        if record._name == 'account.move.line':
            record = record.sudo().move_id.with_env(self.env)
        return {
            'type': 'ir.actions.act_window',
            'res_model': record._name,
            'res_id': record.id,
            'view_mode': 'form',
        }
