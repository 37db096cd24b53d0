from . import test_rules_aging
