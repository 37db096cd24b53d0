"""The roll-forward of the allowance: opening, movements by kind, closing. Odoo-free."""

from odoo.addons.ar_base.rules.money import ZERO

# kind -> sign with which the column adds to the closing balance
COLUMNS = {'charge': 1, 'reversal': -1, 'write_off': -1, 'recovery': 1, 'fx': 1, 'other': 1}


def closing(opening, columns):
    """Return the closing balance; ``columns`` holds amounts by kind as they are disclosed."""
    return opening + sum(sign * columns.get(kind, 0) for kind, sign in COLUMNS.items())


def rollforward(period, movements):
    """Return {opening, each kind, closing} from postings (date, kind, amount with credit positive).

    Postings before the period build the opening, later ones are left out; a posting of no kind is ``other``.
    """
    first, last = period
    row = {'opening': ZERO, **dict.fromkeys(COLUMNS, ZERO)}
    for day, kind, amount in movements:
        if day < first:
            row['opening'] += amount
        elif day <= last:
            kind = kind if kind in COLUMNS else 'other'
            row[kind] += COLUMNS[kind] * amount
    return {**row, 'closing': closing(row['opening'], row)}
