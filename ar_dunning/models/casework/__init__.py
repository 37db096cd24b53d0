from . import (
    ar_collection_case,
    ar_collection_case_close,
    ar_collection_case_cost,
    ar_collection_case_figures,
    ar_collection_case_item,
    ar_collection_case_pack,
    ar_collection_event,
    ar_contact_log,
    ar_credit_account,
    ar_dunning_notice,
    ar_dunning_notice_line,
    ar_dunning_run,
)
