from . import report_aging, report_statement
