"""Settings of the planner for one transaction."""

from odoo.tools import SQL

# Compiling a query of everything takes longer than running it.
NO_JIT = SQL('SET LOCAL jit = off')
