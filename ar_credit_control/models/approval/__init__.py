"""Changes of credit, and who decides on what."""

from . import (
    ar_approval_delegation,
    ar_approval_mixin,
    ar_approval_rule,
    ar_credit_change,
)
