from . import test_delivery_decision, test_delivery_exposure, test_delivery_check
