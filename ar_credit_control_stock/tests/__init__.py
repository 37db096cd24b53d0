from . import test_delivery_gate
from . import test_delivery_decision
from . import test_delivery_exposure
