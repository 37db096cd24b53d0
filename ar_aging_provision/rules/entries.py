"""Lines of allowance entries by role: what is previewed is what is booked. Odoo-free.

A line's amount is signed, debit positive. ``kind`` is the movement of the allowance that the line makes.
"""

from decimal import Decimal
from typing import NamedTuple

from odoo.addons.ar_base.rules.money import CENT, ZERO, rounded


class Line(NamedTuple):
    role: str
    amount: Decimal
    kind: str | None = None

    @property
    def debit(self):
        return max(self.amount, ZERO)

    @property
    def credit(self):
        return max(-self.amount, ZERO)


def _charge(amount):
    return [Line('impairment_expense', amount), Line('allowance', -amount, 'charge')]


def _release(profile, amount):
    return [Line('allowance', amount, 'reversal'), Line(profile.reversal_role, -amount)]


def _nonzero(lines):
    return [line for line in lines if line.amount]


def allowance_entry(profile, required, booked):
    """Return the lines that bring the allowance from ``booked`` to ``required``; none where nothing changes.

    :param booked: credit balance of the allowance; negative = debit balance.
    """
    change = required - booked
    if not change:
        return []
    if profile.reverse_and_repost:
        old = _release(profile, booked) if booked > 0 else _charge(-booked)
        return _nonzero(old + _charge(required))
    return _charge(change) if change > 0 else _release(profile, -change)


def vat_part(gross, net, rounding=CENT):
    """Return (net, VAT) of ``gross``; ``net`` is (untaxed, total) of the invoice. Net is rounded once."""
    untaxed = rounded(gross * net[0] / net[1], rounding)
    return untaxed, gross - untaxed


def write_off_entry(profile, gross, used, net=(1, 1), vat_relief=False, top_up=ZERO, rounding=CENT):
    """Return the lines that take ``gross`` off the receivable.

    :param used: the part of the allowance that this receivable has.
    :param top_up: what is charged first because the allowance falls short (profiles that write off against
        it).
    """
    untaxed, vat = vat_part(gross, net, rounding) if vat_relief else (gross, ZERO)
    receivable = Line('doubtful_receivable' if profile.doubtful else 'receivable', -gross)
    if profile.write_off == 'loss':
        lines = [Line('write_off_loss', untaxed), Line('output_vat', vat), receivable]
        return _nonzero(lines + (_release(profile, used) if used > 0 else []))
    lines = _charge(top_up) if top_up > 0 else []
    return _nonzero([*lines, Line('allowance', untaxed, 'write_off'), Line('output_vat', vat), receivable])


def top_up(gross, available):
    """Return what the allowance lacks to write ``gross`` off against it; a debit balance is filled too."""
    return max(gross - available, ZERO)


def recovery_entries(via, amount, net=(1, 1), vat_due=False, rounding=CENT):
    """Return the entries (lists of lines) of money that came in for a receivable written off before.

    Through the allowance the receivable is reinstated and then collected, so that the customer's history
    shows both. VAT that was reclaimed becomes due again either way.
    """
    untaxed, vat = vat_part(amount, net, rounding) if vat_due else (amount, ZERO)
    if via == 'allowance':
        reinstated = [
            Line('receivable', amount),
            Line('allowance', -untaxed, 'recovery'),
            Line('output_vat', -vat),
        ]
        return [_nonzero(reinstated), [Line('bank', amount), Line('receivable', -amount)]]
    return [_nonzero([Line('bank', amount), Line('recovery_income', -untaxed), Line('output_vat', -vat)])]


def against_receipt(entries):
    """Return the entries of a recovery whose receipt is entered already: it meets the receivable."""
    return [
        [line._replace(role='receivable') if line.role == 'bank' else line for line in lines]
        for lines in entries
        if {line.role for line in lines} != {'bank', 'receivable'}
    ]


def merged(lines):
    """Return values of journal items with those of profit and loss summed by account and customer.

    Those of the allowance stay apart by class. Debits come first, as accountants read.
    """
    kept, summed = [], {}
    for line in lines:
        key = line['account_id'], line['partner_id']
        if line.get('ar_allowance_kind'):
            kept.append(line)
        elif key in summed:
            summed[key] = {**line, 'balance': summed[key]['balance'] + line['balance']}
        else:
            summed[key] = line
    lines = [*(line for line in summed.values() if line['balance']), *kept]
    return sorted(lines, key=lambda line: line['balance'] < 0)
