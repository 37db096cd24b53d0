"""The period that sales and finance reconcile, sign, and see reopened by a late change."""

from . import (
    account_move,
    account_partial_reconcile,
    ar_sales_reconciliation,
    ar_sales_reconciliation_build,
    ar_sales_reconciliation_change,
    ar_sales_reconciliation_demo,
    ar_sales_reconciliation_line,
    ar_sales_reconciliation_sign,
    ar_sales_reconciliation_signature,
    ar_sales_reconciliation_watch,
    res_company,
    res_config_settings,
)
