from odoo import models


class ArDunningNotice(models.Model):
    """Whom the letter speaks to, in which language, in whose name."""

    _inherit = 'ar.dunning.notice'

    def _letter_contact(self):
        """Return who gets the letter: the collections contact, else the invoice address."""
        self.ensure_one()
        return self.credit_account_id.dunning_contact_id or self.partner_id.browse(
            self.partner_id.address_get(['invoice'])['invoice']
        )

    def _letter_lang(self):
        contact = self._letter_contact()
        return contact.lang or self.partner_id.lang or self.env.lang

    def _letter_sender(self):
        """Return the user in whose name it is written: the customer's collector, else the company's credit responsible."""
        self.ensure_one()
        return self.collector_id or self.run_id.create_uid
