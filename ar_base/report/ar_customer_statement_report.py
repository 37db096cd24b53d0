from odoo import api, fields, models

from . import ar_customer_statement_xlsx


class Figures(dict):
    """Figures that the server made: what a browser sends are plain dicts, so it cannot print its own."""


class ReportStatement(models.AbstractModel):
    """A customer's statement on paper or as a spreadsheet, from the data of ``ar.customer.statement``."""

    _name = 'report.ar_base.ar_customer_statement_report'
    _description = "Customer Statement"

    @api.model
    def _get_report_values(self, docids, data=None):
        figures = (data or {}).get('statement')
        statements = [figures] if isinstance(figures, Figures) else self._statements_today(docids)
        return {'docs': [self._described(statement) for statement in statements]}

    def _statements_today(self, docids):
        # The same people as from the credit file.
        self.env['ar.statement.print'].check_access('create')
        accounts = self.env['ar.credit.account'].browse(docids)
        accounts.check_access('read')
        found = accounts._statement_data()
        return [found[account.id] for account in accounts]

    @api.model
    def _described(self, data):
        """Return the statement with records and dates in place of ids and texts, in its language."""
        env = self.with_context(lang=data['lang']).sudo().env
        return {
            **data,
            'env': env,
            'company': env['res.company'].browse(data['company_id']),
            'partner': env['res.partner'].browse(data['partner_id']),
            'as_of': fields.Date.to_date(data['as_of']),
            'date_from': fields.Date.to_date(data['date_from']),
            'title': self._titles(env)[data['kind']],
            'sections': [self._section(env, section) for section in data['sections']],
        }

    def _titles(self, env):
        return {'open_items': env._("Statement of Open Items"), 'activity': env._("Statement of Account")}

    def _section(self, env, section):
        return {
            **section,
            'currency': env['res.currency'].browse(section['currency']),
            'lines': [
                {
                    **line,
                    'date': fields.Date.to_date(line['date']),
                    'due': fields.Date.to_date(line.get('due')),
                }
                for line in section['lines']
            ],
        }

    @api.model
    def _xlsx(self, data):
        """Return the bytes of the spreadsheet of a statement."""
        _, doc = self.with_context(lang=data['lang']).env._, self._described(data)
        labels = {
            'date': _("Date"),
            'document': _("Document"),
            'type': _("Type"),
            'reference': _("Your Reference"),
            'due': _("Due Date"),
            'days': _("Days Overdue"),
            'original': _("Original Amount"),
            'open': _("Open Amount"),
            'disputed': _("Disputed"),
            'amount': _("Amount"),
            'balance': _("Balance"),
            'opening': _("Opening balance"),
            'closing': _("Closing balance"),
            'total': _("Total"),
            'aging': _("Aging"),
            'customer': _("Customer"),
            'as_of': _("As of"),
            'company': _("Company"),
        }
        return ar_customer_statement_xlsx.workbook(doc, labels)
