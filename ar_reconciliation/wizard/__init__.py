from . import ar_confirmation_reply
from . import ar_order_to_cash_date, ar_sales_reconciliation_generate
