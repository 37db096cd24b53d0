from . import test_pay_on_site
