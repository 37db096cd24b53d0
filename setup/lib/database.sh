# shellcheck shell=bash
# Databases and the files that belong to them. Sourced, never run.

has_database() { psql -qAt -d postgres -c "select 1 from pg_database where datname = '$1'" | grep -q 1; }
filestore() { echo "$LOCAL/data/filestore/$1"; }

drop_database() {
    dropdb --if-exists --force "$1" 2>/dev/null
    rm -rf "$(filestore "$1")"
}

copy_database() {
    createdb -T "$1" "$2"
    # Links are enough: Odoo never changes a stored file, it adds and removes.
    [ ! -d "$(filestore "$1")" ] || cp -al "$(filestore "$1")" "$(filestore "$2")"
}

rename_database() {
    psql -qAt -d postgres -c "alter database \"$1\" rename to \"$2\"" >/dev/null
    [ ! -d "$(filestore "$1")" ] || mv "$(filestore "$1")" "$(filestore "$2")"
}

# Changes when our addons must be updated in a database, and not when only their tests or assets did.
addons_key() {
    ( cd "$ROOT" && find "${ADDONS[@]}" -type f -not -path '*/tests/*' -not -path '*/static/*' -not -name '*.pyc' \
        -print0 | LC_ALL=C sort -z | xargs -0 sha256sum ) | content_key
}

# odoo_install DATABASE OPTION...: installs or updates modules in silence. What Odoo warns of on the way, deprecations
# in the code of others aside, is shown and fails.
odoo_install() {
    local log="$LOCAL/install-$1.log"
    if ! odoo -d "$@" --stop-after-init --no-http --max-cron-threads=0 --log-level=warn >"$log" 2>&1 \
        || grep -E ' (WARNING|ERROR|CRITICAL) ' "$log" | grep -vF -e "py.warnings: $ODOO_PYTHONPATH" -e "py.warnings: $VENV" >/dev/null; then
        cat "$log" >&2
        die "Odoo failed or complained: odoo -d $*"
    fi
}

# odoo_script DATABASE: the script on standard input, in Odoo's shell. What it says is shown when it fails.
odoo_script() {
    local log="$LOCAL/script-$1.log"
    odoo shell -d "$1" --no-http >"$log" 2>&1 || { cat "$log" >&2; die "a script failed in the database $1"; }
}

# What our addons stand on, and what the tests need besides.
TEST_MODULES=(account sale_management payment_demo portal l10n_cn sale_stock stock_picking_batch sale_mrp stock_dropshipping)

# A template is built under another name, so that one that has its name is whole; older ones of its kind go.
make_template() {
    local kind=$1 name="${1}_$2" from=$3 modules=$4 old options=("${@:5}")
    has_database "$name" && return
    for old in $(psql -qAt -d postgres -c "select datname from pg_database where datname ~ '^${kind}_[0-9a-f]{16}$'"); do
        drop_database "$old"
    done
    drop_database "${kind}_part"
    copy_database "$from" "${kind}_part"
    # The first of the languages becomes everybody's.
    odoo_install "${kind}_part" -i "$modules" --load-language=en_US,zh_CN "${options[@]}"
    [ "$kind" != demo ] || make_demo_users "${kind}_part"
    # Each test would make the pages' assets again, in a transaction that is rolled back.
    [ "$kind" = base ] || odoo_script "${kind}_part" \
        <<<"env['ir.qweb']._pregenerate_assets_bundles(); env.cr.commit()"
    rename_database "${kind}_part" "$name"
}

make_demo_users() { odoo_script "$1" <"$ROOT/setup/lib/demo.py"; }

# Databases of runs that were killed.
drop_orphans() {
    local db pid
    for db in $(psql -qAt -d postgres -c "select datname from pg_database where datname ~ '^(test|life)_[0-9]+'"); do
        pid=$(echo "$db" | cut -d_ -f2)
        if [ "$db" = "$TEST_DB" ] || [ ! -d "/proc/$pid" ]; then drop_database "$db"; fi
    done
}

# Sets TEST_DB, a database of this run alone with our addons in it: copied from a template that has them, which
# is copied from one with Odoo's modules.
fresh_test_database() {
    local base suite
    base=$(echo "$ODOO_KEY ${TEST_MODULES[*]} en_US,zh_CN" | content_key)
    suite=$(echo "$base $(addons_key)" | content_key)
    if ! has_database "suite_$suite"; then
        has_database "base_$base" || say "creating a database with Odoo's modules"
        with_lock template make_template base "$base" template0 "$(join , "${TEST_MODULES[@]}")"
        say "installing the suite into it"
        with_lock template make_template suite "$suite" "base_$base" "$(join , "${INSTALLED[@]}")"
    fi
    TEST_DB="test_$$"
    trap 'drop_database "$TEST_DB"; leave_postgres' EXIT
    drop_orphans
    copy_database "suite_$suite" "$TEST_DB"
}

# Sets DEMO_DB, a copy of the demo database for this run.
fresh_demo_database() {
    local key
    key=$(echo "$ODOO_KEY $(addons_key) demo $(cat "$ROOT/setup/lib/demo.py")" | content_key)
    if ! has_database "demo_$key"; then
        say "creating a database with demo data"
        with_lock template make_template demo "$key" template0 "$(join , "${INSTALLED[@]}" sale_management payment_demo)" \
            --with-demo
    fi
    DEMO_DB="test_$$_demo"
    trap 'drop_database "$DEMO_DB"; drop_database "test_$$"; leave_postgres' EXIT
    copy_database "demo_$key" "$DEMO_DB"
}
