from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import AS_OF, SubledgerCommon


@tagged('post_install', '-at_install')
class TestSubledger(SubledgerCommon):
    """The allowance of an item is the sum of its movements, in whatever order things happen."""

    # === Figures of the reviews ===

    def test_a_write_off_uses_the_last_of_several_runs(self):
        self._policy([0.01, 0.01, 0.1], date_from='2024-01-02')
        self._invoice(1000, due='2024-01-15')
        self._run('2024-01-31')
        self._run('2024-03-31')
        lost = self._run('2024-04-01')
        lost.with_user(self.approver).action_reverse('2024-04-01', "Wrong")
        write_off = self._write_off('2024-04-05')
        self.assertEqual((write_off.line_ids.allowance, self._expense(write_off.move_id)), (100, 900))
        self.assertEqual(self._allowance('2024-04-05'), 0)
        self._assert_ties()

    def test_write_offs_of_the_day_of_the_run_use_the_allowance_once(self):
        self._policy([0.1, 0.1, 0.1], date_from='2024-01-02')
        self._invoice(1000, due='2024-01-15')
        run = self._run('2024-03-31')
        moves = run.move_ids
        for amount in (300, 300, 400):
            moves |= self._write_off('2024-03-31', amount).move_id
        self.assertEqual((self._expense(moves), self._allowance('2024-03-31')), (1000, 0))
        self.assertRegex(run.moved_since, "allowance .* was .*100.00 and is .*0.00")
        self.assertEqual(self._run('2024-03-31').adjustment, 0)

    def test_the_whole_allowance_is_used_once_whichever_write_off_is_entered_first(self):
        self._invoice(1000, due='2024-01-15')
        self._run('2024-01-31')
        later = self._write_off('2024-03-10', 400, top_up='account')
        self.assertEqual((self._expense(later.move_id), self._allowance(date.max)), (350, 0))
        earlier = self._write_off('2024-02-10', 300, top_up='account')
        self.assertEqual((self._expense(earlier.move_id), self._allowance(date.max)), (300, 0))
        self._assert_ties()

    def test_an_entry_by_hand_that_changes_its_date_takes_the_movement_along(self):
        entry = self._entry('2024-02-05', self.policy.allowance_account_id, 100, self.customer)
        boss = self._user('provbook', 'account.group_account_manager')
        # Odoo refuses it, unless the client asks not to.
        entry.with_user(boss).with_context(skip_readonly_check=True).date = '2024-02-20'
        self._assert_ties()

    def test_no_more_than_is_open_now(self):
        invoice = self._invoice(100, due='2024-01-15')
        self._pay(invoice, '2024-02-10', 60)
        write_off = self._write_off('2024-01-31', post=False)
        self.assertEqual(write_off.amount, 40)
        with self.assertRaisesRegex(UserError, "no more than"), self.cr.savepoint():
            write_off.line_ids.amount = 100
        write_off.action_post()
        self.assertEqual(invoice.amount_residual, 0)

    def test_assessed_and_secured_amounts_count_once_across_branches(self):
        self._policy([0.1, 0.1, 0.1], date_from='2024-01-02')
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.company.id})
        self.cr.precommit.run()
        self.env.user.company_ids |= branch
        for user in (self.accountant, self.approver):
            user.company_ids |= branch
        self._invoice(1000, due='2024-01-31')
        self.env['account.move'].with_context(allowed_company_ids=[branch.id, self.company.id]).create(
            {
                'move_type': 'out_invoice',
                'partner_id': self.customer.id,
                'invoice_date': '2024-01-10',
                'company_id': branch.id,
                'invoice_payment_term_id': False,
                'invoice_date_due': '2024-01-31',
                'invoice_line_ids': [
                    Command.create({'name': "x", 'price_unit': 1000, 'tax_ids': [Command.clear()]})
                ],
            }
        ).action_post()
        assessment = self.env['ar.provision.assessment'].create(
            {
                'partner_id': self.customer.id,
                'kind': 'secured',
                'amount': 500,
                'reason': "Deposit",
                'date_from': '2024-01-01',
            }
        )
        self.assertEqual(self._run(post=False).required, 150)
        assessment.kind = 'amount'
        run = self.env['ar.provision.run'].search([('as_of', '=', AS_OF)])
        run.with_user(self.accountant).action_compute()
        self.assertEqual((run.required, sorted(run.line_ids.mapped('allowance'))), (500, [250, 250]))

    def test_a_new_allowance_account_takes_the_balance_over(self):
        self._policy([0.1, 0.1, 0.1], date_from='2024-01-02')
        self._invoice(1000, due='2024-01-15')
        self._run('2024-03-31')
        old = self.policy.allowance_account_id
        account = self.env['account.account'].create(
            {'name': "New allowance", 'code': '119998', 'account_type': 'asset_current'}
        )
        policy = self._policy([0.25, 0.25, 0.25], date_from='2024-04-01')
        policy.action_reset()
        policy.allowance_account_id = account
        policy.action_confirm()
        run = self._run('2024-04-30')
        self.assertEqual((run.required, run.booked, run.adjustment), (250, 100, 150))
        self.assertEqual(
            [self._of(old, '2024-04-30'), self._of(account, '2024-04-30'), self._expense(run.move_ids)],
            [0, 250, 150],
        )
        self.assertFalse(self._run('2024-04-30').move_ids)
        self._assert_ties()

    def _of(self, account, day):
        return -sum(
            self.env['account.move.line']
            .search([('account_id', '=', account.id), ('parent_state', '=', 'posted'), ('date', '<=', day)])
            .mapped('balance')
        )

    def test_exchange_differences_once_and_of_what_is_still_open(self):
        eur = self.setup_other_currency(
            'EUR', rates=[('2024-01-01', 0.5), ('2024-06-01', 0.4), ('2024-07-01', 0.25)]
        )
        self._policy([0.1, 0.1, 0.1], date_from='2024-02-01', split_fx=True)
        self._invoice(100, currency_id=eur.id)
        paid = self._invoice(100, currency_id=eur.id)
        self._run()
        self._pay(paid, '2024-07-10')
        later = self._run(date(2024, 7, 31))
        self.assertEqual((later.required, sum(later.adjustment_ids.mapped('fx'))), (40, 15))
        for _again in range(2):
            again = self._run(date(2024, 7, 31))
            self.assertEqual((again.adjustment, again.move_ids.ids), (0, []))
        self._assert_ties()

    def test_the_allowance_is_capped_at_the_booked_amount(self):
        eur = self.setup_other_currency('EUR', rates=[('2024-01-01', 0.5), ('2024-06-01', 0.4)])
        self._policy([1, 1, 1], date_from='2024-02-01')
        self._invoice(100, currency_id=eur.id)
        run = self._run()
        self.assertEqual((run.gross, run.line_ids.carried, run.required), (250, 200, 200))

    def test_nothing_is_booked_before_a_posted_run(self):
        self._invoice(1000, due='2024-01-15')
        self._run('2024-01-31')
        later = self._run('2024-02-29')
        run = self.env['ar.provision.run'].with_user(self.accountant).create({'as_of': '2024-02-15'})
        with self.assertRaisesRegex(UserError, later.name):
            run.action_compute()
        with self.assertRaisesRegex(UserError, later.name):
            self._write_off('2024-02-15')
        with self.assertRaisesRegex(UserError, "earlier day"):
            later.with_user(self.approver).action_reverse('2024-02-15', "Wrong")

    def test_a_run_approved_before_another_was_posted_is_not_posted_after_it(self):
        self._invoice(1000, due='2024-01-15')
        run = self._run('2024-02-15', post=False).with_user(self.approver)
        run.action_approve()
        later = self._run('2024-02-29')
        with self.assertRaisesRegex(UserError, later.name):
            run.action_post()
        with self.assertRaisesRegex(UserError, later.name):
            run.move_ids.sudo().action_post()

    def test_a_write_off_is_reversed_after_the_runs_that_knew_it(self):
        self._invoice(1000, due='2024-01-15')
        self._run('2024-01-31')
        write_off = self._write_off('2024-02-10')
        self._run('2024-02-29')
        with self.assertRaisesRegex(UserError, "02/29/2024"):
            write_off.action_reverse('2024-02-10')
        write_off.action_reverse()
        self.assertEqual(self._allowance('2024-02-29'), 0)
        self.assertEqual(self._allowance(date.max), 50)
        self._assert_ties()

    def test_locked_dates_are_refused_when_computing_reversing_and_moving(self):
        self._invoice(1000, due='2024-01-15')
        self._run('2024-01-31')
        write_off = self._write_off('2024-02-10')
        self.company.fiscalyear_lock_date = '2024-03-31'
        run = self.env['ar.provision.run'].with_user(self.accountant).create({'as_of': '2024-03-31'})
        with self.assertRaisesRegex(UserError, "locked"):
            run.action_compute()
        with self.assertRaisesRegex(UserError, "locked"):
            write_off.action_reverse()
        self._invoice(100, day='2024-04-02')
        doubtful = self.env['account.account'].create(
            {'name': "Doubtful", 'code': '121599', 'account_type': 'asset_receivable', 'reconcile': True}
        )
        wizard = (
            self.env['ar.doubtful.transfer']
            .with_user(self.accountant)
            .create({'partner_id': self.customer.id, 'date': '2024-03-31', 'account_id': doubtful.id})
        )
        with self.assertRaisesRegex(UserError, "locked"):
            wizard.action_apply()

    def test_by_customer_each_class_foots(self):
        policy = self._policy(
            [0.01, 0.05, 0.5], date_from='2024-01-02', netting_level='customer', profile='fr', base='gross'
        )
        self._invoice(800, due='2024-01-15')
        self._run('2024-03-31')
        self.env['ar.provision.assessment'].create(
            {
                'partner_id': self.customer.id,
                'kind': 'rate',
                'rate': 0.9,
                'reason': "x",
                'date_from': '2024-04-01',
            }
        )
        self._run('2024-04-30')
        self._write_off('2024-05-10', 300)
        rows = (
            self.env['ar.provision.rollforward']
            .create({'company_id': self.company.id, 'date_from': '2024-04-01', 'date_to': '2024-05-31'})
            ._values()['rows']
        )
        self.assertEqual(
            [
                (
                    name,
                    float(row['opening']),
                    float(row['charge']),
                    float(row['reversal']),
                    float(row['closing']),
                )
                for name, row in rows
            ],
            [
                ("Individual", 0, 720, 720, 0),  # a loss releases all that the item has
                ("Pool", 400, 0, 400, 0),
                ("Total", 400, 720, 1120, 0),
            ],
        )
        self.assertEqual(self._allowance('2024-05-31', policy), 0)

    def test_the_allowance_of_an_item_goes_with_its_customer_when_a_file_moves_and_comes_back(self):
        # By customer a release of the one and a charge of the other would both be shown.
        self._policy([0.1, 0.2, 0.4], date_from='2024-01-02', profile='fr', base='gross')
        own, holder = self.customer, self.env['res.partner'].create({'name': "Holding", 'is_company': True})
        self._invoice(1000, due='2024-02-15', partner=own)
        self._run('2024-01-31')
        file = self.env['ar.credit.account']._for_partner(own, self.company)
        Move = self.env['ar.credit.move']
        Move._move(file, holder, "Bought")
        self._run('2024-02-29')
        Move._take_back(file, "Sold")
        same = self._run('2024-02-29', post=False)
        self.assertEqual(
            [(row.partner_id, row.required, row.booked) for row in same.adjustment_ids], [(own, 200, 200)]
        )
        later = self._run('2024-04-30')
        self.assertEqual(
            [(line.partner_id, line.balance) for line in later.move_ids.line_ids if line.balance < 0],
            [(own, -200)],
        )
        self.assertFalse(self._run('2024-04-30').move_ids)
        self._assert_ties()

    def test_an_override_stays_until_a_person_ends_it(self):
        self._invoice(1000, due='2024-01-15')
        run = self._run('2024-03-31', post=False)

        def override(run, **values):
            wizard = self.env['ar.provision.override'].with_user(self.accountant)
            wizard.create({'line_ids': run.line_ids.ids, 'reason': "Petition filed", **values}).action_apply()

        override(run, how='rate', rate=1)
        run.action_compute()  # again: a decision is not lost by it
        self.assertEqual((run.required, run.carried_overrides), (1000, 0))
        run.with_user(self.approver).action_approve()
        run.with_user(self.approver).action_post()
        self.assertEqual(self._run('2024-03-31').adjustment, 0)
        later = self._run('2024-04-30', post=False)
        self.assertEqual((later.required, later.carried_overrides), (1000, 1))
        self.assertIn("Petition filed", later.line_ids.sentence)
        override(later, how='reset')
        later.action_compute()
        self.assertEqual((later.required, later.line_ids.is_overridden), (500, False))
        kept = self.env['ar.allowance.override'].search([])
        self.assertRecordValues(
            kept,
            [
                {
                    'user_id': self.accountant.id,
                    'ended_by_id': self.accountant.id,
                    'date_to': date(2024, 4, 30),
                }
            ],
        )
        with self.assertRaises(UserError):
            kept.sudo().write({'rate': 0})
        with self.assertRaises(UserError):
            kept.sudo().unlink()

    def test_a_balance_brought_forward_without_customer_is_not_released_and_charged(self):
        self._policy(
            [0.01, 0.05, 0.5], date_from='2024-01-02', netting_level='customer', profile='fr', base='gross'
        )
        self._entry('2024-01-05', self.policy.allowance_account_id, 100)
        other = self.env['res.partner'].create({'name': "Other"})
        self._invoice(100, due='2024-01-15')
        self._invoice(300, due='2024-01-15', partner=other)
        run = self._run('2024-03-31')
        lines = run.move_ids.line_ids.filtered('ar_allowance_kind')
        self.assertEqual(
            sorted(zip(lines.mapped('ar_allowance_kind'), lines.mapped('balance'))),
            [
                ('charge', -75),
                ('charge', -25),
            ],
        )
        self.assertEqual(
            sorted(
                (movement.partner_id.name or '', movement.kind, movement.amount)
                for movement in self.env['ar.allowance.movement'].search(
                    [('item_id', '=', False), ('kind', 'in', ('opening', 'transfer'))]
                )
                if movement.kind == 'opening' or movement.category
            )[0],
            ('', 'opening', 100),
        )
        self._assert_ties()

    def test_the_allowance_follows_an_item_to_the_doubtful_account(self):
        invoice = self._invoice(1000, due='2024-01-15')
        self._run('2024-03-31')
        doubtful = self.env['account.account'].create(
            {'name': "Doubtful", 'code': '121599', 'account_type': 'asset_receivable', 'reconcile': True}
        )
        self.env['ar.doubtful.transfer'].with_user(self.accountant).create(
            {'partner_id': self.customer.id, 'date': '2024-04-10', 'account_id': doubtful.id}
        ).action_apply()
        write_off = self._write_off('2024-04-15')
        self.assertNotEqual(write_off.line_ids.move_id, invoice)
        self.assertEqual((write_off.line_ids.allowance, self._expense(write_off.move_id)), (500, 500))
        self.assertEqual(self._run('2024-04-30').adjustment, 0)
