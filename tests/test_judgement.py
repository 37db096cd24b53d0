from unittest import skipUnless

from odoo.tests import TransactionCase, tagged

from .bench import judgement, ledger
from .late_payments import FILE


@tagged('post_install', '-at_install')
@skipUnless(FILE.exists(), f'{FILE.name} is not next to the checkout')
class TestJudgement(TransactionCase):
    """On real invoices, replayed month by month, the product is no worse than what it was measured to be."""

    def test_on_real_invoices(self):
        env = ledger.company(self.env(context={'tracking_disable': True, 'lang': 'en_US'}))
        figures = judgement.measure(env, judgement.load(env))
        limits = {  # as setup/bench judgement printed it, rounded to the worse side
            'late or not, AUC': (0.875, 1),
            'late or not, accuracy': (0.815, 1),
            'calibration, worst decile (points)': (0, 5),
            'days to pay, mean absolute error': (0, 6.25),
            'receipts by week, 6 weeks, WAPE': (0, 0.235),
            'receipts of 4 weeks, WAPE': (0, 0.045),
            '80 % interval covers (%)': (75, 85),
        }
        for name, (low, high) in limits.items():
            naive, own, ours = figures[name]
            self.assertTrue(low <= ours <= high, (name, naive, own, ours))
