from . import test_other_apps, test_shop, test_shop_tours
