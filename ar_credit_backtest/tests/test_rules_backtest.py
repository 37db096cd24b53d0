from datetime import date
from unittest import TestCase

from ..rules import backtest
from ..rules.backtest import Customer, Item, Order, Security, Settings, Terms
from ..rules.outcome import Claim, Settlement, outcome
from odoo.addons.ar_credit_control import hold_rules


def day(text):
    return date.fromisoformat(f'2026-{text}')


class TestReplay(TestCase):
    def judge(self, customer, *rules, limit=None, settings=None, **terms):
        terms = Terms(tuple(rules), limit=(lambda _day: limit), **terms)
        return backtest.replay([customer], {customer.key: terms}, settings or Settings())

    def figures(self, *orders, settings=None, rules=(), **facts):
        judged = self.judge(Customer(1, orders=orders, **facts), *rules, settings=settings)
        return judged[orders[-1].key].figures

    def test_an_item_is_open_until_the_day_of_its_match(self):
        items = (Item(day('01-10'), day('02-09'), 100, ((day('03-01'), 40), (day('03-05'), 60))),)
        for when, balance, oldest, beyond in (
            ('01-09', 0, 0, 0),
            ('01-10', 100, 0, 0),
            ('02-09', 100, 0, 0),
            ('02-10', 100, 1, 100),
            ('02-28', 100, 19, 100),
            ('03-01', 60, 20, 60),
            ('03-04', 60, 23, 60),
            ('03-05', 0, 0, 0),
        ):
            with self.subTest(when):
                figures = self.figures(Order(1, day(when), 10), items=items)
                self.assertEqual(
                    (
                        figures.balance,
                        figures.net_exposure,
                        figures.oldest_overdue_days,
                        figures.overdue_beyond,
                    ),
                    (balance, balance, oldest, beyond),
                )
                self.assertEqual(figures.added, 10)

    def test_days_of_the_rule_and_minimum_select_what_is_overdue(self):
        items = (Item(day('01-01'), day('01-31'), 100), Item(day('01-01'), day('02-28'), 50))
        rule = hold_rules.rule('oldest_open_item', max_days=10), hold_rules.rule('overdue_ratio', max_days=20)
        figures = self.figures(Order(1, day('03-10'), 1), items=items, rules=rule)
        self.assertEqual((figures.oldest_overdue_days, figures.overdue_beyond), (38, 100))
        for minimum, held in ((100, True), (100.01, False)):
            judged = self.judge(
                Customer(1, items, (Order(1, day('03-10'), 1),)),
                hold_rules.rule('oldest_open_item', max_days=10),
                min_amount=minimum,
            )
            self.assertEqual(judged[1].verdict.held, held)

    def test_orders_before_count_with_what_is_not_invoiced_yet(self):
        first = Order(1, day('01-05'), 100, 1, ((day('01-20'), 30), (day('02-20'), 70)))
        for when, exposure in (('01-05', 100), ('01-19', 100), ('01-20', 70), ('02-20', 0)):
            with self.subTest(when):
                self.assertEqual(self.figures(first, Order(2, day(when), 10, 2)).net_exposure, exposure)
        closed = first._replace(invoices=((day('01-20'), 90),), closed=day('01-20'))
        self.assertEqual(self.figures(closed, Order(2, day('01-21'), 10, 2)).net_exposure, 0)
        too_much = first._replace(invoices=((day('01-06'), 150),))
        self.assertEqual(self.figures(too_much, Order(2, day('01-07'), 10, 2)).net_exposure, 0)

    def test_an_order_is_judged_without_its_own_invoice(self):
        order = Order(1, day('01-05'), 100, invoices=((day('01-05'), 100),))
        for matches in ((), ((day('01-05'), 100),)):
            figures = self.figures(
                order, items=(Item(day('01-05'), day('01-05'), 100, matches, ((1, 1.0),)),)
            )
            self.assertEqual((figures.net_exposure, figures.added), (0, 100))
        shared = self.figures(
            order, items=(Item(day('01-05'), day('01-05'), 400, (), ((1, 0.25), (2, 0.75))),)
        )
        self.assertEqual(shared.net_exposure, 300)
        two = (order, Order(2, day('01-05'), 300, 1, ((day('01-05'), 300),)))
        judged = self.judge(
            Customer(1, (Item(day('01-05'), day('01-05'), 400, (), ((1, 0.25), (2, 0.75))),), two)
        )
        self.assertEqual([judged[key].figures.net_exposure for key in (1, 2)], [300, 100])

    def test_horizon_credits_bills_and_security(self):
        before = Order(1, day('01-01'), 100, 1, delivery=day('03-01'))
        order = Order(2, day('01-05'), 10, 2)
        for horizon, exposure in ((None, 100), (54, 0), (55, 100)):
            self.assertEqual(
                self.figures(before, order, settings=Settings(horizon_days=horizon)).net_exposure, exposure
            )
        items = (
            Item(day('01-01'), day('01-01'), 100),
            Item(day('01-01'), day('01-01'), -30),
            Item(day('01-01'), day('01-01'), 7, is_bill=True),
        )
        self.assertEqual(self.figures(order, items=items).net_exposure, 77)
        kept = self.figures(order, items=items, settings=Settings(deduct_credits=False))
        self.assertEqual((kept.net_exposure, kept.balance), (107, 100))
        for security, exposure in (
            (Security('guarantee', 50, 0.5), 52),
            (Security('guarantee', 50, 1, last=day('01-05')), 27),
            (Security('guarantee', 50, 1, last=day('01-04')), 77),
            (Security('guarantee', 50, 1, first=day('01-06')), 77),
            (Security('guarantee', 500, 1), 0),
            (Security('insurance', 500, 0.5), 38.5),
        ):
            with self.subTest(security):
                self.assertEqual(
                    self.figures(order, items=items, securities=(security,)).net_exposure, exposure
                )

    def test_holds_and_disputes_have_their_days(self):
        items = (Item(day('01-01'), day('01-01'), 100, disputes=((day('01-10'), day('01-20'), 100),)),)
        for when, holds, oldest in (('01-09', 0, 8), ('01-10', 1, 0), ('01-19', 1, 0), ('01-20', 0, 19)):
            with self.subTest(when):
                figures = self.figures(
                    Order(1, day(when), 1), items=items, holds=((day('01-10'), day('01-20')),)
                )
                self.assertEqual((figures.holds, figures.oldest_overdue_days), (holds, oldest))
        partly = (items[0]._replace(disputes=((day('01-10'), None, 99.99),)),)
        self.assertEqual(self.figures(Order(1, day('01-15'), 1), items=partly).oldest_overdue_days, 14)

    def test_what_happened_counts_or_follows_the_policy(self):
        orders = (
            Order(1, day('01-01'), 80, 1, ((day('01-02'), 80),)),
            Order(2, day('01-03'), 30, 2),
            Order(3, day('01-04'), 20, 3),
        )
        customer = Customer(1, (Item(day('01-02'), day('02-01'), 80, (), ((1, 1.0),)),), orders)
        for follow, held in ((False, [1, 2, 3]), (True, [1])):
            judged = self.judge(
                customer, hold_rules.rule('credit_limit'), limit=70, settings=Settings(follow=follow)
            )
            self.assertEqual([key for key, judgement in judged.items() if judgement.verdict.held], held)

    def test_orders_that_are_not_judged_still_count(self):
        orders = Order(1, day('01-01'), 80, 1, judged=False), Order(2, day('01-03'), 30, 2)
        judged = self.judge(Customer(1, (), orders))
        self.assertEqual((list(judged), judged[2].figures.net_exposure), ([2], 80))

    def test_an_earlier_order_that_was_not_paid_on_the_day(self):
        invoice = Item(day('01-10'), day('02-10'), 100, ((day('03-01'), 100),), ((1, 1.0),))
        orders = [Order(key, day(text), 5, key) for key, text in ((1, '01-05'), (2, '02-01'), (3, '03-01'))]
        judged = self.judge(Customer(1, (invoice,), tuple(orders)), hold_rules.rule('previous_order'))
        self.assertEqual(
            {key: found.verdict.held for key, found in judged.items()}, {1: False, 2: True, 3: False}
        )


