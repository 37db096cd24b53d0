"""What one person could forge by writing fields instead of pressing buttons, tried as that person would."""

import base64

from odoo.exceptions import AccessError
from odoo.fields import Command, Date, Datetime
from odoo.tests import tagged

from .forging import Forging
from odoo.addons.ar_dunning.tests.common import DunningCommon

PIXEL = base64.b64encode(
    base64.b64decode(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    )
)


@tagged('post_install', '-at_install')
class TestForged(Forging, DunningCommon):
    """By write, by create in a final state, by ``default_*``, through the parent, by moving, by delete."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._user('accountant')
        cls.manager = cls._user('manager')
        cls.invoice = cls._invoice(5600, due='2024-05-01')
        cls.item = cls._receivable(cls.invoice)

    # === Promises and plans ===

    def _promise_values(self):
        return {
            'credit_account_id': self.account.id,
            'item_ids': [Command.create({'move_line_id': self.item.id})],
            'line_ids': [Command.create({'date': Date.add(Date.today(), days=5), 'amount': 100})],
        }

    def test_promise(self):
        promise = self._starts(
            'ar.promise',
            self.collector,
            self._promise_values(),
            state='kept',
            received=99_999,
            next_date='2099-01-01',
            noted_by_id=self.manager.id,
            reply_user_id=self.manager.id,
        )
        self._refuses(
            promise,
            state='kept',
            received=99_999,
            next_date='2099-01-01',
            locked=False,
            closed_on='2020-01-01',
            noted_by_id=self.manager.id,
            amount=1,
            replied_on='2020-01-01 00:00:00',
            reply_ip='203.0.113.9',
        )
        self._refused(promise.write, {'made_on': '2020-01-01'})
        self._refused(promise.write, {'line_ids': [Command.update(promise.line_ids.id, {'received': 100})]})
        self._refused(promise.line_ids.unlink)
        self._cannot_go(promise)

    def _offered(self):
        plan = (
            self.env['ar.payment.plan']
            .with_user(self.collector)
            .create(
                {
                    'credit_account_id': self.account.id,
                    'item_ids': [Command.create({'move_line_id': self.item.id})],
                }
            )
        )
        plan.action_schedule()
        plan.action_offer()
        return plan

    def test_plan_is_signed_by_the_customer_only(self):
        forged = {
            'state': 'active',
            'signed_on': Datetime.now(),
            'signed_ip': '203.0.113.9',
            'signature': PIXEL,
            'accepted_on': Date.today(),
        }
        self._starts('ar.payment.plan', self.collector, {'credit_account_id': self.account.id}, **forged)
        self._refuses(self._offered(), **forged)

    def test_what_was_signed_stays(self):
        plan = self._offered()
        plan.sudo()._accept("Customer CFO", PIXEL, '203.0.113.9')
        self._refuses(
            plan,
            state='draft',
            signed_by="Somebody",
            signed_on='2020-01-01 00:00:00',
            signed_ip='1.1.1.1',
            signature=False,
            signed_document=PIXEL,
            terms="<p>Other</p>",
            interest_clause="10 %",
            revoke_on_missed=False,
            signed_copy_id=False,
        )
        self._refused(plan.line_ids[0].write, {'date': '2030-01-01'})
        self._refused(plan.write, {'line_ids': [Command.update(plan.line_ids[0].id, {'date': '2030-01-01'})]})
        self._refused(plan.write, {'line_ids': [Command.delete(plan.line_ids[0].id)]})
        self._cannot_go(plan)
        files = self.env['ir.attachment'].sudo()
        signature = files.search(
            [('res_model', '=', plan._name), ('res_id', '=', plan.id), ('res_field', '=', 'signature')]
        )
        self.assertTrue(signature)
        for file in signature | plan.signed_copy_id.sudo():
            self._refused(file.with_user(self.collector).write, {'datas': PIXEL})
            self._refused(file.write, {'raw': b'forged'})
            self._refused(file.with_user(self.collector).unlink)

    # === Letters ===

    def test_letters_and_their_runs(self):
        letter = self._tell('2024-06-30')
        run = letter.run_id.with_user(self.collector)
        self._refuses(run, state='draft', is_automatic=True, customer_done=7, is_queueing=True)
        self._refused(run.write, {'run_date': '2024-01-01'})
        self._refused(run.write, {'notice_ids': [Command.delete(letter.id)]})
        self._refused(run.write, {'notice_ids': [Command.update(letter.id, {'note': "x"})]})
        self._cannot_go(run)
        own = letter.with_user(self.collector)
        self._refuses(
            own,
            state='proposed',
            note="x",
            reason_until='2099-01-01',
            days_in_arrears=1,
            item_count=9,
            run_id=False,
            sent_on='2020-01-01',
            approved_by=self.manager.id,
            is_imported=True,
        )
        self._cannot_go(own)
        self._refuses(letter.line_ids[0].with_user(self.collector), level=0, claimed=False, dunned_on=False)
        self._refused(letter.line_ids.sudo().unlink)
        other = self._run('2024-07-30')
        self._refused(letter.sudo().write, {'run_id': other.id})

    def test_run_and_block_begin_as_they_are(self):
        self._starts(
            'ar.dunning.run', self.collector, {'run_date': '2024-06-30'}, state='done', is_automatic=True
        )
        block = self._starts(
            'ar.dunning.block',
            self.collector,
            {'credit_account_id': self.account.id, 'reason': "Asked to"},
            user_id=self.manager.id,
            lifted_by=self.manager.id,
        )
        self._refuses(block, user_id=self.manager.id, active=False, lifted_by=self.manager.id, reason="Else")
        self._cannot_go(block)

    # === Disputes ===

    def test_dispute(self):
        values = {'move_id': self.invoice.id, 'amount': 100, 'reason': 'price'}
        dispute = self._starts(
            'ar.dispute',
            self.collector,
            values,
            state='accepted',
            resolution='credit_note',
            closed_on='2020-01-01',
            credited_amount=100,
            reply_user_id=self.manager.id,
        )
        self._refuses(
            dispute,
            state='accepted',
            resolution='credit_note',
            closed_on='2020-01-01',
            escalated_on='2020-01-01',
            credited_amount=100,
            move_id=self._invoice(50).id,
            opened_on='2020-01-01',
        )
        self._refused(dispute.action_reject)
        dispute.outcome = "Delivered as ordered"
        dispute.action_reject()
        self.assertEqual((dispute.state, dispute.closed_on), ('rejected', Date.context_today(dispute)))
        self._refused(dispute.write, {'outcome': "Else"})
        self._refused(dispute.write, {'amount': 1})
        self._cannot_go(dispute.with_user(self.manager))

    def test_a_credit_note_settles_the_dispute_of_its_invoice_only(self):
        dispute = self.env['ar.dispute'].create({'move_id': self.invoice.id, 'amount': 5600})
        other = self._invoice(5600, move_type='out_refund', post=False)
        self._refused(other.write, {'ar_dispute_id': dispute.id})

    # === Cases and contacts ===

    def _case(self):
        case = (
            self.env['ar.collection.case']
            .with_user(self.controller)
            .create(
                {
                    'credit_account_id': self.account.id,
                    'agent_id': self.contact.id,
                    'item_ids': [Command.create({'move_line_id': self.item.id})],
                }
            )
        )
        case._record_facts({'state': 'referred', 'referred_on': Date.today()})
        return case

    def test_case(self):
        self._starts(
            'ar.collection.case',
            self.collector,
            {'credit_account_id': self.account.id},
            state='closed',
            outcome='paid',
            referred_on='2020-01-01',
        )
        case = self._case()
        own = case.with_user(self.collector)
        self._refuses(own, state='draft', outcome='paid', closed_on='2020-01-01', referred_on='2020-01-01')
        self._refuses(own, claimed=1, credit_account_id=self._account(self._customer("Other")).id)
        self._refuses(own.item_ids, amount=1, amount_currency=1, date_maturity='2020-01-01', is_live=False)
        other = (
            self.env['ar.collection.case']
            .with_user(self.collector)
            .create({'credit_account_id': self._account(self._customer("Third")).id, 'item_ids': False})
        )
        self._refused(own.item_ids.write, {'case_id': other.id})
        more = self._receivable(self._invoice(70, due='2024-05-01'))
        self._refused(own.write, {'item_ids': [Command.create({'move_line_id': more.id})]})
        self._refused(own.item_ids.unlink)
        self._cannot_go(own)

    def test_contact(self):
        log = self._starts(
            'ar.contact.log',
            self.collector,
            {'credit_account_id': self.account.id, 'text': "Called"},
            user_id=self.manager.id,
        )
        self._refuses(log, user_id=self.manager.id, date='2020-01-01 00:00:00', outcome='promised')
        self._cannot_go(log)

    # === Confirmations and statements ===

    def _confirmation(self):
        confirmation = (
            self.env['ar.balance.confirmation']
            .with_user(self.accountant)
            .create({'partner_id': self.customer.id, 'as_of': '2024-06-30', 'channel': 'letter'})
        )
        confirmation.action_fill()
        return confirmation

    def test_confirmation(self):
        forged = {
            'state': 'confirmed',
            'replied_by': "CFO of the customer",
            'replied_on': '2024-07-01 00:00:00',
            'reply_channel': 'portal',
            'reply_ip': '203.0.113.9',
            'reply_user_id': self.manager.id,
            'customer_comment': "All right",
            'campaign_id': self.env['ar.confirmation.campaign'].create({'name': "Audit"}).id,
        }
        values = {'partner_id': self.customer.id, 'as_of': '2024-06-30'}
        self._starts('ar.balance.confirmation', self.accountant, values, **forged)
        confirmation = self._confirmation()
        confirmation._record_facts({'state': 'sent', 'sent_on': Datetime.now()})
        self._refuses(confirmation, **forged)
        self._refuses(confirmation, confirmed=1, difference=1, balance=1)
        line = confirmation.line_ids[0]
        self._refuses(line, amount=1, marked_by_id=False, move_line_id=False)
        self._refused(confirmation.write, {'line_ids': [Command.delete(line.id)]})
        confirmation.sudo()._answer("Li", PIXEL, reply_channel='portal')
        self._refuses(confirmation, state='cancelled', replied_by="Else", signature=False)
        self._refused(line.write, {'answer': 'objected'})
        self._cannot_go(confirmation)

    def test_what_colleagues_mark_is_not_what_the_customer_signs(self):
        confirmation = self._confirmation()
        confirmation._record_facts({'state': 'sent', 'sent_on': Datetime.now()})
        line = confirmation.line_ids[0]
        line.write({'answer': 'objected', 'comment': "In the customer's name", 'customer_amount': 1})
        self.assertEqual(line.marked_by_id, self.accountant)
        confirmation.sudo()._answer("Li", PIXEL, reply_channel='portal')
        self.assertEqual(confirmation.state, 'confirmed')
        self.assertEqual((line.answer, line.comment, line.marked_by_id.id), ('agreed', False, False))

    def test_statement(self):
        run = self._starts(
            'ar.statement.run', self.accountant, {'as_of': '2024-06-30'}, state='done', name="ST/1"
        )
        run.action_prepare()
        self._refuses(run, state='draft', name="ST/1")
        line = run.line_ids[:1]
        self._refuses(line, state='sent', closing=1, data={}, sent_on='2020-01-01 00:00:00', run_id=False)
        self._refused(line.with_user(self.accountant).unlink)

    # === Interest and reconciliation ===

    def test_charge(self):
        Charge = self.env['ar.interest.charge'].sudo().with_context(default_state='waived')
        values = {
            'kind': 'fee',
            'amount': 5,
            'credit_account_id': self.account.id,
            'partner_id': self.customer.id,
            'company_id': self.company.id,
            'currency_id': self.company.currency_id.id,
        }
        self._refused(Charge.create, values)
        charge = Charge._create_with_facts(values)
        self.assertEqual(charge.state, 'memo')
        self._refuses(charge.with_user(self.manager), state='waived', amount=1, waived_by_id=self.manager.id)
        self._cannot_go(charge)

    def test_period(self):
        values = {'date_from': '2024-06-01', 'date_to': '2024-06-30'}
        period = self._starts(
            'ar.sales.reconciliation',
            self.accountant,
            values,
            state='signed',
            closing=1e6,
            fingerprint='deadbeef',
            frozen_on='2024-07-01 00:00:00',
        )
        period.action_freeze()
        self._refuses(period, state='signed', closing=1, fingerprint='x', needs_check=True)
        for lines in (period.line_ids, period.signature_ids, period.change_ids):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                lines.sudo().create({'reconciliation_id': period.id})
        self._refused(period.line_ids.sudo().write, {'closing': 1})
        self._refused(period.line_ids.sudo().unlink)

    # === Reading ===

    def test_a_viewer_sees_own_customers_only(self):
        viewer = self._user('viewer')
        promise = self.env['ar.promise'].create(self._promise_values())
        records = [
            promise,
            promise.line_ids,
            promise.item_ids,
            self.env['ar.dispute'].create({'move_id': self._invoice(30).id, 'amount': 10}),
            self.env['ar.dunning.block'].create({'credit_account_id': self.account.id, 'reason': "x"}),
        ]
        self.customer.user_id = viewer  # what a salesperson may write says nothing
        self.env.flush_all()
        for record in records:
            self.assertFalse(record.with_user(viewer).search([]) & record, record._name)
        (self.invoice | records[3].move_id).invoice_user_id = viewer
        self.env.flush_all()
        for record in records:
            found = self.env[record._name].with_user(viewer).search([])
            self.assertEqual(found & record, record, record._name)
