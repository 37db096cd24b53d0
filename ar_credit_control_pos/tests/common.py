from odoo.fields import Command

from odoo.addons.ar_credit_control.tests.common import CreditCommon


class TillCommon(CreditCommon):
    """A till with cash and customer account, its cashier, and an open session."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        methods = cls.env['pos.payment.method']
        receivable = cls.company_data['default_account_receivable'].id
        cls.cash = methods.create(
            {
                'name': "Cash",
                'journal_id': cls.company_data['default_journal_cash'].id,
                'receivable_account_id': receivable,
            }
        )
        cls.later = methods.create(
            {'name': "Customer Account", 'split_transactions': True, 'receivable_account_id': receivable}
        )
        journal = cls.company_data['default_journal_sale']
        cls.till = cls.env['pos.config'].create(
            {
                'name': "Counter",
                'journal_id': journal.id,
                'invoice_journal_id': journal.id,
                'payment_method_ids': [Command.set((cls.cash | cls.later).ids)],
            }
        )
        cls.product.available_in_pos = True
        cls.cashier = cls._user(
            'cashier', 'point_of_sale.group_pos_user,sales_team.group_sale_salesman_all_leads'
        )
        cls.till.with_user(cls.cashier).open_ui()
        cls.till_session = cls.till.current_session_id
        cls.account.credit_limit = 100

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref('point_of_sale.group_pos_manager')
