from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import AgingCommon


@tagged('post_install', '-at_install')
class TestOpenItem(AgingCommon):
    """The open items at a date, against documents made through Odoo's own flows."""

    def _open(self, as_of, **context):
        """Return {entry: (residual, bucket)} of the customer at the date."""
        items = self._items(as_of, **context).search([('commercial_partner_id', '=', self.customer.id)])
        return {item.move_id: (item.residual, item.bucket_id.name or "-") for item in items}

    def test_payment_after_the_date_is_undone(self):
        invoice = self._invoice(100, due='2024-01-31')
        self._pay(invoice, '2024-03-15', 60)
        for as_of, expected in (
            ('2024-01-09', {}),
            ('2024-01-31', {invoice: (100, "Not due")}),
            ('2024-02-01', {invoice: (100, "1-30 days")}),
            ('2024-03-14', {invoice: (100, "31-60 days")}),
            ('2024-03-15', {invoice: (40, "31-60 days")}),
        ):
            with self.subTest(as_of):
                self.assertEqual(self._open(as_of), expected)
                self.assertTies(as_of)

    def test_same_record_read_at_two_dates(self):
        invoice = self._invoice(100, due='2024-01-31')
        self._pay(invoice, '2024-03-15')
        line = invoice.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
        item = self._items('2024-02-10').browse(line.id)
        self.assertEqual((item.residual, item.days_overdue), (100, 10))
        self.assertEqual(item.with_context(as_of='2024-02-20').days_overdue, 20)

    def test_match_with_a_draft_entry_is_not_in_the_books(self):
        invoice = self._invoice(100, day='2024-01-10')
        refund = self._invoice(30, day='2024-02-01', move_type='out_refund')
        (invoice + refund).line_ids.filtered(lambda line: line.account_type == 'asset_receivable').reconcile()
        self.assertEqual(self._open('2024-02-28'), {invoice: (70, "31-60 days")})
        refund.button_draft()
        self.assertEqual(self._open('2024-02-28'), {invoice: (100, "31-60 days")})
        self.assertTies('2024-02-28')

    def test_instalments_age_by_their_own_dates(self):
        terms = self.env['account.payment.term'].create(
            {
                'name': "30/70",
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': 30, 'nb_days': 0}),
                    Command.create({'value': 'percent', 'value_amount': 70, 'nb_days': 60}),
                ],
            }
        )
        self._invoice(100, day='2024-01-10', invoice_payment_term_id=terms.id, invoice_date_due=False)
        groups = self._items('2024-02-10')._read_group(
            [('commercial_partner_id', '=', self.customer.id)], ['bucket_id'], ['residual:sum']
        )
        self.assertEqual(
            {bucket.name: amount for bucket, amount in groups}, {"Not due": 70, "31-60 days": 30}
        )

    def test_credits_own_separate_and_against_the_oldest(self):
        old = self._invoice(100, day='2024-01-01')
        new = self._invoice(50, day='2024-02-25')
        refund = self._invoice(120, day='2024-02-20', move_type='out_refund')
        for credits, expected in (
            ('own_bucket', {old: (100, "31-60 days"), new: (50, "1-30 days"), refund: (-120, "1-30 days")}),
            ('separate', {old: (100, "31-60 days"), new: (50, "1-30 days"), refund: (-120, "-")}),
            ('fifo_oldest', {new: (30, "1-30 days")}),
        ):
            with self.subTest(credits):
                self.assertEqual(self._open('2024-03-01', aging_credits=credits), expected)
                self.assertTies('2024-03-01', aging_credits=credits)
        refund2 = self._invoice(100, day='2024-02-28', move_type='out_refund')
        self.assertEqual(self._open('2024-03-01', aging_credits='fifo_oldest'), {refund2: (-70, "-")})

    def test_foreign_currency_booked_closing_and_translated(self):
        invoice = self._invoice(10, day='2024-01-10', currency=self.eur)  # 20 at the booked rate
        self._pay(invoice, '2024-02-01', 4)
        self.assertEqual(self._open('2024-03-01'), {invoice: (12, "31-60 days")})
        self.assertEqual(self._open('2024-03-01', aging_valuation='closing'), {invoice: (15, "31-60 days")})
        items = self._items('2024-03-01', aging_currency_id=self.eur.id)
        item = items.search([('move_id', '=', invoice.id)])
        self.assertEqual((item.residual, item.company_currency_id), (4.8, self.eur))
        self.assertTies('2024-03-01')

    def test_storno_reversal(self):
        self.env.company.account_storno = True
        invoice = self._invoice(100, day='2024-01-10')
        reversal = invoice._reverse_moves(
            [{'date': date(2024, 2, 10), 'invoice_date': date(2024, 2, 10)}], cancel=True
        )
        self.assertEqual(self._open('2024-02-09'), {invoice: (100, "1-30 days")})
        self.assertEqual(self._open('2024-02-10'), {})
        self.assertEqual(reversal.payment_state, 'paid')
        self.assertTies('2024-02-10')

    def test_manual_entry_without_due_date_and_customer(self):
        account = self.company_data['default_account_receivable']
        move = self.env['account.move'].create(
            {
                'date': '2024-01-10',
                'line_ids': [
                    Command.create({'account_id': account.id, 'balance': 5}),
                    Command.create(
                        {'account_id': self.company_data['default_account_revenue'].id, 'balance': -5}
                    ),
                ],
            }
        )
        move.action_post()
        items = self._items('2024-01-20').search([('move_id', '=', move.id)])
        self.assertRecordValues(items, [{'residual': 5, 'days_overdue': 10, 'commercial_partner_id': False}])
        self.assertTies('2024-01-20')

    def test_grouping_searching_and_grade(self):
        self._invoice(100)
        account = self.env['ar.credit.account'].sudo()._for_partner(self.customer, self.env.company)
        account.grade_id = self.env.ref('ar_base.grade_c')
        items = self._items('2024-02-28')
        self.assertEqual(
            items._read_group(
                [('grade_id', '=', account.grade_id.id), ('partner_id', 'child_of', self.customer.id)],
                ['grade_id'],
                ['residual:sum'],
            ),
            [(account.grade_id, 100)],
        )
        groups = items.formatted_read_group(
            [('commercial_partner_id', '=', self.customer.id)],
            ['date_maturity:month', 'bucket_id'],
            ['residual:sum', '__count'],
        )
        self.assertEqual((groups[0]['residual:sum'], groups[0]['__count']), (100, 1))
        self.assertFalse(
            items.search([('salesperson_id', '=', False), ('commercial_partner_id', '=', self.customer.id)])
        )

    def test_bad_options_name_the_remedy(self):
        for context, error, words in (
            ({'as_of': '31/12/2024'}, UserError, "is not a date"),
            ({'aging_basis': 'delivery'}, UserError, "Choose one of: due, invoice, posting"),
            ({'aging_scheme_id': 10**8}, UserError, "no longer exists"),
            ({'aging_currency_id': 10**8}, UserError, "currency does not exist"),
        ):
            with self.subTest(**context), self.assertRaisesRegex(error, words):
                self.env['ar.open.item'].with_context(**context).search([])

    def test_page_says_when_there_is_nothing(self):
        self._invoice(100, day='2024-01-10')
        header = self._items('2001-01-01').ar_aging_header()
        self.assertIn("the first receivable entry is dated 01/10/2024", header['notice'])
        self.assertFalse(self._items('2024-02-01').ar_aging_header()['notice'])
        bare = self.env['res.company'].create({'name': "Bare"})
        self.env.user.company_ids |= bare
        header = self.env['ar.open.item'].with_context(allowed_company_ids=bare.ids).ar_aging_header()
        self.assertIn("install a chart of accounts", header['notice'])
        self.assertEqual(header['tie_out'], [])

    def test_viewer_sees_own_items_others_all(self):
        viewer, controller = (
            new_test_user(self.env, login, groups=f'base.group_user,{group}', company_id=self.env.company.id)
            for login, group in (('v', 'ar_base.group_viewer'), ('c', 'ar_base.group_controller'))
        )
        mine = self._invoice(10, invoice_user_id=viewer.id)
        other = self._invoice(20)
        items = self._items('2024-02-01')
        domain = [('commercial_partner_id', '=', self.customer.id)]
        self.assertEqual(items.with_user(viewer).search(domain).move_id.ids, mine.ids)
        self.assertEqual(items.with_user(controller).search(domain).move_id.sudo(), mine | other)

    def test_companies_are_kept_apart(self):
        other = self.setup_other_company()['company']
        self._invoice(100)
        alone = self.env['ar.open.item'].with_context(allowed_company_ids=other.ids, as_of='2024-02-01')
        self.assertFalse(alone.search([('commercial_partner_id', '=', self.customer.id)]))

    def test_customer_group_is_the_only_tag_or_the_one_that_is_named(self):
        retail, export = self.env['res.partner.category'].create([{'name': "Retail"}, {'name': "Export"}])
        account = self.env['ar.credit.account'].sudo()._for_partner(self.customer, self.env.company)
        self._invoice(100)
        for tags, named, expected in (
            (retail, retail.browse(), retail),
            (retail | export, retail.browse(), retail.browse()),
            (retail | export, export, export),
            (retail.browse(), retail.browse(), retail.browse()),
        ):
            with self.subTest(tags=tags.mapped('name'), named=named.name):
                self.customer.category_id = tags
                account.customer_group_id = named
                groups = dict(
                    self._items('2024-02-01')._read_group(
                        [('commercial_partner_id', '=', self.customer.id)],
                        ['customer_group_id'],
                        ['residual:sum'],
                    )
                )
                self.assertEqual(groups, {expected: 100})
