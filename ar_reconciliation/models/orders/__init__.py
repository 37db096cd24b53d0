"""From the order to the money, in one line."""

from . import ar_order_to_cash
