"""The hold rules: one table of what may stop an order, and the verdict on a customer and an order. Odoo-free.

Every rule in force is evaluated, always in the order of the table, so that the same facts give the same
reasons. Amounts are in company currency, and exact. A value equal to a limit passes.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo.addons.ar_base.rules.money import CENT, ZERO, exact, exceeds


class Figures(NamedTuple):
    """The facts at the check date. Amounts may come as any number; the rules see them as exact decimals.

    Attributes:
        unit: the smallest amount of the company's currency.
        net_exposure: without the order; ``added`` is what the order adds to it.
        limit: the effective limit; None = none set or unlimited: only what needs a limit is skipped.
        group_limit, group_exposure: of the credit group, its members' net exposure added up; None = no group.
        has_file: a limit, a grade or terms have been decided for the customer.
        order_value: the order's whole total.
        days_since_payment: None = never paid.
        credit_days, allowed_days: of the order's terms, -1 = in advance; None = any terms pass.
        discount, allowed_discount: the largest of the order's lines, in percent; None = any discount passes.
        oldest_overdue_days: of the items that the rule looks at; 0 = nothing overdue.
        balance, overdue_beyond: open items, and those of them overdue longer than the ratio's days.
        components, secured: what the exposure consists of, for the record; no rule looks at them.
        more: facts that the rules of other addons look at, by name.
    """

    check_date: date
    unit: Decimal = CENT
    net_exposure: Decimal = ZERO
    added: Decimal = ZERO
    limit: Decimal | None = None
    group_limit: Decimal | None = None
    group_exposure: Decimal = ZERO
    has_file: bool = True
    order_value: Decimal = ZERO
    days_since_payment: int | None = None
    credit_days: int = 0
    allowed_days: int | None = None
    discount: Decimal = ZERO
    allowed_discount: Decimal | None = None
    limit_valid_until: date | None = None
    file_valid_until: date | None = None
    holds: int = 0
    oldest_overdue_days: int = 0
    balance: Decimal = ZERO
    overdue_beyond: Decimal = ZERO
    dunning_level: int = 0
    components: dict = {}
    secured: Decimal = ZERO
    more: dict = {}

    def exact(self):
        """Return the same with every amount as the decimal that it shows."""
        return self._replace(
            **{name: exact(value) for name, value in self._asdict().items() if isinstance(value, float)}
        )

    def available(self, tolerance_pct=0):
        """Return what may be added: the less of what customer and group have left; None = no limit.

        The tolerance widens the limits, not what is left of them.
        """
        return min(
            (
                exact(limit) * (1 + exact(tolerance_pct) / 100) - exact(used)
                for limit, used in (
                    (self.limit, self.net_exposure),
                    (self.group_limit, self.group_exposure),
                )
                if limit is not None
            ),
            default=None,
        )

    @property
    def total(self):
        """What is owed with the order."""
        return self.net_exposure + self.added


class HoldRule(NamedTuple):
    """A rule that there is.

    Attributes:
        sequence: its place among the reasons.
        outcome: what a company starts with: ``none`` (off), ``warn`` or ``hold``.
        fails: of (figures, rule in force).
        thresholds: {field of ``ar.credit.rule``: what a company starts with}.
        facts: names of what is looked up only where the rule is on.
        of_any_amount: it stops an order of any amount, one of zero included; others do not look at zero.
        words: how it is put to people: label, sentence, remedy (``words.Words``).
    """

    code: str
    sequence: int
    outcome: str
    fails: Callable
    thresholds: dict = {}
    facts: tuple = ()
    words: object = None
    of_any_amount: bool = False

    def in_force(self, outcome='hold', **thresholds):
        """Return this rule with an outcome and thresholds; one that is not given is 0."""
        known = dict.fromkeys(self.thresholds, 0)
        return Rule(
            self, outcome, {**known, **{name: thresholds[name] for name in known if name in thresholds}}
        )


class Rule(NamedTuple):
    """A rule in force. Its thresholds are attributes."""

    kind: HoldRule
    outcome: str
    thresholds: dict

    @property
    def code(self):
        return self.kind.code

    def __getattr__(self, name):
        try:
            return self.thresholds[name]
        except KeyError:
            raise AttributeError(name) from None


def _credit_limit(figures, rule):
    available = figures.available(rule.tolerance_pct)
    return available is not None and exceeds(figures.added, available, figures.unit)


def _share(part, whole, rule, figures):
    return whole > 0 and exceeds(part, exact(whole) * exact(rule.max_pct) / 100, figures.unit)


def _has_passed(day, figures):
    return day is not None and day < figures.check_date


# In the order in which reasons are given. Other addons add theirs: see ``ar.credit.rule._hold_rules``.
RULES = (
    HoldRule('on_hold', 10, 'hold', lambda f, r: f.holds > 0, of_any_amount=True),
    HoldRule('limit_expired', 20, 'hold', lambda f, r: _has_passed(f.limit_valid_until, f)),
    HoldRule('file_expired', 30, 'warn', lambda f, r: _has_passed(f.file_valid_until, f)),
    HoldRule('no_file', 40, 'none', lambda f, r: not f.has_file),
    HoldRule('credit_limit', 50, 'hold', _credit_limit, {'tolerance_pct': 0}),
    HoldRule(
        'limit_share',
        60,
        'warn',
        lambda f, r: bool(f.limit) and _share(f.total, f.limit, r, f),
        {'max_pct': 80},
    ),
    HoldRule(
        'order_value',
        70,
        'none',
        lambda f, r: exceeds(f.order_value, r.max_amount, f.unit),
        {'max_amount': 100000},
    ),
    HoldRule(
        'oldest_open_item',
        80,
        'hold',
        lambda f, r: f.oldest_overdue_days > r.max_days,
        {'max_days': 30, 'min_amount': 0},
    ),
    HoldRule(
        'overdue_ratio',
        90,
        'none',
        lambda f, r: _share(f.overdue_beyond, f.balance, r, f),
        {'max_days': 30, 'max_pct': 40},
    ),
    HoldRule(
        'last_payment',
        100,
        'none',
        lambda f, r: (
            f.balance > 0 and f.days_since_payment is not None and f.days_since_payment > r.max_days
        ),
        {'max_days': 90},
        ('last_payment',),
    ),
    HoldRule(
        'dunning_level',
        110,
        'none',
        lambda f, r: f.dunning_level > r.max_level,
        {'max_level': 2},
        ('dunning_level',),
    ),
    HoldRule(
        'terms', 130, 'warn', lambda f, r: f.allowed_days is not None and f.credit_days > f.allowed_days
    ),
    HoldRule(
        'discount',
        140,
        'none',
        lambda f, r: (
            f.allowed_discount is not None and exceeds(f.discount, f.allowed_discount, Decimal('0.0001'))
        ),
    ),
)


def rule(code, outcome='hold', **thresholds):
    """Return one of ``RULES`` in force."""
    return next(rule for rule in RULES if rule.code == code).in_force(outcome, **thresholds)


class Needs(NamedTuple):
    """What the rules in force ask of the books; nothing else is read.

    Attributes:
        oldest_days, oldest_amount: an oldest item counts if all items overdue longer than these days together
            reach the amount.
        ratio_days: from how many days on overdue items are summed.
        facts: names of further facts to look up.
    """

    oldest_days: int = 0
    oldest_amount: Decimal = ZERO
    ratio_days: int = 0
    facts: frozenset = frozenset()

    @classmethod
    def of(cls, rules):
        on = {rule.code: rule for rule in rules if rule.outcome != 'none'}
        oldest, ratio = on.get('oldest_open_item'), on.get('overdue_ratio')
        return cls(
            oldest.max_days if oldest else 0,
            exact(oldest.min_amount) if oldest else ZERO,
            ratio.max_days if ratio else 0,
            frozenset(fact for rule in on.values() for fact in rule.kind.facts),
        )


class Verdict(NamedTuple):
    """``failures``: the rules that failed. ``available`` and ``over_by`` are None where no limit is set."""

    failures: tuple
    available: Decimal | None
    over_by: Decimal | None

    @property
    def held(self):
        return bool(self.reasons)

    @property
    def holding(self):
        return [rule for rule in self.failures if rule.outcome == 'hold']

    @property
    def warning(self):
        return [rule for rule in self.failures if rule.outcome == 'warn']

    @property
    def reasons(self):
        return [rule.code for rule in self.holding]


class Facts(NamedTuple):
    """What orders of one account are judged by: rules in force, figures without them, what each adds."""

    rules: list
    known: Figures
    added: dict

    @property
    def of_any_amount(self):
        """Codes of the rules that stop an order of any amount."""
        return frozenset(rule.code for rule in self.rules if rule.kind.of_any_amount)


class Check(NamedTuple):
    """One order with what it was judged by. Plain data: it outlives the rollback of what was refused."""

    order_id: int
    order: str
    customer: str
    figures: Figures
    verdict: Verdict

    def only(self, codes):
        """Return the same check as if only these rules had been looked at."""
        failures = tuple(rule for rule in self.verdict.failures if rule.code in codes)
        return self._replace(verdict=self.verdict._replace(failures=failures))


def evaluate(figures, rules):
    """Return the verdict of all rules, in the fixed order."""
    figures = figures.exact()
    on = sorted((rule for rule in rules if rule.outcome != 'none'), key=lambda rule: rule.kind.sequence)
    failures = tuple(rule for rule in on if rule.kind.fails(figures, rule))
    available = figures.available()
    if available is None:
        return Verdict(failures, None, None)
    tolerance = next((rule.tolerance_pct for rule in on if rule.code == 'credit_limit'), 0)
    return Verdict(failures, available, max(figures.added - figures.available(tolerance), ZERO))
