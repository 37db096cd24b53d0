from . import test_other_apps, test_shop
