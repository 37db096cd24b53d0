# In the order in which one stands on the other.
from . import chasing, interest, promise, sending, desk  # isort: skip
