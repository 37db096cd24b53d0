"""How good the judgement of open items is, on real invoices: replayed month by month through the product.

The file's 2,466 invoices are posted and paid in Odoo. Then, for each month of 2013, everything is made as of
the last day before it, and compared with what came. Two baselines stand next to it: naive (the due date, as
if all paid in time) and the customer's own past (share paid late, median days late, days at which it paid).
"""

import time
from collections import defaultdict
from datetime import date, timedelta
from statistics import median

from ..late_payments import FILE, Loader, read
from odoo.addons.ar_cockpit.rules import judgement

WEEKS = 6
GOALS = {
    'late or not, AUC': '>= 0.875',
    'late or not, accuracy': '>= 0.83',
    'calibration, worst decile (points)': '<= 5',
    'days to pay, mean absolute error': '<= 6.2',
    'receipts by week, 6 weeks, WAPE': '<= 0.235',
    'receipts of 4 weeks, WAPE': '<= 0.045',
    '80 % interval covers (%)': '75-85',
}


def load(env):
    """Post and pay the whole file."""
    rows = read(FILE)
    accounts = env['account.account']
    income = accounts.search(
        [*accounts._check_company_domain(env.company), ('account_type', '=', 'income')], limit=1
    )
    journal = env['account.journal'].search(
        [('type', '=', 'bank'), ('company_id', '=', env.company.id)], limit=1
    )
    loader = Loader(env, rows)
    loader.post_invoices(income)
    loader.pay_until(max(row.settled for row in rows), journal)
    return loader


def month_starts(year=2013):
    return [date(year, month, 1) for month in range(1, 13)]


def auc(scores, outcomes):
    """Return the share of pairs (late, in time) whose score puts the late one higher; ties count half."""
    pairs, rank, found = sorted(zip(scores, outcomes, strict=True)), 0, 0.0
    while rank < len(pairs):
        end = rank
        while end < len(pairs) and pairs[end][0] == pairs[rank][0]:
            end += 1
        found += (rank + end + 1) / 2 * sum(late for _score, late in pairs[rank:end])
        rank = end
    late = sum(outcomes)
    return (found - late * (late + 1) / 2) / (late * (len(outcomes) - late))


