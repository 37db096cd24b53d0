from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .planted_differences import PlantedDifferences
from .test_period import PeriodCommon


@tagged('post_install', '-at_install')
class TestSign(PlantedDifferences, PeriodCommon):
    """Two signatures on the same figures; a late change makes them void and says what changed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order, cls.invoice = cls._sold((1, 100))
        cls.sales_manager = new_test_user(
            cls.env,
            'recsalesmanager',
            groups='sales_team.group_sale_manager,ar_base.group_manager',
            company_id=cls.company.id,
            lang='en_US',
        )

    def setUp(self):
        super().setUp()
        self.part = self._part(self.seller)

    def _signed(self):
        self.part.with_user(self.seller).action_sign_sales()
        self.part.with_user(self.accountant).action_sign_finance()
        self.assertEqual(self.part.state, 'signed')

    def _late_invoice(self, day='2024-01-28', price=70):
        order = self._order((1, price), day='2024-01-27')
        self._deliver(order)
        return self._bill(order, day)

    # === Who signs ===

    def _may(self):
        """Return who is offered which signature."""
        return [
            (self.part.with_user(user).may_sign_sales, self.part.with_user(user).may_sign_finance)
            for user in (self.seller, self.accountant, self.sales_manager)
        ]

    def test_the_buttons_are_for_those_who_may(self):
        self.assertEqual(self._may(), [(True, False), (False, True), (True, True)])
        self.part.with_user(self.sales_manager).action_sign_sales()
        self.assertEqual(self._may(), [(False, False), (False, True), (False, False)])
        self.part.with_user(self.accountant).action_sign_finance()
        self.assertEqual(self._may(), [(False, False)] * 3)

    def test_both_sign_the_same_figures(self):
        self.part.with_user(self.seller).action_sign_sales()
        self.assertEqual(self.part.state, 'open')
        self.part.with_user(self.accountant).action_sign_finance()
        self.assertEqual(self.part.state, 'signed')
        self.assertRecordValues(
            self.part.signature_ids.sorted('id'),
            [
                {
                    'side': 'sales',
                    'user_id': self.seller.id,
                    'fingerprint': self.part.fingerprint,
                    'closing': 110,
                    'revoked_on': False,
                },
                {
                    'side': 'finance',
                    'user_id': self.accountant.id,
                    'fingerprint': self.part.fingerprint,
                    'closing': 110,
                    'revoked_on': False,
                },
            ],
        )

    def test_a_seller_signs_only_their_own_part(self):
        self._sold((1, 200), seller=self.other_seller)
        others = self._part(self.other_seller)
        with self.assertRaises(AccessError):
            others.with_user(self.seller).action_sign_sales()
        with self.assertRaises(AccessError):
            others.with_user(self.seller).read(['closing'])
        with self.assertRaises(AccessError):
            self.part.with_user(self.seller).action_sign_finance()
        with self.assertRaises(AccessError):
            self.part.with_user(self.seller).write({'sales_owner_id': self.other_seller.id})
        self.assertEqual(self.part.with_user(self.seller).line_ids.closing, 110)
        self.assertFalse(
            self.env['ar.sales.reconciliation.line']
            .with_user(self.seller)
            .search([('reconciliation_id', '=', others.id)])
        )
        # Not even where the seller is named as owner of another seller's part.
        others.with_user(self.accountant).sales_owner_id = self.seller
        with self.assertRaises(AccessError):
            others.with_user(self.seller).action_sign_sales()
        self.assertFalse(others.signature_ids)

    def test_an_accountant_does_not_sign_for_sales(self):
        with self.assertRaises(AccessError):
            self.part.with_user(self.accountant).action_sign_sales()

    def test_one_user_does_not_sign_for_both_sides(self):
        part = self.part.with_user(self.sales_manager)
        part.action_sign_sales()
        with self.assertRaises(AccessError):
            part.action_sign_finance()
        self.part.with_user(self.accountant).action_sign_finance()
        self.assertEqual(self.part.state, 'signed')

    def test_one_user_does_not_sign_for_both_sides_the_other_way_round(self):
        part = self.part.with_user(self.sales_manager)
        part.action_sign_finance()
        with self.assertRaises(AccessError):
            part.action_sign_sales()

    def test_not_twice_and_not_by_a_robot(self):
        self.part.with_user(self.seller).action_sign_sales()
        with self.assertRaises(UserError):
            self.part.with_user(self.seller).action_sign_sales()
        with self.assertRaises(AccessError):
            self.part.with_user(self.env.ref('base.user_root')).action_sign_finance()

    def test_signatures_and_figures_cannot_be_written(self):
        self._signed()
        for user in (self.seller, self.accountant):
            with self.assertRaises(AccessError):
                self.part.signature_ids[0].with_user(user).write({'closing': 1})
            with self.assertRaises(AccessError):
                self.part.line_ids.with_user(user).write({'closing': 1})
        with self.assertRaises(UserError):
            self.part.with_user(self.accountant).write({'state': 'draft'})
        for change in ({'state': 'draft'}, {'closing': 1}, {'date_to': '2024-02-28'}):
            with self.assertRaises(UserError):
                self.part.sudo().write(change)
        with self.assertRaises(UserError):
            self.part.signature_ids[0].sudo().revoked_on = False
        with self.assertRaises(UserError):
            self.part.signature_ids[0].sudo().unlink()
        with self.assertRaises(UserError):
            self.part.with_user(self.accountant).write({'date_to': '2024-02-28'})
        with self.assertRaises(UserError):
            self.part.with_user(self.accountant).unlink()

    def test_differences_are_explained_first(self):
        self._plant_price_gap()
        self.part.with_user(self.accountant).action_freeze()
        difference = self.part.difference_ids
        self.assertEqual((difference.code, difference.owner_id), ('price_gap', self.seller))
        with self.assertRaisesRegex(UserError, "Hua"):
            self.part.with_user(self.seller).action_sign_sales()
        difference.with_user(self.seller).explanation = "Discount for the exhibition"
        self.part.with_user(self.seller).action_sign_sales()
        # Sales has to clear it: finance may sign.
        self.part.with_user(self.accountant).action_sign_finance()
        self.assertEqual(self.part.state, 'signed')

    # === Late changes ===

    def assertReopened(self, *names):
        """The signatures are void and kept; what changed names the customers; the figures are those of the
        ledger.
        """
        self.part._recheck()
        self.assertEqual(self.part.state, 'reopened')
        self.assertEqual(len(self.part.signature_ids), 2)
        self.assertTrue(all(self.part.signature_ids.mapped('revoked_on')))
        self.assertEqual(self.part.change_ids.mapped('partner_id.name'), list(names))
        self.assertEquation(
            self.env['ar.sales.reconciliation'].search(
                [
                    ('date_to', '=', self.part.date_to),
                    ('scope', '=', 'salesperson'),
                    ('company_id', '=', self.company.id),
                ]
            )
        )

    def test_a_late_invoice_reopens(self):
        self._signed()
        self.assertFalse(self.part.is_stale)
        invoice = self._late_invoice()
        self.assertTrue(self.part.needs_check)
        self.assertEqual(self.env['ar.journal']._verify_records(self.company), [], "what a job notes")
        self.assertTrue(self.part.is_stale)
        self.assertReopened("Hua")
        change = self.part.change_ids
        self.assertEqual((change.closing_before, change.closing_after), (110, 187))
        self.assertIn("Invoiced", change.what)
        self.assertIn("187.00", change.what)
        self.assertIn(invoice, change.move_ids)
        self.assertEqual(self.part.activity_ids.user_id, self.seller + self.accountant)
        self._signed()
        self.assertEqual(len(self.part.signature_ids), 4)

    def test_other_changes_reopen(self):
        later = self._sold((1, 50), day='2024-02-05', invoiced='2024-02-06')[1]
        for name, change in (
            ('draft', self.invoice.button_draft),
            (
                'match',
                lambda: self._match(self.invoice, self._receipt(110, '2024-01-30').move_id),
            ),
            ('before', lambda: self._late_invoice('2023-12-28')),
            ('seller', lambda: self.invoice.write({'invoice_user_id': self.other_seller.id})),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self._signed()
                change()
                self.assertTrue(self.part.needs_check)
                self.assertTrue(self.part._recheck())
                self.assertEqual(self.part.state, 'reopened')
                self.assertTrue(self.part.change_ids)
                savepoint.rollback()
                self.env.invalidate_all()
        self._signed()
        self._pay(later, '2024-02-20')
        self.assertFalse(self.part.needs_check)

    def test_what_changes_no_figure_does_not_reopen(self):
        self._signed()
        self._sold((1, 40), seller=self.other_seller)
        self.assertTrue(self.part.needs_check)
        self.assertFalse(self.part.with_user(self.seller).action_check()['params']['type'] == 'warning')
        self.assertEqual((self.part.state, self.part.needs_check), ('signed', False))

    def test_nothing_is_signed_that_the_signer_has_not_seen(self):
        self._late_invoice()
        action = self.part.with_user(self.seller).action_sign_sales()
        self.assertEqual(action['params']['type'], 'warning')
        self.assertFalse(self.part.signature_ids)
        self.assertEqual((self.part.state, self.part.closing), ('open', 187))
        self.part.with_user(self.seller).action_sign_sales()
        self.assertTrue(self.part.sales_signature_id)

    def test_the_check_of_the_night(self):
        self._signed()
        self._late_invoice()
        self.part._record_facts({'needs_check': False})
        with self.enter_registry_test_mode():
            self.env.ref('ar_reconciliation.ir_cron_check_periods').method_direct_trigger()
        self.assertReopened("Hua")

    # === Reminders ===

    def test_who_has_not_signed_is_reminded_before_and_after(self):
        self.part.write({'deadline': '2024-02-10', 'finance_owner_id': self.accountant.id})
        self.part.with_user(self.seller).action_sign_sales()
        remind = self.env['ar.sales.reconciliation']._cron_remind
        with freeze_time('2024-02-06'):
            remind()
            self.assertFalse(self.part.activity_ids)
        with freeze_time('2024-02-07'):
            remind()
            remind()
        self.assertEqual(self.part.activity_ids.user_id, self.accountant)
        self.assertEqual(len(self.part.activity_ids), 1)
        self.part.activity_ids.action_feedback()
        with freeze_time('2024-02-11'):
            self.assertTrue(self.part.is_late)
            remind()
            remind()
        self.assertEqual(len(self.part.activity_ids), 1)
        self.assertIn(self.part, self.env['ar.sales.reconciliation'].search([('is_late', '=', True)]))
        self.part.with_user(self.accountant).action_sign_finance()
        self.assertFalse(self.part.activity_ids)
        self.assertNotIn(self.part, self.env['ar.sales.reconciliation'].search([('is_late', '=', True)]))
