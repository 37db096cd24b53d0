from datetime import date
from unittest import TestCase

from .. import hold_rules
from ..rules import exposure, hold, limits, remedy, terms
from odoo.addons.ar_base.rules.money import exact

DAY = date(2026, 3, 31)


class TestTerms(TestCase):
    def test_the_longest_time_that_they_give(self):
        for expected, line in (
            (30, ('days_after', 30)),
            (30, ('days_after_end_of_month', 0)),
            (40, ('days_after_end_of_month', 10)),
            (61, ('days_after_end_of_next_month', 0)),
            (90, ('days_end_of_month_on_the', 60, '0')),
            (40, ('days_end_of_month_on_the', 0, '10')),
            (31, ('days_end_of_month_on_the', 0, '')),
        ):
            self.assertEqual(terms.longest(*line), expected, line)


class TestLimits(TestCase):
    def test_effective_limit(self):
        for expected, arguments in (
            (None, {'individual': 5, 'unlimited': True}),
            (None, {}),
            (7, {'group': 7}),
            (0, {'individual': 0, 'group': 7, 'mandatory': True}),
            (7, {'individual': 0, 'group': 7}),
            (5, {'individual': 5, 'group': 7}),
            (7, {'individual': 9, 'group': 7}),
            (9, {'individual': 9}),
        ):
            with self.subTest(**arguments):
                self.assertEqual(limits.effective_limit(**arguments), expected)

    def test_a_temporary_limit_counts_from_its_first_to_its_last_day(self):
        for expected, arguments in (
            (5, {}),
            (5, {'temporary': 9, 'valid_until': date(2026, 3, 30)}),
            (9, {'temporary': 9, 'valid_until': DAY}),
            (9, {'temporary': 9, 'valid_from': DAY, 'valid_until': DAY}),
            (5, {'temporary': 9, 'valid_from': date(2026, 4, 1), 'valid_until': date(2026, 4, 2)}),
            (0, {'temporary': 0, 'valid_until': DAY}),
        ):
            with self.subTest(**arguments):
                self.assertEqual(limits.limit_on(DAY, 5, **arguments), expected)


class TestExposure(TestCase):
    def test_security(self):
        self.assertEqual(exposure.secured('insurance', 100, 0.9, 80), 72)
        self.assertEqual(exposure.secured('insurance', 50, 0.9, 80), 45)
        self.assertEqual(exposure.secured('insurance', 50, 0.9, -5), 0)
        self.assertEqual(exposure.secured('guarantee', 50, 0.5, 80), 25)
        self.assertEqual(exposure.net(-5, 100), -5)
        self.assertEqual(exposure.net(50, 100), 0)


