# In the order in which one stands on the other.
from . import chasing, interest, sending, desk  # isort: skip
