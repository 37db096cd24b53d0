"""The SQL of assessments, set-based."""
