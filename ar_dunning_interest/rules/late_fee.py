"""Fixed sums for late payment by the size of the debt. Odoo-free."""

from odoo.addons.ar_base.rules.money import ZERO, exact


def fixed_sum(brackets, debt):
    """Return the sum due for one debt.

    :param brackets: (from this debt on, sum) in ascending order, in the currency of the debt.
    """
    due = ZERO
    if exact(debt) > 0:
        for lower, amount in brackets:
            if exact(debt) >= exact(lower):
                due = exact(amount)
    return due
