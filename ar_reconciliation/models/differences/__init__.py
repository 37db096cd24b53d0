"""What is wrong between sales and finance, who clears it, and how."""

from . import (
    ar_sales_difference,
    ar_sales_difference_cure,
    ar_sales_difference_find,
    res_company,
    res_config_settings,
)
