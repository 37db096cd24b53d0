from . import ar_customer_brief, ar_customer_brief_line
