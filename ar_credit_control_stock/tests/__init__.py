from . import test_delivery_check, test_delivery_decision, test_delivery_exposure
