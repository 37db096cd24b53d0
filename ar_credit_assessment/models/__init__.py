"""The five Cs: score cards, payment behaviour, what follows from them."""

from . import (
    ar_credit_account_assessment,
    ar_credit_assessment,
    ar_credit_assessment_flag,
    ar_credit_assessment_line,
    ar_credit_assessment_scoring,
    ar_credit_assessment_words,
    ar_credit_change_assessment,
    ar_credit_index_point,
    ar_credit_scorecard,
    ar_credit_scorecard_factor,
    ar_credit_scorecard_knockout,
    ar_credit_scorecard_threshold,
    res_company_scoring,
    res_config_settings_scoring,
)
