"""The SQL of the key figures."""
