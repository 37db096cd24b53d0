from datetime import date

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import SubledgerCommon


@tagged('post_install', '-at_install')
class TestSecondPerson(SubledgerCommon):
    """Movements and entries stay as they are; from the amount of the matrix on another person books."""

    def test_movements_are_never_written(self):
        self._invoice(1000)
        self._run()
        movement = self.env['ar.allowance.movement'].search([], limit=1)
        for user in (self.accountant, self.env.user):
            own = movement.with_user(user).sudo()
            for refused in (
                lambda own=own: own.write({'amount': 1}),
                lambda own=own: own.unlink(),
                lambda own=own: own.create({'amount': 1}),
            ):
                with self.assertRaises(AccessError):
                    refused()

    def test_entries_stay_with_their_documents(self):
        self._invoice(1000, due='2024-01-15')
        run = self._run('2024-03-31')
        write_off = self._write_off('2024-04-10', 100)
        boss = self._user('provboss', 'ar_base.group_manager,account.group_account_manager')
        for move, link in ((run.move_ids, 'ar_provision_run_id'), (write_off.move_id, 'ar_write_off_id')):
            own = move.with_user(boss)
            for refused in (
                lambda own=own, link=link: own.write({link: False}),
                lambda own=own: own.button_draft(),
                lambda own=own: own.button_cancel(),
                lambda own=own: own.write({'state': 'draft'}),
                lambda own=own: own._reverse_moves(cancel=True),
                lambda own=own: own.line_ids[0].write({'partner_id': self.env.user.partner_id.id}),
                lambda own=own: own.unlink(),
            ):
                with self.assertRaises(UserError), self.cr.savepoint():
                    refused()
            with self.assertRaises(AccessError):
                self.env['account.move'].sudo().create({'move_type': 'entry', link: move[link].id})
            self.assertEqual((move.state, move[link].state), ('posted', 'posted'))
        self._assert_ties()

    def test_reversals_stay_with_their_documents_too(self):
        self._invoice(1000, due='2024-01-15')
        run = self._run('2024-03-31')
        write_off = self._write_off('2024-04-10', 100)
        write_off.action_reverse()
        run.action_reverse('2024-04-10', "Wrong rates")
        boss = self._user('provboss', 'ar_base.group_manager,account.group_account_manager')
        for move in (run.move_ids | write_off.move_id).reversal_move_ids:
            for refused in (
                lambda move=move: move.with_user(boss).button_draft(),
                lambda move=move: move.with_user(boss).button_cancel(),
                lambda move=move: move.with_user(boss)._reverse_moves(cancel=True),
            ):
                with self.assertRaisesRegex(UserError, "is reversed"), self.cr.savepoint():
                    refused()
        self._assert_ties()

    def test_from_the_matrix_amount_on_another_person_books_the_write_off(self):
        self.env['ar.approval.rule'].create(
            {
                'kind': 'write_off',
                'company_id': self.company.id,
                'min_amount': 500,
                'user_ids': [Command.set((self.accountant | self.approver).ids)],
            }
        )
        self._invoice(1000, due='2024-01-15')
        small = self._write_off('2024-04-10', 100)
        self.assertEqual((small.state, small.decided_by), ('posted', self.accountant))
        large = self._write_off('2024-04-11')
        self.assertEqual(
            (large.state, large.requested_by, large.move_id.ids), ('submitted', self.accountant, [])
        )
        with self.assertRaisesRegex(AccessError, "own request"):
            large.action_post()
        for vals in ({'state': 'posted'}, {'requested_by': self.approver.id}, {'reason': "x"}):
            with self.assertRaises(UserError):
                large.write(vals)
        with self.assertRaises(UserError):
            large.line_ids.amount = 10
        large.with_user(self.approver).action_post()
        self.assertEqual((large.state, large.decided_by), ('posted', self.approver))
        forged = (
            self.env['ar.write.off']
            .with_user(self.accountant)
            .with_context(default_state='posted', default_decided_by=self.approver.id)
            .create({'partner_id': self.customer.id, 'reason': "x"})
        )
        self.assertEqual((forged.state, forged.decided_by.ids), ('draft', []))

    def test_from_the_matrix_amount_on_another_person_books_the_recovery(self):
        self.env['ar.approval.rule'].create(
            {
                'kind': 'recovery',
                'company_id': self.company.id,
                'min_amount': 500,
                'user_ids': [Command.set(self.approver.ids)],
            }
        )
        self._invoice(1000, due='2024-01-15')
        write_off = self._write_off('2024-04-10')
        recovery = (
            self.env['ar.recovery']
            .with_user(self.accountant)
            .create(
                {
                    'write_off_id': write_off.id,
                    'amount': 600,
                    'date': '2024-05-01',
                    'journal_id': self.company_data['default_journal_bank'].id,
                }
            )
        )
        recovery.action_post()
        self.assertEqual((recovery.state, write_off.recovered), ('submitted', 0))
        with self.assertRaises(AccessError):
            recovery.action_post()
        recovery.with_user(self.approver).action_post()
        self.assertEqual((recovery.state, write_off.recovered), ('posted', 600))
        with self.assertRaisesRegex(UserError, "Reverse that instead"):
            recovery.move_ids[0].sudo()._reverse_moves()
        recovery.action_reverse()
        self.assertEqual((recovery.state, write_off.recovered, write_off.outstanding), ('reversed', 0, 1000))
        self._assert_ties()

    def test_an_override_above_the_matrix_amount_is_approved_by_whom_it_names(self):
        self.policy._record_facts({'state': 'draft'})
        self.policy.second_person = False
        self.policy._record_facts({'state': 'confirmed'})
        self._invoice(1000)
        self.env['ar.approval.rule'].create(
            {
                'kind': 'override',
                'company_id': self.company.id,
                'min_amount': 100,
                'user_ids': [Command.set(self.approver.ids)],
            }
        )
        run = self._run(post=False)
        self.env['ar.provision.override'].with_user(self.accountant).create(
            {'line_ids': run.line_ids.ids, 'how': 'rate', 'rate': 1, 'reason': "x"}
        ).action_apply()
        with self.assertRaisesRegex(UserError, "Another user"):
            run.action_approve()
        with self.assertRaisesRegex(UserError, "can approve"):
            run.with_user(self._user('provthird')).action_approve()
        run.with_user(self.approver).action_approve()
        self.assertEqual(run.state, 'approved')

    def test_who_changes_a_rate_does_not_put_the_policy_in_force(self):
        boss = self._user('provboss', 'ar_base.group_manager')
        self.env['ar.approval.rule'].create(
            {'kind': 'provision_policy', 'company_id': self.company.id, 'user_ids': [Command.set([boss.id])]}
        )
        version = self.policy.with_user(self.accountant).copy()
        version.with_user(boss).rate_ids[:1].rate = 0.9
        version.with_user(boss).action_confirm()
        self.assertEqual(version.state, 'submitted')
        with self.assertRaises(AccessError), self.cr.savepoint():
            version.with_user(boss).action_confirm()
        self.assertEqual(version.state, 'submitted')

    def test_the_receipt_that_is_entered_already_is_not_entered_twice(self):
        self._invoice(1000, due='2024-01-15')
        write_off = self._write_off('2024-04-10')
        payment = self.env['account.payment'].create(
            {
                'payment_type': 'inbound',
                'partner_id': self.customer.id,
                'amount': 250,
                'date': '2024-05-01',
                'journal_id': self.company_data['default_journal_bank'].id,
            }
        )
        payment.action_post()
        receipt = payment.move_id.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
        recovery = (
            self.env['ar.recovery']
            .with_user(self.accountant)
            .create(
                {
                    'write_off_id': write_off.id,
                    'amount': 250,
                    'date': '2024-05-02',
                    'receipt_line_id': receipt.id,
                    'journal_id': False,
                }
            )
        )
        recovery.action_post()
        self.assertEqual((len(recovery.move_ids), receipt.reconciled, write_off.recovered), (1, True, 250))

    def test_the_line_says_how_it_is_computed(self):
        self._invoice(1000, due='2024-01-15')
        run = self._run(post=False)
        self.assertEqual(run.line_ids.sentence.replace('\xa0', ' '), "50 % on $ 1,000.00 = $ 500.00")

    def test_entries_follow_a_customer_whose_file_is_moved_and_moved_back(self):
        self._invoice(1000, due='2024-01-15')
        open_item = self._invoice(70, due='2024-01-15').line_ids.filtered('date_maturity')
        write_off = self._write_off('2024-02-10', post=False)
        write_off.line_ids.filtered(lambda line: line.move_line_id == open_item).unlink()
        write_off.action_post()
        account = self.env['ar.credit.account'].sudo()._for_partner(self.customer, self.company)
        buyer = self.env['res.partner'].create({'name': "Buyer", 'is_company': True})
        lines = write_off.sudo().move_id.line_ids.filtered('partner_id')
        with self.assertRaisesRegex(UserError, "stays as it was posted"), self.cr.savepoint():
            lines.partner_id = buyer
        move = self.env['ar.credit.move']
        move._move(account, buyer, "Bought")
        self.assertEqual((lines | open_item).partner_id, buyer)
        since = self._invoice(30, due='2024-01-15').line_ids.filtered('date_maturity')
        own = self._invoice(5, due='2024-01-15', partner=buyer).line_ids.filtered('date_maturity')
        self.assertEqual(since.partner_id, buyer)
        move._take_back(account, "Sold again")
        self.assertEqual((lines | open_item | since).partner_id, self.customer)
        self.assertEqual((since.move_id.commercial_partner_id, own.partner_id), (self.customer, buyer))
        found = self.env['ar.open.item'].search([('commercial_partner_id', '=', self.customer.id)])
        self.assertEqual(sum(found.mapped('residual')), 100)

    # === Policies ===

    def test_a_policy_is_put_in_force_by_whom_the_matrix_names(self):
        self.env['ar.approval.rule'].create(
            {
                'company_id': self.company.id,
                'kind': 'provision_policy',
                'min_amount': 1000,  # a policy decides on every amount
                'user_ids': (self.accountant | self.approver).ids,
            }
        )
        third = self._user('provthird')
        policy = self.policy.with_user(self.accountant).copy({'date_from': '2024-03-01'})
        policy.action_confirm()
        self.assertEqual((policy.state, policy.approver_ids), ('submitted', self.accountant | self.approver))
        self.assertEqual(policy.activity_ids.user_id, self.approver, "not who wrote it")
        self.assertEqual(self.policy._for_date(self.company, date(2024, 4, 1)), self.policy)
        for user in (self.accountant, third):
            with self.assertRaises(AccessError), self.cr.savepoint():
                policy.with_user(user).action_confirm()
        with self.assertRaisesRegex(AccessError, "waits for approval"), self.cr.savepoint():
            policy.rate_ids[0].with_user(self.approver).rate = 0.9
        policy.with_user(self.approver).action_confirm()
        self.assertEqual((policy.state, policy.activity_ids.ids), ('confirmed', []))
        self.assertEqual(self.policy._for_date(self.company, date(2024, 4, 1)), policy)

    def test_who_changed_a_rate_of_the_policy_does_not_put_it_in_force(self):
        self.env['ar.approval.rule'].create(
            {
                'company_id': self.company.id,
                'kind': 'provision_policy',
                'user_ids': self.approver.ids,
            }
        )
        policy = self.policy.with_user(self.accountant).copy({'date_from': '2024-03-01'})
        policy.rate_ids[0].with_user(self.approver).rate = 0.9
        policy.action_confirm()
        with self.assertRaisesRegex(AccessError, "own request"):
            policy.with_user(self.approver).action_confirm()

    def test_what_is_not_decided_in_time_goes_to_the_person_of_the_matrix(self):
        third = self._user('provthird')
        self.env['ar.approval.rule'].create(
            {
                'company_id': self.company.id,
                'kind': 'write_off',
                'user_ids': self.approver.ids,
                'escalate_days': 3,
                'escalate_user_id': third.id,
            }
        )
        self._invoice(1000, due='2024-01-15')
        write_off = self._write_off('2024-02-10')
        with freeze_time(fields.Date.add(fields.Date.today(), days=4)):
            with self.enter_registry_test_mode():
                self.env.ref('ar_aging_provision.ir_cron_escalate_bad_debts').method_direct_trigger()
        self.assertIn(third, write_off.approver_ids)
        write_off.with_user(third).action_post()
        self.assertEqual(write_off.state, 'posted')
