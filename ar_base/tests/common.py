from odoo.fields import Command
from odoo.tests import new_test_user

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


class AgingCommon(ReceivablesCommon):
    """Documents made through Odoo's own flows, and their open items at a date."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.eur = cls.setup_other_currency('EUR', rates=[('2024-01-01', 0.5), ('2024-03-01', 0.4)])
        cls.days = cls.env.ref('ar_base.aging_scheme_days')

    def _invoice(
        self, amount, day='2024-01-10', due=None, move_type='out_invoice', currency=None, post=True, **values
    ):
        move = self.env['account.move'].create(
            {
                'move_type': move_type,
                'partner_id': self.contact.id,
                'invoice_date': day,
                'date': day,
                'invoice_date_due': due or day,
                'currency_id': (currency or self.env.company.currency_id).id,
                'invoice_payment_term_id': False,
                'invoice_line_ids': [
                    Command.create({'name': "x", 'price_unit': amount, 'tax_ids': [Command.clear()]})
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def _pay(self, move, day, amount=None):
        values = {'payment_date': day, **({'amount': amount} if amount else {})}
        return (
            self.env['account.payment.register']
            .with_context(active_model='account.move', active_ids=move.ids)
            .create(values)
            ._create_payments()
        )

    def _items(self, as_of, **context):
        return self.env['ar.open.item'].with_context(as_of=as_of, aging_scheme_id=self.days.id, **context)

    def assertTies(self, as_of, **context):
        for row in self._items(as_of, **context).ar_tie_out():
            self.assertFalse(row['difference'], row)

    @classmethod
    def _user(cls, role, login=None):
        """Return a user who has that role only; the password is the login."""
        login = login or f'aging_{role}'
        return new_test_user(
            cls.env,
            login,
            groups=f'base.group_user,ar_base.group_{role}',
            company_id=cls.env.company.id,
            password=login,
            lang='en_US',
        )

    @classmethod
    def _portal_user(cls, login, partner):
        """Return a portal user of the contact; the password is the login."""
        return new_test_user(
            cls.env,
            login,
            groups='base.group_portal',
            partner_id=partner.id,
            password=login,
            lang='en_US',
            name=partner.name,
            company_id=cls.env.company.id,
            company_ids=[Command.set(cls.env.company.ids)],
        )
