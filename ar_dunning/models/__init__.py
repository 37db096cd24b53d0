from . import (
    ar_credit_account,
    ar_dunning_block,
    ar_dunning_delivery,
    ar_dunning_delivery_channel,
    ar_dunning_delivery_send,
    ar_dunning_effect,
    ar_dunning_notice,
    ar_dunning_notice_letter,
    ar_dunning_notice_line,
    ar_dunning_notice_send,
    ar_dunning_plan,
    ar_dunning_print_batch,
    ar_dunning_run,
    ar_dunning_stage,
    ar_dunning_stage_amount,
    ar_dunning_stage_channel,
    mail_activity,
    mail_thread,
    res_company,
    res_config_settings,
    sms_tracker,
)

# Extensions of the models above, which become addons of their own.
from . import interest  # isort: skip
