from . import ar_fact_mixin  # isort: skip -- what other models inherit, in this order
from . import ar_aging_options, ar_customer_reply_mixin, ar_job_mixin  # isort: skip
from . import ar_delivery_worker_mixin  # isort: skip
from . import ar_delivery_mixin, ar_portal_link_mixin  # isort: skip
from . import ar_delivery_document_mixin  # isort: skip
from . import (
    account_account,
    account_move,
    account_move_line,
    account_partial_reconcile,
    ar_aging_bucket,
    ar_aging_change,
    ar_aging_scheme,
    ar_aging_snapshot,
    ar_aging_snapshot_line,
    ar_approval_delegation,
    ar_approval_mixin,
    ar_approval_rule,
    ar_closed_day,
    ar_credit_account,
    ar_credit_grade,
    ar_customer_statement,
    ar_delivery,
    ar_dispute,
    ar_hold,
    ar_kept_document,
    ar_open_item,
    ar_portal_link,
    ir_actions_report,
    ir_attachment,
    mail_thread,
    res_company,
    res_config_settings,
    res_partner,
)
