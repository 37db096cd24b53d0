"""The equation of a period, the fingerprint of its figures, and what of them changed. Amounts are in company currency."""

import hashlib
import json
from decimal import ROUND_HALF_UP, Decimal

# opening + invoiced - credited - collected - written off + exchange + other = closing
EQUATION = {
    'opening': 1,
    'invoiced': 1,
    'credited': -1,
    'collected': -1,
    'written_off': -1,
    'exchange': 1,
    'other': 1,
}
FIGURES = (*EQUATION, 'closing')
SALES = ('sales_untaxed', 'sales_total', 'credit_total')
COLUMNS = (*FIGURES, *SALES)


def exact(value, digits=2):
    """Return the amount as a decimal of ``digits``, rounded half up."""
    return Decimal(str(value or 0)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def gap(row, digits=2):
    """Return what the equation lacks: 0 wherever the figures are complete."""
    return exact(row['closing'], digits) - sum(
        sign * exact(row[name], digits) for name, sign in EQUATION.items()
    )


def is_empty(row):
    """Return whether the row says nothing."""
    return not any(row[name] for name in COLUMNS)


def fingerprint(header, rows, digits=2):
    """Return the SHA-256 of the figures: the same figures give the same text, whatever their order.

    :param header: what the figures are of, a list of JSON values. :param rows: {customer id: {column: amount}}.
    """
    body = [[key or 0, *(str(exact(row[name], digits)) for name in COLUMNS)] for key, row in rows.items()]
    text = json.dumps([header, sorted(body)], separators=(',', ':'))
    return hashlib.sha256(text.encode()).hexdigest()


def changes(before, after, digits=2):
    """Return {customer id: {column: (before, after)}} of what differs. A customer who is missing has zeros."""
    result = {}
    for key in {*before, *after}:
        old, new = before.get(key, {}), after.get(key, {})
        differing = {
            name: (exact(old.get(name), digits), exact(new.get(name), digits))
            for name in COLUMNS
            if exact(old.get(name), digits) != exact(new.get(name), digits)
        }
        if differing:
            result[key] = differing
    return result


def added(rows):
    """Return the sums of the rows' columns."""
    return {name: sum(row[name] for row in rows) for name in COLUMNS}
