from . import (
    ar_collection_worklist,
    ar_credit_account,
    ar_credit_account_demo,
    ar_desk_postpone,
    ar_open_item,
    res_company,
    res_config_settings,
)
