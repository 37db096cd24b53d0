# shellcheck shell=bash
# What the scripts in the container share. Sourced, never run.
set -euo pipefail
SUITE=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export ADDONS
ADDONS=$(python3 "$SUITE/setup/lib/addons.py" --install | paste -sd,)

# Odoo's command line as the image starts it: its entry point waits for the database and adds how to reach it.
odoo() { /entrypoint.sh odoo "$@"; }
query() { PGPASSWORD=$PASSWORD psql -h "$HOST" -U "$USER" -d "$1" -qAtc "$2" 2>/dev/null; }
