"""Balance confirmations: the letter, its frozen lines, the customer's answer, and the campaign an auditor reads."""

from . import (
    ar_balance_confirmation,
    ar_balance_confirmation_chase,
    ar_balance_confirmation_line,
    ar_balance_confirmation_reply,
    ar_confirmation_campaign,
    ar_confirmation_campaign_figures,
    res_company,
    res_config_settings,
)
