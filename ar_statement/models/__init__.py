from . import (
    ar_awaited_answer_mixin,
    ar_balance_confirmation,
    ar_balance_confirmation_line,
    ar_confirmation_campaign,
    ar_credit_account,
    ar_statement_line,
    ar_statement_run,
    ar_statement_schedule,
    payment_transaction,
    res_company,
    res_config_settings,
)
