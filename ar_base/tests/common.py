from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class ReceivablesCommon(AccountTestInvoicingCommon):
    """A company with a chart, a customer with a contact, and English whatever the database speaks."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref('ar_base.group_manager')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, 'lang': 'en_US'})
        cls.customer = cls.env['res.partner'].create({'name': "Hua", 'is_company': True})
        cls.contact = cls.env['res.partner'].create({'name': "Li", 'parent_id': cls.customer.id})
