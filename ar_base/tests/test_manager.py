from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ReceivablesCommon


@tagged('post_install', '-at_install')
class TestManager(ReceivablesCommon):
    """A receivables manager sets up receivables and lets customers in, without being an administrator."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user('manager')
        cls.Settings = cls.env['res.config.settings'].with_user(cls.manager)

    # === Settings ===

    def test_the_page_shows_receivables_only(self):
        arch = etree.fromstring(self.Settings.get_view(view_type='form')['arch'])
        self.assertEqual([app.get('name') for app in arch.xpath('//app')], ['ar_base'])
        everything = etree.fromstring(
            self.env['res.config.settings'].sudo().get_view(view_type='form')['arch']
        )
        self.assertGreater(len(everything.xpath('//app')), 1)

    def test_a_manager_opens_and_saves_it(self):
        names = [
            field.get('name')
            for field in etree.fromstring(self.Settings.get_view(view_type='form')['arch']).xpath('//field')
        ]
        values = self.Settings.default_get(names)
        self.assertIn('company_id', values)
        settings = self.Settings.create({**values, 'ar_link_days': 12})
        self.assertTrue(settings.display_name, "as the page reads it")
        self.assertEqual(settings.execute()['tag'], 'reload')
        self.assertEqual(self.company.ar_link_days, 12)
        settings.write({'ar_link_days': 15})
        self.assertEqual(self.company.ar_link_days, 15)

    def test_who_switched_the_four_eyes_rule_off_is_the_manager(self):
        self.Settings.create({'company_id': self.company.id, 'ar_four_eyes': False}).execute()
        self.assertEqual(self.company.ar_one_person_by, self.manager)

    def test_nothing_else_is_set(self):
        others = [
            name
            for name in self.Settings._fields
            if name.startswith(('module_', 'group_', 'default_'))
            or name in ('company_name', 'tax_exigibility')
        ]
        names = {name for name in others if self.Settings._fields[name].type == 'boolean'}
        before = self.env['res.config.settings'].sudo().default_get(list(names))
        self.Settings.create(dict.fromkeys(names, True)).execute()
        after = self.env['res.config.settings'].sudo().default_get(list(names))
        self.assertEqual(after, before)
        for name in self.Settings._ar_own():
            self.assertRegex(self.Settings._fields[name].related, r'^company_id\.(root_id\.)?ar_')

    def test_another_company_is_out_of_reach(self):
        other = self.env['res.company'].create({'name': "Another"})
        with self.assertRaises(AccessError):
            self.Settings.create({'company_id': other.id, 'ar_link_days': 3})
        settings = self.Settings.create({'company_id': self.company.id})
        with self.assertRaises(AccessError):
            settings.write({'company_id': other.id, 'ar_link_days': 3})
        self.assertNotEqual(other.ar_link_days, 3)

    def test_other_roles_do_not_open_it(self):
        for role in ('controller', 'accountant', 'collector', 'viewer'):
            with self.assertRaises(AccessError):
                self.env['res.config.settings'].with_user(self._user(role)).create(
                    {'company_id': self.company.id, 'ar_link_days': 3}
                )

    # === Portal ===

    def test_letting_a_customer_in(self):
        self.contact.email = 'li@example.com'
        account = self._account().with_user(self.manager)
        self.assertEqual(account.portal_contact_id, self.contact)
        account.action_give_portal_access()
        self.assertEqual(account.portal_user_ids.partner_id, self.contact)
        self.assertTrue(account.portal_user_ids.has_group('base.group_portal'))
        self.assertFalse(account.portal_user_ids.has_group('base.group_user'))
        self.assertIn("gave Li", account.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "can log in already"):
            account.action_give_portal_access()

    def test_nobody_else_lets_customers_in(self):
        self.contact.email = 'li@example.com'
        for role in ('collector', 'controller', 'accountant', 'viewer'):
            with self.assertRaises(AccessError):
                self._account().with_user(self._user(role)).action_give_portal_access()
        self.assertFalse(self._account().portal_user_ids)

    def test_without_an_address_the_remedy_is_named(self):
        account = self._account().with_user(self.manager)
        with self.assertRaisesRegex(UserError, "e-mail address"):
            account.action_give_portal_access()
