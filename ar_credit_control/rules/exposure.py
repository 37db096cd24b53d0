"""What an order and a security weigh in a customer's exposure. Odoo-free.

All amounts of one call are in one currency, tax included, and of one kind of number.
"""

from typing import NamedTuple


class OrderAmounts(NamedTuple):
    """Amounts of one confirmed order; advances count as invoiced."""

    ordered: object = 0
    delivered: object = 0
    invoiced: object = 0
    draft_invoiced: object = 0

    def parts(self):
        """Return (delivered and on no invoice, neither delivered nor invoiced)."""
        return delivered_not_invoiced(self), open_order(self)


class OrderRow(NamedTuple):
    """Amounts of one order in its own currency, and where they belong."""

    order_id: int
    partner_id: int
    root_company_id: int
    currency_id: int
    delivery_date: object
    amounts: OrderAmounts


def delivered_not_invoiced(order):
    """Return what was delivered and stands on no invoice, posted or draft; never negative."""
    return max(order.delivered - order.invoiced - order.draft_invoiced, 0)


def open_order(order):
    """Return what is ordered and neither delivered nor invoiced; never negative.

    With ``delivered_not_invoiced`` and the invoices themselves nothing is counted twice.
    """
    return max(order.ordered - max(order.delivered, order.invoiced + order.draft_invoiced), 0)


def within_horizon(delivery_date, check_date, horizon_days):
    """Tell whether an order's open part counts: delivery up to the horizon, or no date, or no horizon."""
    if horizon_days is None or delivery_date is None:
        return True
    return (delivery_date - check_date).days <= horizon_days


def secured(kind, amount, cover, gross):
    """Return what one security covers: insurance covers its share of the exposure up to the insured limit."""
    return (min(amount, max(gross, 0)) if kind == 'insurance' else amount) * cover


def net(gross, total_secured):
    """Return the exposure after security; a customer in credit keeps the negative value."""
    return gross if gross < 0 else max(gross - total_secured, 0)
