from . import ar_confirmation_reply, ar_health_check, ar_month_end
