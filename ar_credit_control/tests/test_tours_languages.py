from odoo.tests import HttpCase, tagged

from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestToursLanguages(CreditCommon, HttpCase):
    """The way from a quotation to its release, in a real browser: in English, then in Chinese."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('zh_CN')
        cls._invoice(80, overdue=3)
        cls.account.credit_limit = 100

    def _in_both(self, play):
        for lang in ('en_US', 'zh_CN'):
            (self.viewer | self.controller).lang = lang
            with self.subTest(lang=lang):
                play()

    def _tour(self, name, person, record=None):
        actions = {'sale.order': 'action-sale.action_quotations', 'ar.credit.decision': 'ar-hold-queue'}
        page = f'{actions[record._name]}/{record.id}' if record else 'ar-hold-queue'
        self.start_tour(f'/odoo/{page}', name, login=person.login)
        self.env.invalidate_all()

    def test_from_the_line_to_the_released_order(self):
        def play():
            order = self._order(10, user=self.viewer)
            self._tour('ar_credit_seller_asks', self.viewer, order)
            self.assertEqual((order.amount_total, order.state, order.credit_state), (150, 'draft', 'hold'))
            decision = order.credit_decision_ids
            self.assertIn("Paid tomorrow", str(decision.message_ids.mapped('body')))
            decision.with_user(self.controller).action_release("Good")
            self._tour('ar_credit_seller_is_released', self.viewer, order)
            order._action_cancel()

        self._in_both(play)

    def test_refused_growth(self):
        def play():
            order = self._order(15, user=self.viewer)
            order.with_user(self.viewer).action_confirm()
            self._tour('ar_credit_seller_is_refused', self.viewer, order)
            self.assertEqual((order.state, order.amount_total), ('sale', 15))
            self.assertEqual(order.credit_decision_ids.mapped('order_amount'), [900])
            order._action_cancel()

        self._in_both(play)

    def test_question_and_answer(self):
        def play():
            order = self._order(150, user=self.viewer)
            order.with_user(self.viewer).action_confirm_with_credit()
            self._tour('ar_credit_controller_asks', self.controller)
            self._tour('ar_credit_seller_answers', self.viewer, order)
            decision = order.credit_decision_ids
            self.assertEqual((decision.dialogue, decision.answer), ('answered', "On Friday"))
            order._action_cancel()

        self._in_both(play)

    def test_the_controllers_day(self):
        def play():
            order = self._order(150, user=self.viewer)
            order.with_user(self.viewer).action_confirm_with_credit()
            decision = order.credit_decision_ids
            decision.with_user(self.controller).action_ask("When do they pay")
            decision.with_user(self.viewer).action_answer("On Friday")
            self.start_tour('/odoo/ar-credit-files', 'ar_credit_controller_day', login=self.controller.login)
            self.env.invalidate_all()
            self.assertEqual((order.state, decision.state), ('sale', 'released'))
            order._action_cancel()

        self._in_both(play)
