from . import (
    ar_credit_decision,
    res_company,
    res_config_settings,
    sale_order,
    stock_move,
    stock_move_line,
    stock_picking,
)
