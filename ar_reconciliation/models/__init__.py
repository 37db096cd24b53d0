# In the order in which one stands on the other.
from . import orders, differences, period, statement, confirmation, portal  # isort: skip
