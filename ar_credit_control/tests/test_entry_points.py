from odoo.tests import HttpCase, tagged

from ..exceptions import CreditHold
from .common import CreditCommon
from odoo.addons.account_payment.tests.common import AccountPaymentCommon

PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='


@tagged('post_install', '-at_install')
class TestPortal(CreditCommon, HttpCase):
    def test_signature_of_a_held_order_is_kept(self):
        self.company.ar_credit_responsible_id = self.controller
        self.company.write({'portal_confirmation_sign': True, 'portal_confirmation_pay': False})
        self.account.credit_limit = 10
        order = self._order(11, require_signature=True, require_payment=False)
        order.action_quotation_sent()
        token = order._portal_ensure_token()
        answer = self.make_jsonrpc_request(
            f'/my/orders/{order.id}/accept', {'access_token': token, 'name': "Li Wei", 'signature': PIXEL}
        )
        self.assertTrue(answer.get('force_refresh'), answer)
        self.env.invalidate_all()
        self.assertRecordValues(order, [{'state': 'sent', 'signed_by': "Li Wei", 'credit_state': 'hold'}])
        self.assertTrue(order.signature)
        decision = order.credit_decision_ids
        self.assertEqual((decision.origin, decision.activity_ids.user_id), ('portal', self.controller))
        page = self.url_open(answer['redirect_url']).text
        self.assertIn("We have received your signature", page)
        for word in ('hold', 'limit', 'overdue'):
            self.assertNotIn(f'credit {word}', page.lower())
        # Released, the order goes on from where the customer left it.
        decision.with_user(self.controller).action_release("Good customer")
        self.assertRecordValues(order, [{'state': 'sale', 'signed_by': "Li Wei", 'credit_state': 'released'}])

    def test_signature_within_the_limit_confirms(self):
        self.account.credit_limit = 11
        order = self._order(11, require_signature=True, require_payment=False)
        order.action_quotation_sent()
        self.make_jsonrpc_request(
            f'/my/orders/{order.id}/accept',
            {'access_token': order._portal_ensure_token(), 'name': "Li Wei", 'signature': PIXEL},
        )
        self.env.invalidate_all()
        self.assertEqual(order.state, 'sale')


@tagged('post_install', '-at_install')
class TestPayment(CreditCommon, AccountPaymentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.credit_limit = 0

    def _transaction(self, order, amount, state):
        tx = self._create_transaction(
            'direct',
            amount=amount,
            currency_id=order.currency_id.id,
            partner_id=order.partner_id.id,
            sale_order_ids=[order.id],
            reference=f'{order.name}-{amount}-{state}',
        )
        self.provider.support_manual_capture = 'partial'  # computed: it has to be set where it is needed
        if state == 'done':
            tx._set_done()
        else:
            tx._set_authorized()
        tx._post_process()
        return tx

    def test_paid_order_is_exempt(self):
        for state in ('done', 'authorized'):
            order = self._order(100, require_payment=True, require_signature=False)
            self._transaction(order, 100, state)
            self.assertEqual(order.state, 'sale', state)

    def test_part_payment_is_kept_and_the_order_waits(self):
        order = self._order(100, require_payment=True, require_signature=False, prepayment_percent=0.3)
        tx = self._transaction(order, 30, 'done')
        self.assertEqual((order.state, order.credit_state), ('draft', 'hold'))
        self.assertTrue(tx.is_post_processed)
        self.assertEqual(tx.state, 'done')
        self.assertEqual(order.credit_decision_ids.origin, 'payment')
        self.assertEqual(order.credit_decision_ids.added_exposure, 70)
        self.account.credit_limit = 100
        self._run_recheck()
        self.assertEqual(order.state, 'sale')

    def test_demo_provider(self):
        if self.env['ir.module.module']._get('payment_demo').state != 'installed':
            self.skipTest("payment_demo is not installed")
        demo = self._prepare_provider('demo')
        method = (
            self.env.ref('payment_demo.payment_method_demo', raise_if_not_found=False)
            or demo.payment_method_ids[:1]
        )
        for share, state in ((1.0, 'sale'), (0.3, 'draft')):
            order = self._order(100, require_payment=True, require_signature=False, prepayment_percent=share)
            tx = self._create_transaction(
                'direct',
                provider_id=demo.id,
                payment_method_id=method.id,
                amount=100 * share,
                currency_id=order.currency_id.id,
                partner_id=order.partner_id.id,
                sale_order_ids=[order.id],
                reference=f'{order.name}-demo',
            )
            tx._process('demo', {'reference': tx.reference, 'simulated_state': 'done'})
            tx._post_process()
            self.assertEqual((tx.state, tx.is_post_processed, order.state), ('done', True, state))


@tagged('post_install', '-at_install')
class TestAgain(CreditCommon):
    """An order that comes back is judged again."""

    def test_copy_of_a_released_order(self):
        self.account.credit_limit = 10
        order = self._order(11)
        order.with_user(self.seller).action_confirm_with_credit()
        order.credit_decision_ids.with_user(self.controller).action_release("Good customer")
        copy = order.copy()
        self.assertEqual((copy.credit_state, copy.credit_decision_ids.ids), ('none', []))
        with self.assertRaises(CreditHold):
            copy.with_user(self.seller).action_confirm()

    def test_cancelled_order_that_is_taken_up_again(self):
        self.account.credit_limit = 11
        order = self._order(11)
        order.with_user(self.seller).action_confirm()
        order._action_cancel()
        self.account.credit_limit = 10
        order.action_draft()
        with self.assertRaises(CreditHold):
            order.with_user(self.seller).action_confirm()
        with self.assertRaises(CreditHold):
            order.with_user(self.seller).write({'state': 'sale'})
