from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import freeze_time

from odoo.addons.ar_credit_control.tests.common import CreditCommon


class BacktestCommon(CreditCommon):
    """A past without credit checks: orders, invoices and payments of real documents, each on its own day."""

    today = '2026-11-20'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.terms = cls.env['account.payment.term'].create(
            {
                'name': "30 days",
                'line_ids': [(0, 0, {'value': 'percent', 'value_amount': 100, 'nb_days': 30})],
            }
        )

    def setUp(self):
        super().setUp()
        self.seen = {}

    @contextmanager
    def on(self, day):
        """Do what follows on this day of the past."""
        with freeze_time(f'{day} 10:00:00'):
            yield

    def confirm(self, amount, account=None, **values):
        """Ask the credit check about a new order, keep its answer in ``seen``, and confirm it anyway."""
        account = account or self.account
        order = self._order(
            amount, partner=account.partner_id, **{'payment_term_id': self.terms.id, **values}
        )
        facts = order._credit_facts(account)
        check = order._credit_judge(account, facts, facts.added[order.id])
        self.seen[order] = check.figures, check.verdict
        with patch.object(self.env.registry['sale.order'], '_credit_check', lambda _self: None):
            order.action_confirm()
        return order

    def bill(self, order, quantity=None):
        invoice = order._create_invoices()
        if quantity:
            invoice.invoice_line_ids.quantity = quantity
        invoice.action_post()
        return invoice

    def backtest(self, user=None, **values):
        """Return a back-test of the last year, run today."""
        with self.on(self.today):
            backtest = (
                self.env['ar.credit.backtest']
                .with_user(user or self.manager)
                .create({'company_id': self.company.id, **values})
            )
            backtest.action_run()
        return backtest.sudo()

    def draft(self, **thresholds):
        """Return a draft of the live rules with ``code={field: value}`` changed."""
        policy = (
            self.env['ar.credit.policy']
            .with_user(self.manager)
            .create({'name': "Draft", 'company_id': self.company.id})
        )
        for code, values in thresholds.items():
            policy.line_ids.filtered(lambda line, code=code: line.code == code).write(values)
        return policy

    def line(self, backtest, order):
        return backtest.line_ids.filtered(lambda line: line.order_id == order)
