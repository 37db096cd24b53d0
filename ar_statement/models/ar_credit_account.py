from odoo import fields, models
from odoo.fields import Command


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    statement_excluded = fields.Boolean(
        "No Statements", tracking=True, help="Runs for many customers leave this one out, and say so."
    )
    confirmation_ids = fields.One2many(
        'ar.balance.confirmation', 'credit_account_id', "Balance Confirmations"
    )

    def _statement_recipients(self):
        """Return {account: contact who gets its statements}: the invoice address, or the customer."""
        found = {
            account: account.partner_id.address_get(['invoice'])['invoice'] or account.partner_id.id
            for account in self
        }
        contacts = {contact.id: contact for contact in self.env['res.partner'].browse(found.values())}
        return {account: contacts[contact_id] for account, contact_id in found.items()}

    def action_send_statement(self):
        """Open a new run for this customer alone."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.statement.run',
            'view_mode': 'form',
            'name': self.env._("Send Statement"),
            'context': {
                'default_scope': 'chosen',
                'default_partner_ids': [Command.set(self.partner_id.ids)],
                'default_company_id': self.company_id.id,
            },
        }

    def action_confirm_balance(self):
        """Open a new balance confirmation of this customer."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.balance.confirmation',
            'view_mode': 'form',
            'name': self.env._("Balance Confirmation"),
            'context': {'default_partner_id': self.partner_id.id, 'default_company_id': self.company_id.id},
        }
