from datetime import date
from decimal import Decimal
from fractions import Fraction
from unittest import TestCase

from ..rules import scoring
from ..rules.scoring import Cap, Experience, Factor, Grade

ANCHORS = (
    (-30, 100),
    (-20, 90),
    (0, 80),
    (15, 70),
    (22, 60),
    (30, 50),
    (60, 40),
    (90, 30),
    (120, 20),
    (180, 0),
)
RISKS = ((80, 'low'), (50, 'medium'), (0, 'high'))
GRADES = [Grade('A', 85), Grade('B', 70), Grade('C', 55), Grade('D', 40), Grade('E', 0)]


class TestNumbers(TestCase):
    def test_half_up_is_away_from_zero(self):
        for number, places, expected in (
            (Fraction('2.25'), 1, '2.3'),
            (Fraction('-2.25'), 1, '-2.3'),
            (Fraction('2.2499'), 1, '2.2'),
            (Fraction('0.0005'), 3, '0.001'),
            (Fraction(1, 3), 3, '0.333'),
            (Fraction(0), 1, '0.0'),
        ):
            with self.subTest(number=number, places=places):
                self.assertEqual(str(scoring.half_up(number, places)), expected)
        self.assertIsNone(scoring.half_up(None, 1))

    def test_years_by_anniversary(self):
        for start, end, expected in (
            (date(2020, 5, 10), date(2025, 5, 10), 5),
            (date(2020, 5, 10), date(2025, 5, 9), 4 + Fraction(364, 365)),
            (date(2024, 2, 29), date(2025, 2, 28), 1),
            (date(2020, 2, 29), date(2024, 2, 29), 4),
            (date(2025, 1, 1), date(2025, 7, 2), Fraction(182, 365)),
            (date(2025, 1, 1), date(2025, 1, 1), 0),
            (date(2025, 1, 2), date(2025, 1, 1), 0),
        ):
            with self.subTest(start=start, end=end):
                self.assertEqual(scoring.years_between(start, end), expected)


class TestPaymentIndex(TestCase):
    def test_points(self):
        for days, expected in (
            (-100, 100),
            (-30, 100),
            (-25, 95),
            (-10, 85),
            (0, 80),
            (15, 70),
            (22, 60),
            (26, 55),
            (30, 50),
            (45, 45),
            (150, 10),
            (180, 0),
            (999, 0),
            (1, Fraction(238, 3)),
        ):
            with self.subTest(days=days):
                self.assertEqual(scoring.payment_points(days, ANCHORS), expected)

    def test_index(self):
        for rows, minimum, expected in (
            ([(100, 0)], 1, ('80.0', 'low')),
            ([(100, 1)], 1, ('79.3', 'medium')),
            ([(100, 30)], 1, ('50.0', 'medium')),
            ([(100, 31)], 1, ('49.7', 'high')),
            ([(10000, 0), (5000, 15), (20000, -10), (2000, 60), (3000, 130)], 1, ('74.5', 'medium')),
            ([(1, 0), (3, -20)], 1, ('87.5', 'low')),
            ([], 1, (None, None)),
            ([(0, 0)], 1, (None, None)),
            ([(100, 0), (1, 0)], 3, (None, None)),
            ([(100, 0), (1, 0), (1, 0)], 3, ('80.0', 'low')),
        ):
            with self.subTest(rows=rows, minimum=minimum):
                index, risk = scoring.payment_index(
                    [Experience(*row) for row in rows], ANCHORS, RISKS, minimum
                )
                self.assertEqual((None if index is None else str(index), risk), expected)

    def test_experiences_of_one_day_come_as_one_row(self):
        self.assertEqual(str(scoring.payment_index([Experience(300, 0, 3)], ANCHORS, RISKS, 3).index), '80.0')


