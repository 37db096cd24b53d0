from . import ar_confirmation_reply, ar_month_end
