"""When a hold rule fails, and the verdict of all of them on a customer and an order. Odoo-free.

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
        has_file: a limit, a group, a grade or terms have been decided for the customer, or the company has a
            limit for customers of which nothing is.
        grade_gives_credit: the customer's grade is worth any; a customer without grade passes.
        order_value: the order's whole total.
        days_since_payment: None = never paid.
        credit_days, allowed_days: of the order's terms, -1 = in advance; None = any terms pass.
        discount, allowed_discount: the largest of the order's lines, in percent; None = any discount passes.
        oldest_overdue_days: of the items that the rule looks at; 0 = nothing overdue.
        balance, overdue_beyond: open items, and those of them overdue longer than the ratio's days.
        components, secured: what the exposure consists of, for the record; no rule looks at them.
        more: facts that only some rules look at, by name; among them
            ``category_amounts``: [category, amount in the order, most], of categories with a limit;
            ``unpaid_orders``: [number, days since delivery or invoice] of the customer's other orders.
    """

    check_date: date
    unit: Decimal = CENT
    net_exposure: Decimal = ZERO
    added: Decimal = ZERO
    limit: Decimal | None = None
    group_limit: Decimal | None = None
    group_exposure: Decimal = ZERO
    has_file: bool = True
    grade_gives_credit: bool = True
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

    @classmethod
    def of(cls, data):
        """Return the figures that were kept as plain data, with everything else as ``more``."""
        known = {name: data[name] for name in cls._fields if data.get(name) is not None}
        for name in ('check_date', 'limit_valid_until', 'file_valid_until'):
            if isinstance(known.get(name), str):
                known[name] = date.fromisoformat(known[name])
        if isinstance(known.get('holds'), list):  # kept with their reasons
            known['holds'] = len(known['holds'])
        return cls(**{'check_date': date.min, **known, 'more': data}).exact()

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


class Threshold(NamedTuple):
    """A number that a company sets: what it starts with, and what it is called."""

    default: float
    label: object


class HoldRule(NamedTuple):
    """A rule that there is: everything about it.

    Attributes:
        sequence: its place among the reasons.
        outcome: what a company starts with: ``none`` (off), ``warn`` or ``hold``.
        fails: of (figures, rule in force).
        label: what it is called, as a lazy text.
        sentence: of a reason (``ar.credit.decision.reason``): what is wrong.
        remedy: of a reason: what would meet this rule, where nothing releases the order as a whole.
        thresholds: {field of ``ar.credit.rule``: ``Threshold``}.
        facts: names of what is looked up only where the rule is on.
        of_any_amount: it stops an order of any amount, one of zero included; others do not look at zero.
        of_order: it looks at what was agreed in the order: it stops no delivery of a confirmed one.
    """

    code: str
    sequence: int
    outcome: str
    fails: Callable
    label: object
    sentence: Callable
    remedy: Callable
    thresholds: dict = {}
    facts: tuple = ()
    of_any_amount: bool = False
    of_order: bool = False

    def in_force(self, outcome='hold', **thresholds):
        """Return this rule with an outcome and thresholds; one that is not given is 0."""
        known = dict.fromkeys(self.thresholds, 0)
        return Rule(
            self, outcome, {**known, **{name: thresholds[name] for name in known if name in thresholds}}
        )


class Rule(NamedTuple):
    """A rule in force. Its thresholds are attributes.

    ``outcome`` is ``observe`` while a company only looks at what it would hold.
    """

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


# === When the rules fail; the table of them is in ``hold_rules`` ===


def is_on_hold(figures, _rule):
    return figures.holds > 0


def is_limit_expired(figures, _rule):
    return _has_passed(figures.limit_valid_until, figures)


def is_file_expired(figures, _rule):
    return _has_passed(figures.file_valid_until, figures)


def _has_passed(day, figures):
    return day is not None and day < figures.check_date


def is_unknown(figures, rule):
    return not figures.has_file and exceeds(figures.total, rule.max_amount, figures.unit)


def is_without_credit(figures, _rule):
    return not figures.grade_gives_credit and figures.added > 0


def is_over_limit(figures, rule):
    available = figures.available(rule.tolerance_pct)
    return available is not None and exceeds(figures.added, available, figures.unit)


def is_share_used(figures, rule):
    return bool(figures.limit) and _share(figures.total, figures.limit, rule, figures)


def _share(part, whole, rule, figures):
    return whole > 0 and exceeds(part, exact(whole) * exact(rule.max_pct) / 100, figures.unit)


def is_order_too_large(figures, rule):
    return exceeds(figures.order_value, rule.max_amount, figures.unit)


def is_category_too_large(figures, _rule):
    found = figures.more.get('category_amounts') or ()
    return any(exceeds(exact(amount), exact(most), figures.unit) for _name, amount, most in found)


def is_previous_order_unpaid(figures, rule):
    unpaid = figures.more.get('unpaid_orders') or ()
    return sum(days >= rule.max_days for _name, days in unpaid) > rule.max_count


def is_overdue_too_long(figures, rule):
    return figures.oldest_overdue_days > rule.max_days


def is_too_much_overdue(figures, rule):
    return _share(figures.overdue_beyond, figures.balance, rule, figures)


def is_payment_long_ago(figures, rule):
    days = figures.days_since_payment
    return figures.balance > 0 and days is not None and days > rule.max_days


def is_dunned_too_far(figures, rule):
    return figures.dunning_level > rule.max_level


def is_term_too_long(figures, _rule):
    return figures.allowed_days is not None and figures.credit_days > figures.allowed_days


def is_discount_too_large(figures, _rule):
    allowed = figures.allowed_discount
    return allowed is not None and exceeds(figures.discount, allowed, Decimal('0.0001'))


# === The verdict ===


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
    def observed(self):
        """The rules that would hold, were the company not only looking."""
        return [rule for rule in self.failures if rule.outcome == 'observe']

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
    account_id: int = 0

    def only(self, codes):
        """Return the same check as if only these rules had been looked at."""
        failures = tuple(rule for rule in self.verdict.failures if rule.code in codes)
        return self._replace(verdict=self.verdict._replace(failures=failures))

    def enforced(self):
        """Return the same check as if the company were not only looking."""
        failures = tuple(
            rule._replace(outcome='hold') if rule.outcome == 'observe' else rule
            for rule in self.verdict.failures
        )
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