class TestAltman(TestCase):
    def z(self, *figures):
        return scoring.altman_z2(*figures)

    def test_zones(self):
        for figures, expected in (
            ((5200, 2600, 10000, 2100, 950, 4800, 5200), ('3.998', 'safe')),
            ((1500, 2600, 6000, -900, -120, 500, 5500), ('-1.731', 'distress')),
            # 1.05 x 2.6 / 1.05 = 2.6 exactly is not safe yet; 1.1 exactly is not distress
            ((0, 0, 1000, 0, 0, 260, 105), ('2.600', 'grey')),
            ((0, 0, 1000, 0, 0, 110, 105), ('1.100', 'grey')),
            # the zone looks at what was not rounded
            ((0, 0, 1000, 0, 0, '260.04', 105), ('2.600', 'safe')),
        ):
            with self.subTest(figures=figures):
                found = self.z(*figures)
                self.assertEqual((str(found.z), found.zone), expected)

    def test_needs_all_figures(self):
        whole = [5200, 2600, 10000, 2100, 950, 4800, 5200]
        for place in range(7):
            figures = list(whole)
            figures[place] = None
            self.assertEqual(self.z(*figures)[:2], (None, None))
        self.assertEqual(self.z(0, 0, 0, 0, 0, 0, 0)[:2], (None, None))


class TestScorecard(TestCase):
    FACTORS = (
        Factor('index', 30, 'as_is'),
        Factor('late', 10, 'lower', ((0, 100), (15, 80), (90, 10))),
        Factor('cover', 20, 'higher', ((100, 100), (50, 70), ('0.01', 20))),
        Factor('rest', 40, 'higher', ((1, 100),), 20),
    )

    def test_points_at_the_bounds(self):
        by_code = {factor.code: factor for factor in self.FACTORS}
        for code, value, expected in (
            ('index', '74.5', Fraction('74.5')),
            ('index', 120, 100),
            ('index', -3, 0),
            ('index', None, None),
            ('late', 0, 100),
            ('late', -5, 100),
            ('late', 1, 80),
            ('late', 15, 80),
            ('late', 16, 10),
            ('late', 91, 0),
            ('cover', 100, 100),
            ('cover', '99.99', 70),
            ('cover', 0.01, 20),
            ('cover', 0, 0),
            ('rest', '0.999', 20),
            ('rest', 1, 100),
        ):
            with self.subTest(code=code, value=value):
                self.assertEqual(scoring.factor_points(by_code[code], value), expected)

    def test_score_and_caps(self):
        insolvent, legal, off = Cap('insolvent', 'E'), Cap('legal_dunning', 'D'), Cap('written_off_24m', 'D')
        everything = {'index': 100, 'late': 0, 'cover': 100, 'rest': 1}
        for values, caps, expected in (
            (everything, (), (0, '100.0', 'A', [])),
            (everything, (legal,), (0, '100.0', 'D', ['legal_dunning'])),
            (everything, (insolvent, off), (0, '100.0', 'E', ['insolvent', 'written_off_24m'])),
            # exactly 40 of 100 missing is not too much; the weights of the others are rescaled
            ({**everything, 'rest': None}, (), (40, '100.0', 'A', [])),
            ({'cover': 100, 'rest': 1}, (), (40, '100.0', 'A', [])),
            ({'rest': 1, 'late': 0}, (), (50, '100.0', 'C', ['missing_data'])),
            ({'rest': 0, 'late': 0}, (legal,), (50, '36.0', 'E', ['missing_data', 'legal_dunning'])),
            # 0 is a value
            ({'index': 0, 'late': 999, 'cover': 0, 'rest': 0}, (), (0, '8.0', 'E', [])),
            ({}, (), (100, None, None, ['missing_data'])),
            ({}, (legal,), (100, None, None, ['missing_data', 'legal_dunning'])),
            ({}, (insolvent,), (100, None, 'E', ['missing_data', 'insolvent'])),
        ):
            with self.subTest(values=values, caps=caps):
                found = scoring.scorecard(values, self.FACTORS, GRADES, caps, 'C', 40)
                score = None if found.score is None else str(found.score)
                self.assertEqual((found.missing_weight, score, found.grade, found.caps), expected)

    def test_grade_bounds(self):
        for score, grade in (
            ('85.0', 'A'),
            ('84.9', 'B'),
            ('70.0', 'B'),
            ('69.9', 'C'),
            ('55.0', 'C'),
            ('40.0', 'D'),
            ('39.9', 'E'),
            ('0.0', 'E'),
        ):
            self.assertEqual(scoring.capped_grade(Decimal(score), GRADES, []), grade)

    def test_problems(self):
        for factor, expected in (
            (Factor('a', 0, 'as_is'), 'weight'),
            (Factor('a', 1, 'as_is'), None),
            (Factor('a', 1, 'higher'), 'empty'),
            (Factor('a', 1, 'higher', ((1, 101),)), 'points'),
            (Factor('a', 1, 'higher', ((1, 50),), -1), 'points'),
            (Factor('a', 1, 'higher', ((1, 50), (1, 60))), 'twice'),
            (Factor('a', 1, 'higher', ((1, 50), (2, 40))), 'order'),
            (Factor('a', 1, 'higher', ((1, 40), (2, 50)), 45), 'order'),
            (Factor('a', 1, 'higher', ((1, 40), (2, 50)), 40), None),
            (Factor('a', 1, 'lower', ((1, 40), (2, 50))), 'order'),
            (Factor('a', 1, 'lower', ((1, 50), (2, 40))), None),
        ):
            with self.subTest(factor=factor):
                self.assertEqual(scoring.problem(factor), expected)


