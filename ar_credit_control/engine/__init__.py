"""The SQL of credit control, set-based."""
