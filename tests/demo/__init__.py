"""Tests on the demo database: `setup/test` makes it and runs them apart from the others."""
