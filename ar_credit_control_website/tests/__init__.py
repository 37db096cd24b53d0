from . import test_beside, test_shop
