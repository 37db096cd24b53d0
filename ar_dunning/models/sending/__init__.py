from . import (
    ar_dunning_delivery,
    ar_dunning_delivery_channel,
    ar_dunning_delivery_mail,
    ar_dunning_delivery_queue,
    ar_dunning_notice,
    ar_dunning_notice_address,
    ar_dunning_notice_letter,
    ar_dunning_print_batch,
    mail_activity,
    mail_thread,
    sms_tracker,
)
