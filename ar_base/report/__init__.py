from . import ar_customer_statement_report, ar_open_item_report
