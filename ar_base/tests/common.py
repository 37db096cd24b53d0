"""The public test base of the suite: a company, its people by role, customers, and documents on given days.

Addons inherit ``ReceivablesCommon`` (or ``AgingCommon``, for open items at a date) and add what is theirs.
"""

from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class ReceivablesCommon(AccountTestInvoicingCommon):
    """A company with a chart, a customer with a contact, and English whatever language the database has.

    The world is set up by somebody who may everything; what is tested runs as the people of ``_user``.
    """

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref('ar_base.group_manager')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, 'lang': 'en_US'})
        cls.company = cls.env.company
        cls.customer = cls.env['res.partner'].create({'name': "Hua", 'is_company': True})
        cls.contact = cls.env['res.partner'].create({'name': "Li", 'parent_id': cls.customer.id})

    # === People and customers ===

    @classmethod
    def _user(cls, role, groups=None, **values):
        """Return a user of the company who has that role only; the password is the login.

        :param role: of ``ar_base``: ``viewer``, ``collector``, ``controller``, ``accountant``, ``manager``;
            any login with ``groups`` (external ids, comma separated).
        """
        login = role if groups else f'aging_{role}'
        return new_test_user(
            cls.env,
            login,
            groups=f"base.group_user,{groups or f'ar_base.group_{role}'}",
            **{'company_id': cls.company.id, 'password': login, 'lang': 'en_US', **values},
        )

    @classmethod
    def _portal_user(cls, login, partner, **values):
        """Return a portal user of the customer's contact; the password is the login."""
        return new_test_user(
            cls.env,
            login,
            groups='base.group_portal',
            **{
                'partner_id': partner.id,
                'name': partner.name,
                'company_id': cls.company.id,
                'company_ids': [Command.set(cls.company.ids)],
                'password': login,
                'lang': 'en_US',
                **values,
            },
        )

    @classmethod
    def _customer(cls, name, **values):
        """Return a company that buys."""
        return cls.env['res.partner'].create({'name': name, 'is_company': True, **values})

    @classmethod
    def _account(cls, partner=None, company=None):
        """Return the credit account of the partner (default: the customer), created if absent.

        As superuser, for whom what is decided about it counts at once.
        """
        return (
            cls.env['ar.credit.account'].sudo()._for_partner(partner or cls.customer, company or cls.company)
        )

    # === Documents, through Odoo's own flows ===

    @classmethod
    def _invoice(
        cls,
        amount,
        day='2024-01-10',
        due=None,
        move_type='out_invoice',
        currency=None,
        post=True,
        partner=None,
        **values,
    ):
        """Return a document of one line without tax, dated ``day`` and due the same day or at ``due``."""
        move = cls.env['account.move'].create(
            {
                'move_type': move_type,
                'partner_id': (partner or cls.contact).id,
                'invoice_date': day,
                'date': day,
                'invoice_date_due': due or day,
                'currency_id': (currency or cls.env.company.currency_id).id,
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

    @classmethod
    def _pay(cls, move, day=None, amount=None, **values):
        """Register a payment of the documents, or of ``amount``, and return it."""
        if day:
            values['payment_date'] = day
        if amount:
            values['amount'] = amount
        return (
            cls.env['account.payment.register']
            .with_context(active_model='account.move', active_ids=move.ids)
            .create(values)
            ._create_payments()
        )

    @classmethod
    def _receipt(cls, amount, day, partner=None, **values):
        """Return a posted payment of the customer that is matched with nothing."""
        payment = cls.env['account.payment'].create(
            {
                'payment_type': 'inbound',
                'partner_type': 'customer',
                'partner_id': (partner or cls.customer).id,
                'amount': amount,
                'date': day,
                'journal_id': cls.company_data['default_journal_bank'].id,
                **values,
            }
        )
        payment.action_post()
        return payment

    @classmethod
    def _credit(cls, move, day, amount=None):
        """Return the posted credit note of a document, of ``amount`` if given; Odoo matches the two."""
        reversal = move._reverse_moves([{'date': day, 'invoice_date': day}])
        if amount:
            reversal.invoice_line_ids.price_unit = amount
        reversal.action_post()
        return reversal

    @classmethod
    def _match(cls, *moves):
        """Match the receivable items of the documents."""
        cls._receivable(cls.env['account.move'].union(*moves)).reconcile()

    @staticmethod
    def _receivable(moves):
        """Return the receivable items of the documents."""
        return moves.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')

    # === Jobs ===

    def _run_job(self, xmlid):
        """Run a scheduled action as Odoo runs it."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(xmlid).method_direct_trigger()
        self.env.invalidate_all()


class AgingCommon(ReceivablesCommon):
    """A second currency, a scheme by days, and open items at a date."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.eur = cls.setup_other_currency('EUR', rates=[('2024-01-01', 0.5), ('2024-03-01', 0.4)])
        cls.days = cls.env.ref('ar_base.aging_scheme_days')

    def _items(self, as_of, **context):
        """Return the model of open items as of a date, by days."""
        return self.env['ar.open.item'].with_context(as_of=as_of, aging_scheme_id=self.days.id, **context)

    def assertTies(self, as_of, **context):
        """Check that the aging is the ledger's balance on every account."""
        for row in self._items(as_of, **context).ar_tie_out():
            self.assertFalse(row['difference'], row)
