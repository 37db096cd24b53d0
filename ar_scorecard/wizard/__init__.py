from . import ar_commission_compute
