# In the order in which one stands on the other.
from . import chasing, promise, sending, casework, desk  # isort: skip
