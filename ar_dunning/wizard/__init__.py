from . import ar_dunning_decide, ar_dunning_opening, ar_health_check