class TestHoldRules(TestCase):
    def verdict(self, rule, **figures):
        return hold.evaluate(hold.Figures(DAY, **figures), [rule])

    def test_each_rule_at_its_boundary(self):
        rule = hold_rules.rule
        for expected, tested, figures in (
            (False, rule('credit_limit'), {'net_exposure': 90, 'added': 10, 'limit': 100}),
            (True, rule('credit_limit'), {'net_exposure': 90, 'added': 10.01, 'limit': 100}),
            (
                False,
                rule('credit_limit'),
                {'net_exposure': 0.1, 'added': 0.2, 'limit': 0.3},
            ),  # float noise
            (
                False,
                rule('credit_limit', tolerance_pct=5),
                {'net_exposure': 100, 'added': 5, 'limit': 100},
            ),
            (
                True,
                rule('credit_limit', tolerance_pct=5),
                {'net_exposure': 100, 'added': 5.01, 'limit': 100},
            ),
            (True, rule('credit_limit'), {'added': 1, 'limit': 0}),
            (False, rule('credit_limit'), {'added': 1e9, 'limit': None}),
            (False, rule('limit_expired'), {'limit_valid_until': DAY}),
            (True, rule('limit_expired'), {'limit_valid_until': date(2026, 3, 30)}),
            (True, rule('file_expired'), {'file_valid_until': date(2026, 3, 30)}),
            (False, rule('oldest_open_item', max_days=30), {'oldest_overdue_days': 30}),
            (True, rule('oldest_open_item', max_days=30), {'oldest_overdue_days': 31}),
            (False, rule('overdue_ratio', max_pct=40), {'balance': 100, 'overdue_beyond': 40}),
            (True, rule('overdue_ratio', max_pct=40), {'balance': 100, 'overdue_beyond': 40.01}),
            (False, rule('overdue_ratio', max_pct=40), {'balance': 0, 'overdue_beyond': 0}),
            (False, rule('limit_share', max_pct=80), {'added': 80, 'limit': 100}),
            (True, rule('limit_share', max_pct=80), {'added': 80.01, 'limit': 100}),
            (True, rule('on_hold'), {'holds': 1}),
            (False, rule('dunning_level', max_level=2), {'dunning_level': 2}),
            (True, rule('dunning_level', max_level=2), {'dunning_level': 3}),
            (
                False,
                rule('credit_limit'),
                {'added': 10, 'limit': 100, 'group_limit': 50, 'group_exposure': 40},
            ),
            (
                True,
                rule('credit_limit'),
                {'added': 10.01, 'limit': 100, 'group_limit': 50, 'group_exposure': 40},
            ),
            (
                True,
                rule('credit_limit'),
                {'added': 1, 'limit': None, 'group_limit': 50, 'group_exposure': 50},
            ),
            (
                False,
                rule('credit_limit', tolerance_pct=10),
                {'added': 5, 'limit': 100, 'group_limit': 50, 'group_exposure': 50},
            ),
            (False, rule('no_file', max_amount=10), {'has_file': False, 'net_exposure': 4, 'added': 6}),
            (True, rule('no_file', max_amount=10), {'has_file': False, 'net_exposure': 4, 'added': 6.01}),
            (False, rule('no_file', max_amount=10), {'net_exposure': 4, 'added': 7}),
            (False, rule('no_credit'), {'added': 10}),
            (True, rule('no_credit'), {'added': 0.01, 'grade_gives_credit': False}),
            (False, rule('no_credit'), {'added': 0, 'grade_gives_credit': False}),
            (False, rule('category_limit'), {'more': {'category_amounts': [['Pumps', 10, 10]]}}),
            (True, rule('category_limit'), {'more': {'category_amounts': [['A', 1, 2], ['B', 10.01, 10]]}}),
            (False, rule('category_limit'), {}),
            (False, rule('previous_order'), {'more': {'unpaid_orders': []}}),
            (True, rule('previous_order'), {'more': {'unpaid_orders': [['S1', 1]]}}),
            (False, rule('previous_order', max_days=5), {'more': {'unpaid_orders': [['S1', 4]]}}),
            (True, rule('previous_order', max_days=5), {'more': {'unpaid_orders': [['S1', 5]]}}),
            (False, rule('previous_order', max_count=1), {'more': {'unpaid_orders': [['S1', 9]]}}),
            (True, rule('previous_order', max_count=1), {'more': {'unpaid_orders': [['S1', 9], ['S2', 1]]}}),
            (False, rule('order_value', max_amount=10), {'order_value': 10}),
            (True, rule('order_value', max_amount=10), {'order_value': 10.01}),
            (False, rule('last_payment', max_days=90), {'balance': 1, 'days_since_payment': 90}),
            (True, rule('last_payment', max_days=90), {'balance': 1, 'days_since_payment': 91}),
            (False, rule('last_payment', max_days=90), {'balance': 0, 'days_since_payment': 91}),
            (False, rule('last_payment', max_days=90), {'balance': 1, 'days_since_payment': None}),
            (False, rule('terms'), {'credit_days': 30, 'allowed_days': 30}),
            (True, rule('terms'), {'credit_days': 31, 'allowed_days': 30}),
            (False, rule('terms'), {'credit_days': 90, 'allowed_days': None}),
            (False, rule('terms'), {'credit_days': -1, 'allowed_days': 0}),
            (False, rule('discount'), {'discount': 0.1 + 0.2, 'allowed_discount': 0.3}),
            (True, rule('discount'), {'discount': 10, 'allowed_discount': 5}),
        ):
            with self.subTest(rule=tested, **figures):
                self.assertEqual(self.verdict(tested, **figures).held, expected)

    def test_warning_does_not_hold_and_off_is_not_looked_at(self):
        figures = {'added': 101, 'limit': 100}
        warned = self.verdict(hold_rules.rule('credit_limit', 'warn'), **figures)
        self.assertFalse(warned.held)
        self.assertEqual([failure.outcome for failure in warned.failures], ['warn'])
        self.assertFalse(self.verdict(hold_rules.rule('credit_limit', 'none'), **figures).failures)

    def test_reasons_come_in_their_fixed_order(self):
        codes = [rule.code for rule in hold_rules.RULES]
        rules = [hold_rules.rule(code) for code in reversed(codes)]
        verdict = hold.evaluate(
            hold.Figures(
                DAY,
                net_exposure=50,
                added=60,
                limit=100,
                holds=1,
                limit_valid_until=date(2026, 1, 1),
                file_valid_until=date(2026, 1, 1),
                oldest_overdue_days=1,
                balance=10,
                overdue_beyond=10,
                dunning_level=1,
                has_file=False,
                grade_gives_credit=False,
                more={'category_amounts': [['Pumps', 2, 1]], 'unpaid_orders': [['S1', 1]]},
                order_value=1,
                days_since_payment=1,
                credit_days=1,
                allowed_days=0,
                discount=1,
                allowed_discount=0,
            ),
            rules,
        )
        self.assertEqual(verdict.reasons, codes)
        self.assertEqual((verdict.available, verdict.over_by), (50, 10))

    def test_amounts_are_exact_whatever_number_they_come_as(self):
        figures = hold.Figures(DAY, net_exposure=0.1, added=0.2, limit=0.25)
        verdict = hold.evaluate(figures, [hold_rules.rule('credit_limit', tolerance_pct=10)])
        self.assertEqual((verdict.available, verdict.over_by), (exact('0.15'), exact('0.025')))

    def test_a_rule_has_the_thresholds_of_its_kind_only(self):
        rule = hold_rules.rule('last_payment', max_days=5, max_pct=7)
        self.assertEqual(rule.thresholds, {'max_days': 5})
        with self.assertRaises(AttributeError):
            _pct = rule.max_pct

    def test_only_what_a_rule_in_force_asks_for_is_read(self):
        rules = [
            hold_rules.rule('oldest_open_item', max_days=10, min_amount=0.1),
            hold_rules.rule('overdue_ratio', max_days=20),
            hold_rules.rule('last_payment', 'warn', max_days=30),
            hold_rules.rule('dunning_level', 'none'),
        ]
        self.assertEqual(hold.Needs.of(rules), (10, exact('0.1'), 20, frozenset(['last_payment'])))
        self.assertEqual(hold.Needs.of([]), hold.Needs())


