from . import test_aging_scheme
from . import test_credit_account
from . import test_open_item
from . import test_rules_aging
from . import test_tours
