"""Statements sent to customers: run, its lines, schedule, days on which nothing is sent."""
from . import (
    ar_closed_day,
    ar_credit_account,
    ar_statement_line,
    ar_statement_run,
    ar_statement_schedule,
)
