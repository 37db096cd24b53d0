"""Statements sent to customers: run, its lines, schedule."""

from . import (
    ar_credit_account,
    ar_statement_line,
    ar_statement_run,
    ar_statement_schedule,
)
