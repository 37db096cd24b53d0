import random
from datetime import date, timedelta
from decimal import Decimal as D
from fractions import Fraction
from unittest import TestCase

from ..rules import allocation, interest, late_fee
from ..rules.interest import Event, Terms, fixed
from odoo.addons.ar_base.rules.money import CENT, rounded

ECB = (
    (date(2024, 1, 1), D('0.0450')),
    (date(2024, 7, 1), D('0.0425')),
    (date(2025, 1, 1), D('0.0315')),
    (date(2025, 7, 1), D('0.0215')),
    (date(2026, 1, 1), D('0.0215')),
)
EU = Terms(ECB, margin=D('0.08'))
FLAT = ((0, 40),)  # Directive 2011/7/EU
BY_SIZE = ((0, 40), (1000, 70), (10000, 100))  # Late Payment of Commercial Debts (Interest) Act 1998


def day(text):
    return date.fromisoformat(text)


def paid(text, amount, retroactive=False):
    return Event(day(text), D(amount), retroactive)


class TestInterest(TestCase):
    def assertCharges(self, expected, principal, due, end, terms, events=(), charged_until=None):
        result = interest.interest(
            D(principal), day(due), day(end), events, terms, charged_until and day(charged_until)
        )
        self.assertEqual(result.amount, D(expected), result)
        return result

    def test_days(self):
        ten = fixed('0.10')
        for expected, due, end, terms in (
            ('45.00', '2026-04-01', '2026-05-16', ten),
            ('1.00', '2026-04-01', '2026-04-02', ten),
            ('0', '2026-04-01', '2026-04-01', ten),
            ('0', '2026-04-01', '2026-03-01', ten),
            ('0', '2026-04-01', '2026-04-02', ten._replace(payment_day_counted=False)),
            ('1.00', '2026-04-01', '2026-04-03', ten._replace(payment_day_counted=False)),
            ('29.00', '2024-02-15', '2024-03-15', ten),  # the leap day counts
            ('29.40', '2024-02-15', '2024-03-15', ten._replace(day_count='act/360')),  # 3650 x 29 / 3600
            ('28.92', '2024-02-15', '2024-03-15', ten._replace(day_count='act/act')),  # 3650 x 29 / 3660
            ('52.93', '2024-02-15', '2024-03-15', fixed('0.0005', 'day')),  # 1.825 x 29 = 52.925
        ):
            with self.subTest(due=due, end=end, terms=terms):
                self.assertCharges(expected, '3650', due, end, terms)

    def test_rounding(self):
        for rounding, expected in (('none', '11.64'), ('daily', '11.50'), ('segment', '11.65')):
            terms = fixed('0.085', rounding=rounding)
            with self.subTest(rounding):
                # Two segments: 20 days of 1,000 (4.6575...) and 30 days (6.9863...) after a tiny payment.
                self.assertCharges(
                    expected, '1000', '2020-01-01', '2020-02-20', terms, [paid('2020-01-21', '0.01')]
                )

    def test_half_a_cent_rounds_up_although_no_part_is_a_decimal(self):
        # 2.40 for 50 days is 0.00333..., then 1.20 for 50 days 0.001666...: half a cent; decimals fall short.
        terms = fixed('0.01', day_count='act/360')
        self.assertCharges('0.01', '2.40', '2025-01-01', '2025-04-11', terms, [paid('2025-02-20', '1.20')])

    def test_rates_change(self):
        result = self.assertCharges('284.27', '10000', '2024-11-30', '2025-02-28', EU)
        self.assertEqual(
            [(s.start, s.end, s.days, s.rate) for s in result.segments],
            [
                (date(2024, 12, 1), date(2024, 12, 31), 31, D('0.1225')),
                (date(2025, 1, 1), date(2025, 2, 28), 59, D('0.1115')),
            ],
        )
        self.assertEqual(result.until, date(2025, 2, 28))
        fixed_rate = self.assertCharges(
            '302.05', '10000', '2024-11-30', '2025-02-28', EU._replace(floating=False)
        )
        self.assertEqual(len(fixed_rate.segments), 1)
        # A new row of the same rate begins no segment; a new year does where each year has its own length.
        same = interest.interest(D(1), day('2025-10-01'), day('2026-02-01'), (), EU)
        self.assertEqual(len(same.segments), 1)
        years = interest.interest(
            D(1), day('2025-10-01'), day('2026-02-01'), (), EU._replace(day_count='act/act')
        )
        self.assertEqual([s.start for s in years.segments], [date(2025, 10, 2), date(2026, 1, 1)])

    def test_the_fixed_rate_is_that_of_the_first_day_also_when_charged_in_parts(self):
        terms = EU._replace(floating=False)
        rest = interest.interest(D(10000), day('2024-11-30'), day('2025-02-28'), (), terms, day('2025-01-31'))
        self.assertEqual([(s.start, s.rate) for s in rest.segments], [(date(2025, 2, 1), D('0.1225'))])

    def test_multiplier_before_margin(self):
        terms = Terms(ECB, margin=D('0.01'), multiplier=D('1.3'))
        self.assertEqual(interest.rate_on(terms, date(2024, 3, 1)), D('0.0685'))

    def test_no_rate_before_the_table_begins(self):
        with self.assertRaises(interest.NoRate) as caught:
            interest.interest(D(1), day('2023-11-30'), day('2024-02-28'), (), EU)
        self.assertEqual(caught.exception.day, date(2023, 12, 1))

    def test_payments_and_credit_notes(self):
        nine = fixed('0.09')
        both = [paid('2024-03-01', '200', True), paid('2024-03-10', '300')]
        result = self.assertCharges('10.28', '1000', '2024-01-31', '2024-03-31', nine, both)
        self.assertEqual([(s.days, s.principal) for s in result.segments], [(39, 800), (21, 500)])
        excluded = self.assertCharges(
            '10.08', '1000', '2024-01-31', '2024-03-31', nine._replace(payment_day_counted=False), both
        )
        self.assertEqual([(s.days, s.principal) for s in excluded.segments], [(38, 800), (21, 500)])
        self.assertCharges(
            '9.62', '1000', '2024-01-31', '2024-12-31', nine, [paid('2024-03-10', '1000')]
        )  # settled: 39 days
        self.assertCharges(
            '0', '1000', '2024-01-31', '2024-12-31', nine, [paid('2024-01-31', '1000')]
        )  # in time
        self.assertCharges('0', '1000', '2024-01-31', '2024-12-31', nine, [paid('2024-06-01', '1000', True)])
        self.assertCharges(
            '0', '1000', '2024-01-31', '2024-12-31', nine, [paid('2024-01-01', '1200')]
        )  # never negative

    def test_grace(self):
        twelve = fixed('0.12', grace_days=5)
        late = twelve._replace(grace_mode='deferred')
        for expected, end, terms in (
            ('0', '2025-03-06', twelve),
            ('19.73', '2025-03-07', twelve),
            ('0', '2025-03-06', late),
            ('3.29', '2025-03-07', late),
        ):
            with self.subTest(end=end, terms=terms):
                self.assertCharges(expected, '10000', '2025-03-01', end, terms)
        settled = [paid('2025-03-04', '10000')]
        self.assertCharges(
            '0', '10000', '2025-03-01', '2025-03-31', twelve, settled
        )  # settled within the grace
        self.assertCharges('9.86', '10000', '2025-03-01', '2025-03-31', fixed('0.12'), settled)

    def test_minimum(self):
        for minimum, expected in (('5.00', '0'), ('1.48', '1.48'), ('1.49', '0')):
            result = self.assertCharges(
                expected, '150', '2025-01-10', '2025-02-09', fixed('0.12', minimum=minimum)
            )
            self.assertEqual(len(result.segments), 1)

    def test_charged_in_parts_no_day_twice_and_none_left_out(self):
        random.seed(4)
        for _round in range(60):
            terms = EU._replace(
                day_count=random.choice(('act/365', 'act/360', 'act/act')),
                payment_day_counted=random.random() < 0.5,
                rounding='daily',
                floating=random.random() < 0.5,
            )
            due = date(2024, 1, 10) + timedelta(days=random.randrange(400))
            end = due + timedelta(days=random.randrange(1, 300))
            events = [
                Event(
                    due + timedelta(days=random.randrange(-20, 300)),
                    D(random.randrange(1, 3000)),
                    random.random() < 0.3,
                )
                for _event in range(random.randrange(4))
            ]
            whole = interest.interest(D(7000), due, end, events, terms)
            parts, upto = D(0), None
            for until in sorted({due + timedelta(days=random.randrange(300)) for _cut in range(3)} | {end}):
                part = interest.interest(D(7000), due, min(until, end), events, terms, upto)
                parts, upto = parts + part.amount, part.until or upto
            self.assertEqual(parts, whole.amount)
            self.assertEqual(whole.amount, self.by_hand(D(7000), due, end, events, terms))

    def by_hand(self, principal, due, end, events, terms):
        """Day by day, as one would with a pocket calculator."""
        total, today = D(0), due + timedelta(days=1)
        while today < end or (today == end and terms.payment_day_counted):
            balance = principal - sum(
                event.amount
                for event in events
                if event.retroactive
                or (event.day < today if terms.payment_day_counted else event.day <= today)
            )
            wanted = today if terms.floating else due + timedelta(days=1)
            rate = [value for start, value in ECB if start <= wanted][-1] + D('0.08')
            leap = today.year % 4 == 0
            basis = {'act/365': 365, 'act/360': 360, 'act/act': 366 if leap else 365}[terms.day_count]
            if balance > 0:
                total += rounded(Fraction(balance) * Fraction(rate) / basis, CENT)
            today += timedelta(days=1)
        return total


