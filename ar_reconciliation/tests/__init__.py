from . import test_difference, test_order_to_cash
