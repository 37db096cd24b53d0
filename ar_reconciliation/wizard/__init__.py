from . import ar_order_to_cash_date
