from . import report_campaign, report_confirmation
