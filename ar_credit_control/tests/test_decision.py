import re
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..exceptions import CreditHold
from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestDecision(CreditCommon):
    """A stopped order is recorded with frozen figures, decided once; the decision holds as far as it says."""

    def _held(self, amount=150, limit=100, **values):
        self.account.credit_limit = limit
        order = self._order(amount, **values)
        result = order.with_user(self.seller).action_confirm_with_credit()
        self.assertEqual(result['tag'], 'display_notification')
        self.assertEqual((order.state, order.credit_state), ('draft', 'hold'))
        return order, order.credit_decision_ids

    def test_record_keeps_the_figures(self):
        invoice = self._invoice(80, overdue=3)
        _order, decision = self._held()
        self.assertRecordValues(
            decision,
            [
                {
                    'state': 'hold',
                    'exposure': 80,
                    'credit_limit': 100,
                    'available': 20,
                    'over_by': 130,
                    'order_amount': 150,
                    'added_exposure': 150,
                    'reasons': 'credit_limit',
                    'origin': 'seller',
                    'salesperson_id': self.seller.id,
                }
            ],
        )
        [component] = decision.snapshot['components']
        self.assertEqual((component['code'], component['amount']), ('open_items', 80))
        self.assertIn(invoice.name, component['documents'][0][1])
        self.account.credit_limit = 50  # the record does not move with it
        self.assertEqual(decision.credit_limit, 100)

    def test_what_is_secured_leads_to_the_exposure(self):
        self._invoice(80, overdue=3)
        self.env['ar.credit.security'].sudo().create(
            {'credit_account_id': self.account.id, 'kind': 'deposit', 'amount': 30}
        )
        _order, decision = self._held()
        self.assertEqual((decision.snapshot['secured'], decision.exposure), (30, 50))
        figures = re.findall(r'[\d,]+\.\d\d', decision.with_user(self.controller).snapshot_html)
        self.assertEqual(figures, ['80.00', '30.00', '50.00'])

    def test_credit_team_is_notified_once(self):
        self.company.ar_credit_responsible_id = self.controller
        order, decision = self._held()
        self.assertEqual(decision.activity_ids.user_id, self.controller)
        order.with_user(self.seller).action_confirm_with_credit()
        self.assertEqual(len(order.credit_decision_ids), 1)
        self.assertEqual(len(decision.activity_ids), 1)

    def test_credit_team_is_mailed_by_a_job(self):
        self.company.ar_credit_responsible_id = self.controller
        _order, decision = self._held()
        self.assertTrue(decision.activity_ids.ar_mail_due)
        mailed = [('model', '=', decision._name), ('res_id', '=', decision.id)]
        mailed += [('partner_ids', 'in', self.controller.partner_id.ids)]
        messages = self.env['mail.message'].sudo()
        self.assertFalse(messages.search(mailed))
        self.env.flush_all()
        for _run in range(2):
            with self.enter_registry_test_mode():
                self.env.ref('ar_credit_control.ir_cron_mail_deciders').method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(messages.search(mailed).author_id, self.seller.partner_id)
            self.assertEqual(len(messages.search(mailed)), 1)
            self.assertFalse(decision.activity_ids.ar_mail_due)

    def test_seller_reads_reason_and_remedy_masked_without_right(self):
        invoice = self._invoice(80, overdue=3)
        order, _decision = self._held()
        shown = order.with_user(self.viewer).sudo(False)
        order.user_id = self.viewer
        panel = shown.credit_panel
        for figure in ('150.00', '80.00', '100.00', '130.00', '20.00', invoice.name):
            self.assertIn(figure, panel)
        order.user_id = self.seller
        masked = order.with_user(self.seller).credit_panel
        self.assertIn("exceeds its credit limit", masked)
        for figure in ('80.00', '100.00', '130.00'):
            self.assertNotIn(figure, masked)

    def test_panel_is_in_the_readers_language(self):
        self.env['res.lang']._activate_lang('zh_CN')
        order, _decision = self._held()
        panel = order.with_user(self.viewer).sudo().with_context(lang='zh_CN').credit_panel
        self.assertRegex(panel, '[\u4e00-\u9fff]')

    def test_release_confirms_in_one_step(self):
        order, decision = self._held()
        decision.with_user(self.controller).action_release("Guaranteed by the parent company")
        self.assertEqual((order.state, order.credit_state), ('sale', 'released'))
        today = fields.Date.context_today(order)
        self.assertRecordValues(
            decision,
            [
                {
                    'state': 'released',
                    'decided_by': self.controller.id,
                    'amount': 150,
                    'note': "Guaranteed by the parent company",
                    'valid_until': today + timedelta(days=7),
                }
            ],
        )
        self.assertFalse(decision.activity_ids)

    def test_release_without_confirming_holds_as_far_as_it_says(self):
        order, decision = self._held()
        decision.with_user(self.controller).action_release("Fine", tolerance_pct=10, confirm=False)
        self.assertEqual((order.state, order.credit_state), ('draft', 'released'))
        line = order.order_line
        line.price_unit = 165.01
        with self.assertRaises(CreditHold), self.env.cr.savepoint():
            order.action_confirm()
        line.price_unit = 165
        with (
            freeze_time(fields.Datetime.now() + timedelta(days=8)),
            self.assertRaises(CreditHold),
            self.env.cr.savepoint(),
        ):
            order.action_confirm()
        self.env['ar.hold'].create(
            {'credit_account_id': self.account.id, 'reason': "Insolvent"}
        )._record_facts({'placed_on': fields.Datetime.now() + timedelta(seconds=5)})
        with self.assertRaises(CreditHold), self.env.cr.savepoint():
            order.action_confirm()
        self.account.hold_ids.action_lift("Paid")
        order.action_confirm()
        with self.assertRaises(CreditHold), self.env.cr.savepoint():
            line.price_unit = 166  # confirmed, and grown beyond the release

    def test_reject_and_ask(self):
        order, decision = self._held()
        decision = decision.with_user(self.controller)
        decision.action_ask("When do they pay?")
        self.assertEqual(order.credit_state, 'hold')
        self.assertEqual(order.activity_ids.user_id, self.seller)
        self.assertIn("When do they pay?", order.with_user(self.seller).credit_panel)
        decision.action_reject("No more credit")
        self.assertEqual((order.state, order.credit_state), ('draft', 'rejected'))
        self.assertIn("No more credit", order.with_user(self.seller).credit_panel)
        order.with_user(self.seller).action_confirm_with_credit()
        self.assertEqual(order.credit_decision_ids.sorted('id').mapped('state'), ['rejected', 'hold'])

    def test_wizard_decides_on_many(self):
        self.account.credit_limit = 0
        orders = self._order(10) | self._order(20)
        orders.with_user(self.seller).action_confirm_with_credit()
        decisions = orders.credit_decision_ids.with_user(self.controller)
        action = decisions.with_context(decide='release').action_decide()
        decide = self.env['ar.credit.decide'].with_user(self.controller).with_context(**action['context'])
        wizard = decide.create({'note': "Fine"})
        self.assertEqual(wizard.valid_until, fields.Date.context_today(wizard) + timedelta(days=7))
        wizard.action_apply()
        self.assertEqual(set(orders.mapped('state')), {'sale'})

    def test_release_that_cannot_be_confirmed_stays(self):
        order, decision = self._held()
        order.order_line.product_id = False
        result = decision.with_user(self.controller).action_release("Fine")
        self.assertEqual((order.state, order.credit_state), ('draft', 'released'))
        self.assertIn(order.name, result['params']['message'])

    def test_cancelled_order_and_deleted_quotation_close_the_decision(self):
        order, decision = self._held()
        order._action_cancel()
        self.assertEqual(decision.state, 'cancelled')
        order, decision = self._held()
        name = order.name
        order._action_cancel()
        order.unlink()
        self.assertRecordValues(decision, [{'state': 'cancelled', 'order_name': name}])

    def test_batch_treats_each_order_for_itself(self):
        self.account.credit_limit = 100
        orders = self._order(60) | self._order(60) | self._order(40)
        orders.with_user(self.seller).action_confirm_with_credit()
        self.assertEqual(orders.mapped('credit_state'), ['ok', 'hold', 'ok'])

    def test_warning_is_noted_and_passes(self):
        self.account.credit_limit = 100
        order = self._order(90)
        order.action_confirm()
        self.assertEqual(order.state, 'sale')
        self.assertTrue(order.message_ids.filtered(lambda m: "Share of the limit used" in (m.body or '')))
