from . import differences, orders
