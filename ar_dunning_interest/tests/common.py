from datetime import date

from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.ar_base.tests.common import ReceivablesCommon

TODAY = date(2024, 6, 30)


class InterestCommon(ReceivablesCommon):
    """A scheme of 10 % per year, where it is booked, and the people who deal with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.income = cls.company_data['default_account_revenue'].copy({'name': "Interest income"})
        cls.env['ar.charge.posting'].create(
            [
                {'company_id': cls.company.id, 'kind': kind, 'account_id': cls.income.id}
                for kind in ('interest', 'fee', 'fixed_sum')
            ]
        )
        cls.scheme = cls._scheme(rate=10)
        cls.collector = cls._user('int_collector', 'ar_base.group_collector')
        cls.controller = cls._user('int_controller', 'ar_base.group_controller')
        cls.accountant = cls._user('int_accountant', 'ar_base.group_accountant')
        cls.Charge = cls.env['ar.interest.charge']

    @classmethod
    def _user(cls, login, group):
        return new_test_user(
            cls.env,
            login,
            groups=f'base.group_user,{group}',
            company_id=cls.company.id,
            lang='en_US',
            password=login * 2,
        )

    @classmethod
    def _scheme(cls, **values):
        return cls.env['ar.interest.scheme'].create({'name': "Test", **values})

    @classmethod
    def _document(cls, amount, due='2024-01-31', move_type='out_invoice', partner=None, **values):
        """Post a document and return its receivable items."""
        move = cls.env['account.move'].create(
            {
                'move_type': move_type,
                'partner_id': (partner or cls.contact).id,
                'invoice_date': due,
                'date': due,
                'invoice_date_due': due,
                'invoice_payment_term_id': False,
                'invoice_line_ids': [
                    Command.create({'name': "x", 'price_unit': amount, 'tax_ids': [Command.clear()]})
                ],
                **values,
            }
        )
        move.action_post()
        return cls._receivable(move)

    @classmethod
    def _receivable(cls, moves):
        return moves.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')

    @classmethod
    def _pay(cls, item, day, amount=None):
        values = {'payment_date': day, **({'amount': amount} if amount else {})}
        return (
            cls.env['account.payment.register']
            .with_context(active_model='account.move', active_ids=item.move_id.ids)
            .create(values)
            ._create_payments()
        )

    def _charge(self, items, until=TODAY, scheme=None):
        return self.Charge._charge_items(scheme or self.scheme, items, until)
