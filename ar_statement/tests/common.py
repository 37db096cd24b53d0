from odoo.addons.ar_base.tests.common import AgingCommon


class CustomerCommon(AgingCommon):
    """Two customers with something open, a portal user of each, and an accountant who writes to them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({'email': 'hua@example.com', 'lang': 'en_US'})
        cls.stranger = cls.env['res.partner'].create(
            {'name': "Stranger", 'is_company': True, 'email': 'stranger@example.com', 'lang': 'en_US'}
        )
        cls.accountant = cls._user('accountant')
        cls.accountant.email = 'accountant@example.com'
        cls.portal = cls._portal_user('recon_li', cls.contact)
        cls.other_portal = cls._portal_user('recon_stranger', cls.stranger)

    def _confirmation(self, partner=None, **values):
        """Return a confirmation that the accountant has sent."""
        confirmation = (
            self.env['ar.balance.confirmation']
            .with_user(self.accountant)
            .create({'partner_id': (partner or self.customer).id, **values})
        )
        confirmation.action_send()
        self._run_job('ar_base.ir_cron_deliver')
        return confirmation

    def _token(self, record, days=30):
        [purpose] = record._link_paths
        return self.env['ar.portal.link']._issue(record, purpose, record.recipient_id, days)
