from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import PromiseCommon


@tagged('post_install', '-at_install')
class TestPromiseTours(PromiseCommon, HttpCase):
    """The customer on a desk and on a telephone, and the collector, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._portal_user('portal_hua', cls.contact)
        cls.today = fields.Date.context_today(cls.env.user)

    def setUp(self):
        super().setUp()
        old = str(self.today - timedelta(days=40))
        self.planned, self.promised, self.disputed = (
            self._invoice(amount, day=old, ref=ref)
            for amount, ref in ((90, "PLAN"), (60, "PROMISE"), (50, "DISPUTE"))
        )
        for move in (self.planned, self.promised, self.disputed):
            move.name = f"{move.name}/{move.ref}"
        self.plan = self._plan(
            self.planned,
            (str(self.today + timedelta(days=7)), 45),
            (str(self.today + timedelta(days=37)), 45),
        )
        self.plan.action_offer()

    def _check_customer(self):
        self.assertRecordValues(
            self.plan, [{'state': 'active', 'signed_by': "Li", 'accepted_on': self.today}]
        )
        self.assertTrue(self.plan.signature)
        promise = self.env['ar.promise'].search([('credit_account_id', '=', self.account.id)])
        self.assertRecordValues(promise, [{'state': 'open', 'amount': 60, 'channel': 'portal'}])
        dispute = self.env['ar.dispute'].search([('move_id', '=', self.disputed.id)])
        self.assertRecordValues(dispute, [{'amount': 20, 'reason': 'quality', 'owner_id': self.collector.id}])

    def test_customer_on_a_desk(self):
        self.start_tour('/my/receivables', 'ar_promise_customer', login='portal_hua')
        self._check_customer()

    def test_collector(self):
        self.start_tour(
            f'/odoo/customer-invoices/{self.promised.id}',
            'ar_promise_collector',
            login='aging_collector',
        )
        promise = self.env['ar.promise'].search([('credit_account_id', '=', self.account.id)])
        self.assertRecordValues(
            promise,
            [{'state': 'cancelled', 'cancel_reason': "Wrong invoice", 'noted_by_id': self.collector.id}],
        )


@tagged('post_install', '-at_install')
class TestPromiseToursTelephone(TestPromiseTours):
    """The customer with a telephone."""

    browser_size = '390x844'
    touch_enabled = True

    def test_collector(self):
        """The collector sits at a desk."""