class TestMonthly(TestCase):
    def test_months(self):
        for due, end, completed, started in (
            ('2025-01-15', '2025-03-31', 2, 3),
            ('2025-01-15', '2025-01-15', 0, 0),
            ('2025-01-15', '2025-01-16', 0, 1),
            ('2025-01-15', '2025-02-15', 1, 1),
            ('2025-01-15', '2025-02-16', 1, 2),
            ('2025-01-31', '2025-02-28', 1, 1),
            ('2025-01-31', '2025-03-30', 1, 2),
            ('2025-01-31', '2025-03-31', 2, 2),
            ('2024-11-30', '2025-11-30', 12, 12),
            ('2025-01-15', '2024-01-15', 0, 0),
        ):
            with self.subTest(due=due, end=end):
                self.assertEqual(
                    [interest.months_late(day(due), day(end), how) for how in ('completed', 'started')],
                    [completed, started],
                )

    def monthly(self, end='2025-03-31', events=(), charged_until=None, **terms):
        return interest.monthly(
            D(12000), day('2025-01-15'), day(end), events, fixed('0.015', 'month', **terms), charged_until
        )

    def test_amounts(self):
        for expected, values in (
            ('360.00', {}),
            ('540.00', {'months': 'started'}),
            ('362.70', {'compounding': True}),
            ('548.14', {'months': 'started', 'compounding': True}),
            ('0', {'minimum': 1000}),
            ('270.00', {'events': [paid('2025-02-20', '6000')]}),
            ('450.00', {'events': [paid('2025-02-20', '6000')], 'months': 'started'}),
            ('180.00', {'charged_until': date(2025, 2, 15)}),
            ('182.70', {'charged_until': date(2025, 2, 15), 'compounding': True}),
            ('0', {'grace_days': 90}),
            ('0', {'end': '2025-02-14'}),
        ):
            with self.subTest(values):
                self.assertEqual(self.monthly(**values).amount, D(expected))

    def test_a_started_month_is_charged_once(self):
        first = self.monthly('2025-02-20', months='started')
        self.assertEqual(first.until, date(2025, 3, 15))
        self.assertFalse(self.monthly('2025-03-15', months='started', charged_until=first.until).amount)

    def test_a_yearly_rate_by_the_month(self):
        terms = Terms(ECB, multiplier=3, compounding=True)
        result = interest.monthly(D(10000), day('2024-05-31'), day('2024-07-31'), (), terms)
        self.assertEqual(result.amount, D('219.95'))  # 10,000 x (1.01125 x 1.010625 - 1) = 219.9453


