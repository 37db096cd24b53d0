from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import BacktestCommon


@tagged('post_install', '-at_install')
class TestBacktestPolicy(BacktestCommon):
    """Drafts: what they copy, what they say to a customer, how they become the live rules; who may do so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grade_a, cls.grade_e = cls.env.ref('ar_base.grade_a'), cls.env.ref('ar_base.grade_e')
        cls.grade_a.write({'limit_factor': 1.2, 'max_terms_days': 60})

    def _live(self, **domain):
        return self.env['ar.credit.rule'].search(
            [('company_id', '=', self.company.id), *((name, '=', value) for name, value in domain.items())]
        )

    def _year(self):
        """Four months of sales of 1000, each paid late, and an order at the end."""
        self.account.write({'credit_limit': 700, 'grade_id': self.grade_e.id})
        for month in ('02', '03', '04', '05'):
            with self.on(f'2026-{month}-10'):
                self._invoice(1000, overdue=-10)
        with self.on('2026-06-15'):
            return self.confirm(100)

    # === What a draft is ===

    def test_a_draft_is_a_copy_with_every_field_of_a_rule(self):
        self.env['ar.credit.rule'].create(
            {
                'company_id': self.company.id,
                'code': 'credit_limit',
                'grade_id': self.grade_e.id,
                'tolerance_pct': 3,
            }
        )
        policy = self.draft()
        names = policy._rule_names()
        self.assertLessEqual(
            {'code', 'outcome', 'grade_id', 'credit_account_id', 'max_days', 'min_amount', 'tolerance_pct'},
            set(names),
        )
        self.assertFalse({'company_id', 'sequence', 'write_date'} & set(names))
        live = self._live()
        self.assertEqual(
            sorted(live.mapped(lambda rule: [rule[name] for name in names]), key=str),
            sorted(policy.line_ids.mapped(lambda line: [line[name] for name in names]), key=str),
        )
        self.assertFalse(policy._differences(policy.browse(), self.company))
        in_force = [
            sorted((rule.code, rule.outcome, str(rule.thresholds)) for rule in rules._as_rules())
            for rules in (live, policy.line_ids)
        ]
        self.assertEqual(*in_force)

    def test_a_draft_of_another_company_copies_that_companys_rules(self):
        other = self.env['res.company'].create({'name': "Other"})
        self.env.user.company_ids |= other
        self._rule('oldest_open_item', max_days=77)
        draft = self.env['ar.credit.policy'].create({'name': "Other", 'company_id': other.id})
        self.assertEqual(draft.line_ids.filtered(lambda line: line.code == 'oldest_open_item').max_days, 30)

    def test_a_draft_releases_no_order(self):
        self.account.credit_limit = 10
        order = self._order(11)
        order.action_confirm_with_credit()
        policy = self.draft(credit_limit={'outcome': 'none'})
        policy.line_ids[:1].unlink()
        policy.unlink()
        self.assertFalse(order.credit_decision_ids.recheck)

    def test_bad_input(self):
        for values in (
            {'limit_pct': -1},
            {'cushion_days': -1},
            {'default_limit': -1},
            {'limit_mode': 'grade'},
            {'grade_ids': [Command.create({'grade_id': self.grade_a.id, 'limit_factor': -1})]},
            {'line_ids': [Command.create({'code': 'credit_limit', 'tolerance_pct': -1})]},
        ):
            with self.subTest(values), self.assertRaises(Exception) as caught, self.env.cr.savepoint():
                self.env['ar.credit.policy'].create({'name': "x", 'company_id': self.company.id, **values})
                self.env.flush_all()
            self.assertTrue(isinstance(caught.exception, ValidationError) or 'check' in str(caught.exception))
        backtest = self.env['ar.credit.backtest'].create({'company_id': self.company.id})
        with self.assertRaises(UserError):
            backtest.action_run()

    # === What it says ===

    def test_limits_of_a_policy(self):
        order = self._year()
        for values, limit in (
            ({}, 700),
            ({'limit_mode': 'factor', 'limit_pct': 50}, 350),
            # 1000 a month since February, terms 60 + cushion 15 days, factor 1.2
            (
                {
                    'limit_mode': 'grade',
                    'grade_ids': [
                        Command.create({'grade_id': self.grade_e.id, 'new_grade_id': self.grade_a.id})
                    ],
                },
                3000,
            ),
            (
                {
                    'limit_mode': 'grade',
                    'cushion_days': 0,
                    'grade_ids': [
                        Command.create({'grade_id': self.grade_e.id, 'limit_factor': 0.5, 'terms_days': 30})
                    ],
                },
                500,
            ),
            ({'limit_mode': 'grade', 'grade_ids': [Command.create({'grade_id': self.grade_a.id})]}, 700),
            ({'default_limit_policy': 'amount', 'default_limit': 5}, 700),
        ):
            with self.subTest(values):
                policy = self.draft()
                policy.write(values)
                self.assertEqual(self.line(self.backtest(policy_b_id=policy.id), order).limit_b, limit)
        self.account.write({'credit_limit': 0, 'limit_decided': False})
        policy.write({'default_limit_policy': 'amount', 'default_limit': 5})
        backtest = self.backtest(policy_b_id=policy.id)
        self.assertEqual(
            (self.line(backtest, order).has_limit_a, self.line(backtest, order).limit_b), (False, 5)
        )
        self.account.is_unlimited = True
        self.assertFalse(self.line(self.backtest(policy_b_id=policy.id), order).has_limit_b)

    def test_rules_of_the_grade_a_customer_is_treated_as(self):
        order = self._year()
        for code in ('credit_limit', 'oldest_open_item', 'no_credit', 'terms'):
            self._rule(code, outcome='none')
        policy = self.draft()
        policy.line_ids = [
            Command.create({'code': 'oldest_open_item', 'max_days': 5, 'grade_id': self.grade_a.id})
        ]
        self.assertFalse(self.line(self.backtest(policy_b_id=policy.id), order).held_b)
        policy.grade_ids = [Command.create({'grade_id': self.grade_e.id, 'new_grade_id': self.grade_a.id})]
        line = self.line(self.backtest(policy_b_id=policy.id), order)
        self.assertEqual(
            (line.held_a, line.held_b, line.reasons_b, line.change),
            (False, True, 'oldest_open_item', 'only_b'),
        )

    def test_an_older_result_says_so(self):
        policy = self.draft()
        backtest = self.env['ar.credit.backtest'].create(
            {'company_id': self.company.id, 'policy_b_id': policy.id}
        )
        backtest.action_run()
        self.assertFalse(backtest.is_outdated)
        backtest.computed_on -= timedelta(hours=1)
        self.assertTrue(backtest.is_outdated)

    # === To the live rules ===

    def test_apply_after_the_question(self):
        self.account.credit_limit = 5
        order = self._order(6)
        order.action_confirm_with_credit()
        exception = self.env['ar.credit.rule'].create(
            {
                'company_id': self.company.id,
                'code': 'credit_limit',
                'grade_id': self.grade_e.id,
                'tolerance_pct': 3,
            }
        )
        policy = self.draft(
            oldest_open_item={'max_days': 3, 'min_amount': 20}, credit_limit={'outcome': 'warn'}
        )
        policy.line_ids.filtered('grade_id').unlink()
        policy.line_ids.filtered(lambda line: line.code == 'file_expired').unlink()
        policy.line_ids = [
            Command.create({'code': 'oldest_open_item', 'max_days': 9, 'grade_id': self.grade_a.id})
        ]
        untouched = self._live(code='limit_share')
        stamp = untouched.write_date
        dialog = (
            self.env['ar.credit.policy.apply'].with_user(self.manager).create({'credit_policy_id': policy.id})
        )
        for text in ("Oldest overdue item", "no such rule", "Warn"):
            self.assertIn(text, dialog.difference_html)
        dialog.action_apply()
        self.assertFalse(exception.exists())
        self.assertEqual(self._live(code='file_expired').outcome, 'none')
        self.assertEqual(self._live(code='credit_limit').outcome, 'warn')
        self.assertEqual(sorted(self._live(code='oldest_open_item').mapped('max_days')), [3, 9])
        self.assertEqual(untouched.write_date, stamp)
        self.assertTrue(order.credit_decision_ids.recheck)
        dialog.invalidate_recordset()
        self.assertFalse(dialog.has_difference)

    # === Who ===

    def test_who_may(self):
        policy = self.draft(oldest_open_item={'max_days': 1})
        backtest = self.backtest(user=self.controller, policy_b_id=policy.id)
        self.assertEqual(backtest.state, 'done')
        theirs = backtest.with_user(self.controller)
        self.assertIn('Orders held', theirs.summary_html)
        theirs.action_open_orders()
        for act in (
            lambda: theirs.policy_b_id.write({'name': "x"}),
            theirs.action_copy_current,
            theirs.policy_b_id._apply,
            lambda: self.env['ar.credit.policy.apply']
            .with_user(self.controller)
            .create({'credit_policy_id': policy.id}),
            theirs.unlink,
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                act()
        for user in (self.viewer, self.seller):
            for model in (
                'ar.credit.backtest',
                'ar.credit.backtest.line',
                'ar.credit.backtest.customer',
                'ar.credit.policy',
                'ar.credit.policy.line',
                'ar.credit.policy.grade',
            ):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search_read([])
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                backtest.with_user(user).action_run()

    def test_manager_from_copy_to_result_in_the_forms(self):
        env = self.env(user=self.manager)
        with Form(env['ar.credit.backtest']) as form:
            form.months = 6
        backtest = form.record
        action = backtest.action_copy_current()
        policy = env[action['res_model']].browse(action['res_id'])
        with (
            Form(policy) as form,
            form.line_ids.edit([line.code for line in policy.line_ids].index('oldest_open_item')) as line,
        ):
            line.max_days = 10
        self.assertIn('<td class="fw-bold">10</td>', backtest.difference_html)
        backtest.action_run()
        self.assertEqual(backtest.last_day, fields.Date.context_today(backtest))
        self.assertFalse(backtest.is_outdated)
        backtest.unlink()

    def test_a_draft_is_back_tested_from_itself(self):
        with self.on('2026-08-02'):
            self.confirm(50)
        policy = self.draft(order_value={'outcome': 'hold', 'max_amount': 10})
        with self.on(self.today):
            action = policy.action_backtest()
        backtest = self.env[action['res_model']].browse(action['res_id'])
        self.assertEqual(
            (backtest.state, backtest.policy_a_id.id, backtest.policy_b_id), ('done', False, policy)
        )
        self.assertEqual((backtest.held_count_a, backtest.held_count_b), (0, 1))