def worst_decile(scores, outcomes):
    """Return the largest difference between what a tenth of the items was said and did, in points."""
    pairs, number = sorted(zip(scores, outcomes, strict=True)), len(scores)
    tenths = [pairs[number * part // 10 : number * (part + 1) // 10] for part in range(10)]
    return max(abs(sum(said - late for said, late in tenth)) / len(tenth) for tenth in tenths) * 100


class Past:
    """The baseline: what a customer did before, nothing else."""

    def __init__(self, rows, day):
        self.days = defaultdict(list)
        for row in rows:
            if row.settled <= day:
                self.days[row.customer].append((row.settled - row.due).days)
        self.all = [found for days in self.days.values() for found in days]

    def share_late(self, customer):
        days = self.days.get(customer) or self.all
        return sum(found > 0 for found in days) / len(days)

    def middle(self, customer):
        return median(self.days.get(customer) or self.all)

    def between(self, customer, passed, first, last):
        still = [found for found in self.days.get(customer) or self.all if found > passed]
        if not still:
            return 0.0
        return sum(passed + first <= found <= passed + last for found in still) / len(still)


def judge_new(loader, judged, past, start, found):
    """Judge the invoices of the month as of the day before it."""
    end = (start + timedelta(days=32)).replace(day=1)
    for row in loader.rows:
        if start <= row.invoiced < end:
            customer, passed = loader.customers[row.customer].id, (row.invoiced - row.due).days - 1
            outlook, days = judged.outlook(customer, passed), (row.settled - row.due).days
            expected = passed + (outlook.days if outlook.days is not None else judgement.LAST - passed)
            found['late'].append(int(days > 0))
            found['degree'].append(judged.degree(customer))
            found['said'].append(outlook.late)
            found['past'].append(past.share_late(row.customer))
            found['error'].append(abs(days - expected))
            found['naive error'].append(abs(days))
            found['past error'].append(abs(days - past.middle(row.customer)))


def judge_open(loader, judged, past, day, found):
    """Forecast the receipts from what is open on the day, by week."""
    came = [0.0] * WEEKS
    ours, own, naive = ([[] for _week in came] for _method in range(3))
    for row in loader.rows:
        if not row.invoiced <= day < row.settled:
            continue
        customer, passed = loader.customers[row.customer].id, (day - row.due).days
        week = ((row.settled - day).days - 1) // 7
        if week < WEEKS:
            came[week] += row.amount
        due = max(-passed - 1, 0) // 7
        for number in range(WEEKS):
            span = (passed, 7 * number + 1, 7 * number + 7)
            ours[number].append((row.amount, judged.paid_between(customer, *span)))
            own[number].append((row.amount, past.between(row.customer, *span)))
            naive[number].append((row.amount, float(due == number)))
    found['came'].append(came)
    for name, parts in (('ours', ours), ('own', own), ('naive', naive)):
        found[name].append([judgement.week(part) for part in parts])


def wape(found, name):
    """Return (by week, of the first four weeks together): differences without sign / what came."""
    weeks = four = total = total_four = 0.0
    for came, said in zip(found['came'], found[name], strict=True):
        amounts = [week.amount for week in said]
        weeks += sum(abs(a - b) for a, b in zip(came, amounts, strict=True))
        four += abs(sum(came[:4]) - sum(amounts[:4]))
        total, total_four = total + sum(came), total_four + sum(came[:4])
    return weeks / total, four / total_four


def accuracy(scores, outcomes):
    return sum((score > 0.5) == bool(late) for score, late in zip(scores, outcomes, strict=True)) / len(
        scores
    )


def measure(env, loader):
    """Return {figure: (naive, own past, ours)}."""
    Forecast, company, found = env['ar.forecast'], env.company.root_id, defaultdict(list)
    for start in month_starts():
        day = start - timedelta(days=1)
        judged, _open = Forecast._judged(company, day)
        past = Past(loader.rows, day)
        judge_new(loader, judged, past, start, found)
        if start.month > 1:
            judge_open(loader, judged, past, day, found)
    late, number = found['late'], len(found['late'])
    weeks = {name: wape(found, name) for name in ('naive', 'own', 'ours')}
    pairs = [
        (amount, week)
        for came, said in zip(found['came'], found['ours'], strict=True)
        for amount, week in zip(came, said, strict=True)
    ]
    names = iter(GOALS)
    return {
        next(names): (0.5, auc(found['past'], late), auc(found['degree'], late)),
        next(names): (1 - sum(late) / number, accuracy(found['past'], late), accuracy(found['said'], late)),
        next(names): (None, worst_decile(found['past'], late), worst_decile(found['said'], late)),
        next(names): tuple(sum(found[name]) / number for name in ('naive error', 'past error', 'error')),
        next(names): tuple(weeks[name][0] for name in ('naive', 'own', 'ours')),
        next(names): tuple(weeks[name][1] for name in ('naive', 'own', 'ours')),
        next(names): (None, None, 100 * sum(w.low <= a <= w.high for a, w in pairs) / len(pairs)),
    }


def run(env):
    """Print the figures next to the baselines and the goals."""
    if not FILE.exists():
        print(f"{FILE} is not there: nothing to judge.")
        return
    start = time.perf_counter()
    loader = load(env)
    print(f"{len(loader.rows)} invoices posted and paid in {time.perf_counter() - start:.0f} s", flush=True)
    start = time.perf_counter()
    figures = measure(env, loader)
    print(f"replayed in {time.perf_counter() - start:.0f} s")
    print(f"{'':38}{'naive':>10}{'own past':>10}{'product':>10}   goal")
    for name, values in figures.items():
        shown = ''.join(f'{"-" if value is None else format(value, ".3f"):>10}' for value in values)
        print(f'{name:38}{shown}   {GOALS[name]}')
