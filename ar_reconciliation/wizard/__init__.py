from . import ar_month_end, ar_order_to_cash_date, ar_sales_reconciliation_generate
