from odoo.tests import HttpCase, tagged

from .common import TillCommon

LANGS = ('en_US', 'zh_CN')


@tagged('post_install', '-at_install')
class TestTillTours(TillCommon, HttpCase):
    """The cashier at the till, in a real browser: in English, then in Chinese."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('zh_CN')
        cls.controller.name = "Carla Control"
        cls.company.ar_credit_responsible_id = cls.controller
        cls.till_session.set_opening_control(0, "")

    def _play(self, tour, lang):
        """Play the tour; return the sale that was closed in it."""
        self.cashier.lang = lang
        before = self.till_session.order_ids
        self.start_tour(f'/pos/ui/{self.till.id}', tour, login=self.cashier.login)
        self.env.invalidate_all()
        return self.till_session.order_ids - before

    def test_quotation_settled_in_cash_is_never_refused(self):
        self.env['ar.hold'].with_user(self.controller).create(
            {'credit_account_id': self.account.id, 'reason': "Insolvency rumour"}
        )
        for lang in LANGS:
            with self.subTest(lang=lang):
                order = self._order(250)
                sale = self._play('ar_credit_till_settles_in_cash', lang)
                self.assertRecordValues(sale, [{'state': 'paid', 'amount_paid': 250}])
                self.assertRecordValues(order, [{'state': 'sale', 'credit_state': 'ok'}])

    def test_pay_later_is_refused_before_the_sale_is_closed(self):
        self.account.credit_limit = 99
        for lang in LANGS:
            with self.subTest(lang=lang):
                sale = self._play('ar_credit_till_refuses_pay_later', lang)
                self.assertRecordValues(sale, [{'state': 'paid', 'amount_paid': 100}])
                self.assertEqual(sale.payment_ids.payment_method_id, self.cash)
                self.assertEqual(self.account.exposure, 0)