class TestLimit(TestCase):
    def test_suggestion(self):
        for arguments, expected in (
            ({'net_worth': 500000, 'working_capital': 180000, 'step': 1}, (None, '36000.00', '36000.00')),
            (
                {'monthly_sales': 42000, 'net_worth': 480000, 'working_capital': 310000},
                ('63000.00', '48000.00', '48000.00'),
            ),
            (
                {
                    'monthly_sales': 42000,
                    'net_worth': 480000,
                    'working_capital': -50000,
                    'grade_factor': '1.2',
                },
                ('63000.00', '0.00', '0.00'),
            ),
            ({'monthly_sales': 42000, 'grade_factor': '0.3'}, ('63000.00', None, '18000.00')),
            ({'monthly_sales': 42000, 'grade_factor': 0, 'security': 5000}, ('63000.00', None, '5000.00')),
            (
                {'monthly_sales': 42000, 'grade_factor': '1.2', 'maximum': 70500},
                ('63000.00', None, '70000.00'),
            ),
            ({'monthly_sales': 42000, 'grade_factor': '1.2', 'maximum': 0}, ('63000.00', None, '0.00')),
            ({'monthly_sales': -10}, ('0.00', None, '0.00')),
            ({'security': 1999}, (None, None, '1000.00')),
            ({}, (None, None, '0.00')),
            # 0.7 x 30000 is 21000, not one step less
            ({'monthly_sales': 20000, 'grade_factor': '0.7'}, ('30000.00', None, '21000.00')),
            ({'monthly_sales': 100, 'step': 0}, ('150.00', None, '150.00')),
            ({'monthly_sales': '1000.01', 'step': 0}, ('1500.02', None, '1500.01')),
        ):
            with self.subTest(arguments=arguments):
                values = {
                    'monthly_sales': None,
                    'terms_days': 30,
                    'net_worth': None,
                    'working_capital': None,
                    **arguments,
                }
                found = scoring.limit_suggestion(**values)
                self.assertEqual(tuple(None if amount is None else str(amount) for amount in found), expected)

    def test_twice_the_monthly_sales_at_45_days(self):
        self.assertEqual(scoring.limit_suggestion(50000, 45, None, None).limit, 100000)
