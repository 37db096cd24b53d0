"""What one person could forge in the credit file and in the allowance, tried as that person would."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .forging import Forging
from odoo.addons.ar_aging_provision.tests.common import AS_OF, ProvisionCommon


@tagged('post_install', '-at_install')
class TestForgedCredit(Forging, ProvisionCommon):
    """By write, by create with a forged value, by ``default_*``, through the parent, by delete."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.controller = cls._user('controller', 'ar_base.group_controller')
        cls.manager = cls._user('manager', 'ar_base.group_manager')
        cls.invoice = cls._invoice(1000, due='2024-05-01')
        cls.account = cls._account()

    @staticmethod
    def _item(move):
        return move.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')

    def test_figures_of_the_file(self):
        forged = {
            'hold_count': 7,
            'lock_version': 99,
            'merged_into_id': self._account(self._customer("Other")).id,
            'merged_rows': {'ar.hold:credit_account_id': [1]},
            'promises_open': 7,
            'promises_kept': 99,
            'promises_broken': 7,
            'promise_ratio': 100.0,
            'plans_defaulted': 7,
            'commitments_followed_on': '2099-01-01',
            'commitments_recheck': not self.account.commitments_recheck,
            'payment_index': 99.0,
            'is_rated': not self.account.is_rated,
            'payment_risk': 'low',
            'payment_index_date': '2099-01-01',
            'payment_experiences': 99,
            'max_days_late_12m': -99,
            'average_monthly_sales': 1e6,
            'customer_since': '1990-01-01',
            'turnover_trend_pct': 99.0,
        }
        self._refuses(self.account.with_user(self.controller), **forged)
        del forged['is_rated'], forged['commitments_recheck']
        self._starts('ar.credit.account', self.controller, {'partner_id': self._customer("New").id}, **forged)

    def test_hold(self):
        hold = self._starts(
            'ar.hold',
            self.controller,
            {'credit_account_id': self.account.id, 'reason': "Fraud"},
            source='automatic',
            active=False,
            placed_by=self.manager.id,
            lifted_by=self.manager.id,
        )
        self._refuses(hold, source='automatic', active=False, reason="Else", placed_by=self.manager.id)
        self._cannot_go(hold)

    def test_change(self):
        change = self._starts(
            'ar.credit.change',
            self.controller,
            {'credit_account_id': self.account.id, 'change_limit': True, 'new_limit': 10, 'reason': "x"},
            origin='direct',
            state='applied',
            applied_on='2024-01-01 00:00:00',
            requested_by=self.manager.id,
            decided_by=self.manager.id,
            old_limit=1e6,
        )
        self._refuses(change, origin='mass', state='approved', old_limit=1e6)
        change.action_submit()
        self._refuses(change, new_limit=1e6, apply_on='2020-01-01', review_on='2099-01-01')
        self._cannot_go(change)

    def test_lines_of_a_run(self):
        run = self.env['ar.provision.run'].with_user(self.accountant).create({'as_of': AS_OF})
        run.action_compute()
        line = run.line_ids[:1]
        self._refuses(line, allowance=1, computed=1, residual=1, rate=1, is_overridden=True, run_id=False)
        self._refused(run.write, {'line_ids': [Command.update(line.id, {'allowance': 1})]})
        self._refused(run.write, {'line_ids': [Command.delete(line.id)]})
        values = {'run_id': run.id, 'company_id': self.company.id, 'allowance': 1e6}
        for user in (self.accountant, self.env.ref('base.user_root')):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                line.with_user(user).create(values)
        self._cannot_go(line)

    def test_open_amount_of_a_write_off(self):
        write_off = (
            self.env['ar.write.off']
            .with_user(self.accountant)
            .create({'partner_id': self.customer.id, 'date': AS_OF, 'reason': "Insolvent"})
        )
        write_off.action_load()
        self.assertEqual(write_off.line_ids.residual, 1000)
        self._refuses(write_off.line_ids, residual=5000)
        values = {'move_line_id': self._item(self._invoice(5)).id, 'residual': 5000, 'amount': 5000}
        self._refused(write_off.write, {'line_ids': [Command.create(values)]})
