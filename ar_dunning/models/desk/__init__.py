from . import (
    ar_dunning_effect,
    ar_dunning_plan,
    ar_dunning_stage,
    ar_dunning_stage_channel,
    res_company,
    res_config_settings,
)
