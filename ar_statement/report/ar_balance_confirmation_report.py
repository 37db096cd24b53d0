from odoo import api, models


class ReportConfirmation(models.AbstractModel):
    """The letter of a balance confirmation, with the slip on which a customer answers on paper."""

    _name = 'report.ar_statement.ar_balance_confirmation_report'
    _description = "Balance Confirmation Letter"

    @api.model
    def _get_report_values(self, docids, data=None):
        confirmations = self.env['ar.balance.confirmation'].browse(docids)
        confirmations.check_access('read')
        return {'docs': [self._described(confirmation) for confirmation in confirmations]}

    @api.model
    def _pdf(self, confirmation):
        """Return the bytes of the letter, in the customer's language."""
        Report = (
            self.env['ir.actions.report']
            .sudo()
            .with_context(lang=confirmation.partner_id.lang or self.env.lang, ar_page_without_scripts=True)
        )
        return Report._render_qweb_pdf('ar_statement.ar_confirmation_report', confirmation.ids)[0]

    def _described(self, confirmation):
        lang = confirmation.partner_id.lang or self.env.lang
        doc = confirmation.with_context(lang=lang)
        reply_to = doc.auditor_id or doc.company_id.partner_id
        return {
            'doc': doc,
            'lang': lang,
            'company': doc.company_id,
            'partner': doc.partner_id,
            'sections': self._sections(doc),
            'reply_to': reply_to,
            'reply_address': self._address(reply_to),
        }

    def _address(self, partner):
        lines = [
            *partner._display_address(without_company=True).splitlines(),
            partner.phone or '',
            partner.email or '',
        ]
        return ", ".join(line.strip() for line in lines if line.strip())

    def _sections(self, doc):
        """Return the lines by currency, with what the customer owes and what is owed to the customer."""
        lines = doc.line_ids.filtered(lambda line: not line.is_missing)
        return [
            {
                'currency': currency,
                'lines': own,
                'closing': currency.round(sum(own.mapped('amount'))),
            }
            for currency, own in lines.grouped('currency_id').items()
        ]
