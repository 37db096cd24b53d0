from . import ar_confirmation_reply
