"""What other rooms need to know of securities."""

from odoo import api, fields, models

from ...rules import exposure


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    @api.model
    def _secured_by_customer(self, company, date):
        # EXTENDS 'ar_base': guarantees, deposits, collateral and insurance in force on the date, at that day's rates. An
        # insurance covers its share of what is open, up to the insured limit.
        securities = self.env['ar.credit.security'].sudo().search([('company_id', '=', company.root_id.id)])
        securities = securities.credit_account_id.with_context(active_test=False)._credit_securities(date)
        secured = super()._secured_by_customer(company, date)
        balances = self._secured_balances(company, date, [account.partner_id.id for account in securities])
        for account, records in securities.items():
            open_ = balances.get(account.partner_id.id, 0.0)
            amount = sum(
                exposure.secured(
                    record.kind,
                    account._credit_convert(record.amount, record.currency_id.id, date),
                    record.cover / 100,
                    open_,
                )
                for record in records
            )
            secured[account.partner_id.id] = secured.get(
                account.partner_id.id, 0.0
            ) + account.currency_id.round(amount)
        return secured

    @api.model
    def _secured_balances(self, company, date, partner_ids):
        """Return {customer id: open items on the date}, in company currency."""
        items = self.env['ar.open.item'].sudo().with_context(as_of=fields.Date.to_string(date))
        return {
            partner.id: balance
            for partner, balance in items._read_group(
                [
                    ('commercial_partner_id', 'in', partner_ids),
                    ('company_id', 'child_of', company.root_id.id),
                ],
                ['commercial_partner_id'],
                ['residual:sum'],
            )
        }
