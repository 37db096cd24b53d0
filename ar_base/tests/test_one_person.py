from odoo.tests import HttpCase, new_test_user, tagged


@tagged('post_install', '-at_install')
class TestOnePerson(HttpCase):
    """While one person may request and decide, every screen says so, to everybody who works there."""

    def setUp(self):
        super().setUp()
        self.env.companies.root_id.ar_four_eyes = True
        self.user = new_test_user(self.env, 'oneperson', groups='base.group_user', password='oneperson')

    def _said(self):
        self.authenticate('oneperson', 'oneperson')
        return self.make_jsonrpc_request('/web/session/get_session_info').get('ar_one_person')

    def test_said_with_every_page(self):
        self.assertEqual(self._said(), {})
        company = self.user.company_id.root_id
        company.ar_four_eyes = False
        self.assertIn("switched off by", self._said()[str(self.user.company_id.id)])
        company.ar_four_eyes = True
        self.assertEqual(self._said(), {})

    def test_seen_above_the_screen(self):
        self.user.company_id.root_id.ar_four_eyes = False
        self.browser_js(
            '/odoo',
            "console.log('test successful')",
            "!!document.querySelector('.ar_one_person')",
            'oneperson',
        )
