from . import differences, orders, period
