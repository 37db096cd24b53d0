# One line for each command: everything it needs is there afterwards. Sourced, never run.
# shellcheck shell=bash
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/common.sh"
. "$here/system.sh"
. "$here/odoo.sh"
. "$here/python.sh"
. "$here/postgres.sh"
. "$here/database.sh"

# ensure_env CLUSTER [fast]
ensure_env() {
    ensure_system
    # What the suite consists of stands in the manifests alone.
    mapfile -t ADDONS < <(python3 "$ROOT/setup/lib/addons.py")
    mapfile -t INSTALLED < <(python3 "$ROOT/setup/lib/addons.py" --install)
    ensure_odoo
    ensure_python
    trap leave_postgres EXIT
    ensure_postgres "$@"
    export PYTHONPATH="$ODOO_PYTHONPATH"
    write_odoo_conf
}

# Odoo's own configuration; the commands pass what differs on the command line.
write_odoo_conf() {
    export ODOO_CONF="$LOCAL/odoo-$PG_NAME.conf" ODOO_RC="$LOCAL/odoo-$PG_NAME.conf"
    mkdir -p "$LOCAL/data"
    # It holds a password: for its owner only, from its first byte on.
    ( umask 077; cat >"$ODOO_CONF.$$" ) <<CONF
[options]
addons_path = $ODOO_ADDONS,$ROOT
data_dir = $LOCAL/data
db_host = $PGHOST
db_port = $PGPORT
db_user = $PG_ROLE
db_maxconn = 40
admin_passwd = $(head -c 18 /dev/urandom | base64)
http_interface = 127.0.0.1
list_db = False
CONF
    mv "$ODOO_CONF.$$" "$ODOO_CONF"
}

odoo() { python3 -m odoo "$@"; }
join() { local IFS=$1; shift; echo "$*"; }