class TestRemedy(TestCase):
    """What releases an order as a whole, the cheapest first; nothing that leaves it held is offered."""

    ITEMS = ((40, date(2026, 1, 1)), (30, date(2026, 3, 1)), (20, date(2026, 4, 30)))
    OVERDUE = {'oldest_overdue_days': 89, 'balance': 90, 'net_exposure': 90}

    def found(self, rules, **figures):
        figures = hold.Figures(DAY, **figures)
        return [
            (action.kind, action.amount, action.rest) for action in remedy.actions(figures, rules, self.ITEMS)
        ]

    def test_actions(self):
        rule = hold_rules.rule
        limit, oldest = rule('credit_limit'), rule('oldest_open_item', max_days=30)
        over = {'limit': 100, 'added': 35, 'order_value': 35, 'net_exposure': 90, 'balance': 90}
        for expected, rules, figures in (
            # As much as the limit lacks, in whichever way.
            ([('pay', 25, 0), ('prepay', 25, 0), ('reduce', 10, 0)], [limit], over),
            # The limit is used up: nothing fits, whatever it is reduced to.
            ([('pay', 35, 0)], [limit], {**over, 'net_exposure': 100}),
            # Only the overdue items: the whole of the oldest.
            ([('pay', 40, 0)], [oldest], {**self.OVERDUE, 'added': 5}),
            # Both: prepaying or reducing alone leaves it overdue.
            ([('pay', 40, 0)], [limit, oldest], {**over, **self.OVERDUE}),
            # Paying everything is not enough: the rest is prepaid.
            (
                [('pay', 90, 75), ('prepay', 165, 0), ('reduce', 10, 0)],
                [limit],
                {**over, 'added': 175, 'order_value': 175},
            ),
            ([('terms', 30, 0)], [rule('terms')], {'credit_days': 60, 'allowed_days': 30, 'added': 5}),
            ([('discount', 5, 0)], [rule('discount')], {'discount': 9, 'allowed_discount': 5}),
            (
                [],
                [rule('terms'), rule('discount')],
                {'credit_days': 60, 'allowed_days': 30, 'discount': 9, 'allowed_discount': 5},
            ),
            ([('reduce', 50, 0)], [rule('order_value', max_amount=50)], {'order_value': 60, 'added': 60}),
            ([], [rule('on_hold'), limit], {**over, 'holds': 1}),
            ([], [rule('limit_expired')], {'limit_valid_until': date(2026, 1, 1), **over}),
            ([], [limit], {'limit': 1000, 'added': 5}),
        ):
            with self.subTest(figures, rules=[rule.code for rule in rules]):
                self.assertEqual(self.found(rules, **figures), expected)

    def test_figures_kept_as_plain_data_say_the_same(self):
        figures = hold.Figures(DAY, added=35, limit=100, limit_valid_until=date(2026, 1, 1)).exact()
        data = {'check_date': '2026-03-31', 'added': 35.0, 'limit': 100.0, 'limit_valid_until': '2026-01-01'}
        again = hold.Figures.of({**data, 'payment_index': 5.0, 'group_limit': None})
        self.assertEqual(again._replace(more={}), figures)
        self.assertEqual(again.more['payment_index'], 5.0)
