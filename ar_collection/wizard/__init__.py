from . import ar_collection_case_close, ar_collection_postpone, ar_health_check