class TestLimitsFromSales(TestCase):
    def test_average_of_full_months_since_the_first_sale(self):
        sales = {(2025, 1): 1200, (2025, 12): 600, (2026, 2): 300, (2026, 3): 999}
        for when, expected in (
            (date(2026, 3, 31), 75),
            (date(2026, 1, 5), 150),
            (date(2025, 2, 1), 1200),
            (date(2025, 1, 31), 0),
        ):
            self.assertEqual(backtest.average_sales(sales, when), expected)

    def test_limit(self):
        self.assertEqual(backtest.sales_limit({(2026, 2): 1000}, day('03-15'), 1.2, 30, 15), 1800)
        self.assertEqual(backtest.sales_limit({(2026, 2): -1000}, day('03-15'), 1.2, 30, 15), 0)


class TestOutcome(TestCase):
    def test_what_became_of_an_order(self):
        due, today = day('03-01'), day('06-01')
        pay = lambda when, amount, kind='paid': Settlement(day(when), amount, kind)  # noqa: E731
        for settlements, state, late, good, bad, weighted in (
            ((pay('03-01', 100),), 'on_time', 0, 100, 0, 0),
            ((pay('03-31', 100),), 'late', 30, 100, 0, 0),
            ((pay('04-01', 100),), 'late', 31, 0, 100, 3100),
            ((pay('02-01', 60), pay('04-10', 40)), 'late', 40, 60, 40, 1600),
            ((pay('02-01', 60),), 'overdue', 92, 60, 40, 40 * 92),
            ((), 'overdue', 92, 0, 100, 9200),
            ((pay('02-01', 60), pay('05-01', 40, 'written_off')), 'written_off', 61, 60, 40, 40 * 61),
            ((pay('03-05', 100, 'credited'),), 'credited', 0, 0, 0, 0),
            ((pay('03-01', 90), pay('03-20', 10, 'adjusted')), 'on_time', 0, 90, 0, 0),
        ):
            with self.subTest(settlements):
                found = outcome([Claim(due, 100, settlements)], today, 30)
                self.assertEqual(found, (state, late, good, bad, weighted))

    def test_not_due_and_not_invoiced(self):
        self.assertEqual(outcome([], day('06-01'), 30).state, 'not_invoiced')
        self.assertEqual(outcome([Claim(day('06-01'), 10)], day('06-01'), 30), ('open', 0, 0, 0, 0))
        self.assertEqual(outcome([Claim(day('05-02'), 10)], day('06-01'), 30), ('overdue', 30, 0, 0, 0))
