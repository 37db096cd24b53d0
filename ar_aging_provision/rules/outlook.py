"""The outlook from an indicator: the line of least squares through past losses. Odoo-free.

IFRS 9 B5.5.49 to B5.5.54: expected losses follow reasonable and supportable information on what is to come.
How well the losses followed the indicator so far is shown with the factor, and what makes it doubtful.
"""

from decimal import Decimal
from typing import NamedTuple

from odoo.addons.ar_base.rules.money import ZERO

MIN_POINTS = 3  # a line goes through any two points
FEW = 8  # observations below which the fit may be chance
LOOSE = Decimal('0.5')  # of the movement of losses that the indicator explains at least


class Fit(NamedTuple):
    """loss = intercept + slope x indicator, over ``count`` observations."""

    intercept: Decimal
    slope: Decimal
    r_squared: Decimal  # 0 to 1: how much of the movement of the losses the line explains
    mean: Decimal  # loss on average
    lowest: Decimal  # of the indicator
    highest: Decimal
    count: int

    def at(self, indicator):
        """Return the loss that the line gives for a value of the indicator; never less than nothing."""
        return max(self.intercept + self.slope * indicator, ZERO)


def fit(points):
    """Return the ``Fit`` of (indicator, loss) pairs; None where no line can be drawn.

    That is with fewer than ``MIN_POINTS``, an indicator that never moved, or no loss at all.
    """
    count = len(points)
    if count < MIN_POINTS:
        return None
    values, losses = zip(*points, strict=True)
    middle, mean = sum(values) / count, sum(losses) / count
    spread = sum((value - middle) ** 2 for value in values)
    if not spread or not mean:
        return None
    together = sum((value - middle) * (loss - mean) for value, loss in points)
    moved = sum((loss - mean) ** 2 for loss in losses)
    slope = together / spread
    return Fit(
        intercept=mean - slope * middle,
        slope=slope,
        r_squared=together**2 / (spread * moved) if moved else ZERO,
        mean=mean,
        lowest=min(values),
        highest=max(values),
        count=count,
    )


def factor(line, expected):
    """Return by what the past's loss rates are multiplied: the loss at ``expected`` over the mean loss."""
    return line.at(expected) / line.mean


def doubts(line, expected):
    """Return what makes the factor doubtful: few, loose, outside (of what was seen), nothing."""
    found = {
        'few': line.count < FEW,
        'loose': line.r_squared < LOOSE,
        'outside': not line.lowest <= expected <= line.highest,
        'nothing': not line.at(expected),
    }
    return [code for code, applies in found.items() if applies]
