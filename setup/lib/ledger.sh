# shellcheck shell=bash
# The realistic ledger: a template per size, made once, keyed by what makes it. Sourced, never run.

LEDGER_MODULES=sale_management,account,contacts

# The size among the options; M unless one is named.
size_asked() {
    local size=M
    while [ $# -gt 0 ]; do
        case $1 in --size) size=${2:-}; shift ;; --size=*) size=${1#*=} ;; esac
        shift
    done
    case $size in S | M | L) echo "$size" ;; *) die "a size is S, M or L" ;; esac
}

# ensure_ledger SIZE: sets LEDGER, the template, and PLAIN, the same without customers and documents.
ensure_ledger() {
    local size=$1 key
    key=$(echo "$ODOO_KEY $LEDGER_MODULES" | content_key)
    PLAIN="plain_$key"
    key=$(cat <(echo "$key") "$ROOT"/tests/bench/realistic/{base.py,generate.py,*.sql} | content_key)
    LEDGER="ledger_${size,,}_$key"
    has_database "$PLAIN" || with_lock ledger make_plain
    has_database "$LEDGER" || with_lock ledger make_ledger "$size"
}

make_plain() {
    has_database "$PLAIN" && return
    say "creating a database with Odoo's apps"
    drop_database plain_part
    createdb -T template0 plain_part
    odoo_install plain_part -i "$LEDGER_MODULES" --without-demo
    rename_database plain_part "$PLAIN"
}

# One that has its name is whole and verified; older ones of its size go.
make_ledger() {
    local size=$1 part="ledger_${1,,}_part" old
    has_database "$LEDGER" && return
    say "making the ledger of size $size"
    for old in $(psql -qAt -d postgres -c "select datname from pg_database where datname ~ '^ledger_${size,,}_'"); do
        drop_database "$old"
    done
    copy_database "$PLAIN" "$part"
    python3 -m tests.bench.realistic --database "$part" --size "$size"
    rename_database "$part" "$LEDGER"
}

# Two copies, with the suite and without, measured in turns by one process.
compare_ledger() {
    trap 'drop_compared; leave_postgres' EXIT
    drop_compared
    copy_database "$PLAIN" compare_plain
    copy_database "$LEDGER" compare_odoo
    copy_database "$LEDGER" compare_suite
    python3 -m tests.bench.compare --plain compare_plain --without compare_odoo --with compare_suite "$@"
}

drop_compared() {
    drop_database compare_plain
    drop_database compare_odoo
    drop_database compare_suite
}
