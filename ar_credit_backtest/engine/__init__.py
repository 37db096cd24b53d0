"""The SQL of back-tests, set-based."""
