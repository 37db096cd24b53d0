"""VAT of what is written off or recovered, split over the tax lines of the invoice. Odoo-free.

Rules
-----
1. VAT follows the invoice's own tax lines, in proportion to what is written off of the invoice. All of them
   count: a tax that the customer withholds lowers the claim as it lowered the invoice.
2. The net is rounded once; the VAT is the rest. Its parts are cut from one running sum, so that they add up.
3. VAT on a transition account (due when the customer pays) is taken back there, never more than is left on
   it. What closes the invoice takes all that is left.
4. Relief that was taken becomes due again in proportion to what is recovered, from one running sum: over all
   recoveries each tax line becomes due again at what it had relieved.
"""

from decimal import Decimal
from typing import NamedTuple

from odoo.addons.ar_base.rules.money import CENT, ZERO, rounded


class Tax(NamedTuple):
    """A tax line of an invoice.

    Attributes:
        amount: what it adds to the invoice, in company currency.
        left: what is left on its transition account; None = it is due on invoice.
    """

    amount: Decimal
    left: Decimal | None = None


def split(amount, weights, rounding=CENT):
    """Return ``amount`` in proportion to ``weights``, each part rounded; the parts add up to it."""
    total, parts, upto, given = sum(weights, ZERO), [], ZERO, ZERO
    for weight in weights:
        upto += weight
        part = rounded(amount * upto / total, rounding) - given if total else ZERO
        given += part
        parts.append(part)
    return parts


def relief(gross, total, taxes, rounding=CENT, closes=False):
    """Return the VAT of each tax line that is taken back with ``gross`` of an invoice of ``total``.

    :param closes: nothing of the invoice is left open.
    """
    if not total:
        return [ZERO] * len(taxes)
    whole = sum((tax.amount for tax in taxes), ZERO)
    vat = gross - rounded(gross * (total - whole) / total, rounding)
    parts = split(vat, [tax.amount for tax in taxes], rounding)
    return [
        part if tax.left is None else tax.left if closes else min(part, tax.left)
        for tax, part in zip(taxes, parts, strict=True)
    ]


def due_again(relieved, gross, before, amount, rounding=CENT):
    """Return the VAT of each tax line due on ``amount`` recovered of ``gross`` written off.

    :param relieved: what each tax line had relieved. :param before: what was recovered earlier.
    """
    whole = sum(relieved, ZERO)

    def upto(recovered):
        return split(rounded(whole * recovered / gross, rounding), relieved, rounding)

    if not gross:
        return [ZERO] * len(relieved)
    return [late - early for late, early in zip(upto(before + amount), upto(before), strict=True)]
