from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class CreditCommon(AccountTestInvoicingCommon):
    """A company with a chart, a customer, and its people as a Community user would set them up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.lang = 'en_US'
        cls.env = cls.env(context={**cls.env.context, 'lang': 'en_US'})
        cls.company = cls.env.company
        cls.seller = cls._user('seller', 'sales_team.group_sale_salesman')
        cls.viewer = cls._user('viewer', 'sales_team.group_sale_salesman,ar_base.group_viewer')
        cls.controller = cls._user('controller', 'ar_base.group_controller')
        cls.manager = cls._user('armanager', 'ar_base.group_manager,sales_team.group_sale_manager')
        cls.customer = cls.env['res.partner'].create(
            {
                'name': "Hua Trading",
                'is_company': True,
                'email': 'hua@example.com',
            }
        )
        cls.contact = cls.env['res.partner'].create({'name': "Li", 'parent_id': cls.customer.id})
        cls.product = cls.env['product.product'].create(
            {
                'name': "Pump",
                'type': 'service',
                'invoice_policy': 'order',
                'list_price': 100.0,
                'taxes_id': [Command.clear()],
            }
        )
        # As superuser, for whom what is decided about it counts at once.
        cls.account = cls.env['ar.credit.account'].sudo()._for_partner(cls.customer, cls.company)
        # The customer is known only where a test says what was decided for it.
        cls.env['ar.credit.rule'].search(
            [('company_id', '=', cls.company.id), ('code', '=', 'no_file')]
        ).outcome = 'none'

    @classmethod
    def get_default_groups(cls):
        # The world is set up by somebody who may; what is tested runs as the people below.
        return (
            super().get_default_groups()
            | cls.quick_ref('sales_team.group_sale_manager')
            | cls.quick_ref('ar_base.group_manager')
        )

    @classmethod
    def _user(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups=f'base.group_user,{groups}',
            company_id=cls.env.company.id,
            lang='en_US',
            password=login * 2,
            email=f'{login}@example.com',
        )

    @classmethod
    def _order(cls, amount, partner=None, user=None, **values):
        """Return a quotation of one line worth ``amount``."""
        return cls.env['sale.order'].create(
            {
                'partner_id': (partner or cls.customer).id,
                'user_id': (user or cls.seller).id,
                'company_id': cls.company.id,
                'order_line': [
                    Command.create(
                        {
                            'product_id': cls.product.id,
                            'product_uom_qty': 1,
                            'price_unit': amount,
                            'tax_ids': [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )

    @classmethod
    def _invoice(cls, amount, overdue=0, partner=None, post=True):
        """Return an invoice that is ``overdue`` days overdue (negative: not due yet)."""
        due = fields.Date.context_today(cls.account) - timedelta(days=overdue)
        move = cls.env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': (partner or cls.customer).id,
                'invoice_date': min(due, fields.Date.context_today(cls.account)),
                'invoice_date_due': due,
                'invoice_payment_term_id': False,
                'invoice_line_ids': [
                    Command.create(
                        {
                            'product_id': cls.product.id,
                            'quantity': 1,
                            'price_unit': amount,
                            'tax_ids': [Command.clear()],
                        }
                    )
                ],
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def _pay(cls, move, amount=None):
        values = {'amount': amount} if amount else {}
        return (
            cls.env['account.payment.register']
            .with_context(active_model='account.move', active_ids=move.ids)
            .create(values)
            ._create_payments()
        )

    def _rule(self, code, **values):
        rule = self.env['ar.credit.rule'].search(
            [
                ('company_id', '=', self.company.id),
                ('code', '=', code),
                ('grade_id', '=', False),
                ('credit_account_id', '=', False),
            ]
        )
        rule.write(values)
        return rule

    def _run_recheck(self):
        """Run the cron as Odoo runs it."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref('ar_credit_control.ir_cron_recheck').method_direct_trigger()
        self.env.invalidate_all()


class ChangeCommon(CreditCommon):
    """A second controller, and changes that the first one asks for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.account)
        cls.second = cls._user('second', 'ar_base.group_controller')

    def _change(self, user=None, **values):
        return (
            self.env['ar.credit.change']
            .with_user(user or self.controller)
            .create({'credit_account_id': self.account.id, 'reason': "Parent guarantees", **values})
        )