class TestLateFee(TestCase):
    def test_brackets(self):
        for brackets, debt, expected in (
            (BY_SIZE, '999.99', 40),
            (BY_SIZE, '1000', 70),
            (BY_SIZE, '9999.99', 70),
            (BY_SIZE, '10000', 100),
            (FLAT, '0.01', 40),
            (FLAT, '1000000', 40),
            (FLAT, '0', 0),
            (BY_SIZE, '-5', 0),
            (((100, 10),), '99', 0),
        ):
            with self.subTest(debt=debt):
                self.assertEqual(late_fee.fixed_sum(brackets, debt), expected)


class TestAllocation(TestCase):
    def test_first_things_first(self):
        for payment, opens, applied, left in (
            ('10000', ['40', '102.60', '10000'], ['40', '102.60', '9857.40'], '0'),
            ('600', ['500', '15', '40'], ['500', '15', '40'], '45'),
            ('30', ['40', '15'], ['30', '0'], '0'),
            ('0', ['40'], ['0'], '0'),
            ('10', [], [], '10'),
        ):
            with self.subTest(payment=payment, opens=opens):
                self.assertEqual(allocation.allocate(payment, opens), ([D(x) for x in applied], D(left)))

    def test_order(self):
        items = [('b', ['principal']), ('a', ['principal']), ('i', ['interest', 'fees']), ('z', ['interest'])]

        def order(name):
            return ''.join(
                item[0] for item in allocation.ranked(items, name, lambda item: item[1], lambda item: item[0])
            )

        self.assertEqual(
            [order(name) for name in ('fees,interest,principal', 'principal,interest,fees')], ['izab', 'abiz']
        )
        self.assertEqual(len(allocation.ORDERS), 6)
