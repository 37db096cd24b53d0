from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import AgingCommon


@tagged('post_install', '-at_install')
class TestPortal(AgingCommon, HttpCase):
    """A customer sees the own open items, all of them, and nobody else's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env, 'portal_li', groups='base.group_portal', partner_id=cls.contact.id, password='portal_li',
            company_id=cls.env.company.id, company_ids=[Command.set(cls.env.company.ids)])
        cls.stranger = cls.env['res.partner'].create({'name': "Stranger", 'is_company': True})

    def test_own_items_only(self):
        own = self._invoice(100)
        other = self._invoice(200, partner_id=self.stranger.id)
        self.authenticate('portal_li', 'portal_li')
        page = self.url_open('/my/receivables').text
        self.assertIn(own.name, page)
        self.assertNotIn(other.name, page)
