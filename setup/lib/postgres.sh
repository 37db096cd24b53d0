# shellcheck shell=bash
# A private PostgreSQL 15 cluster on a unix socket. Sourced, never run.
# It belongs to this checkout: its data, log and socket lie below $LOCAL.

PG_BIN=/usr/lib/postgresql/15/bin
PG_ROLE=odoo

# ensure_postgres NAME [fast]: cluster NAME runs; "fast" gives durability away and is for tests only.
# It is stopped again at the end by the command that started it, unless another command still uses it.
ensure_postgres() {
    PG_NAME=$1 PG_FAST=${2:-}
    PG_HOME="$LOCAL/pg-$PG_NAME"
    PG_DATA="$PG_HOME/data"
    PG_SOCKET=$(socket_folder "$PG_HOME/socket")
    mkdir -p "$LOCAL"
    exec 8>"$LOCAL/pg-$PG_NAME.use"
    flock -s 8
    PG_STARTED=
    is_running || PG_STARTED=1
    with_lock "pg-$PG_NAME" start_postgres || die "PostgreSQL did not start: see $PG_HOME/log"
    export PGHOST=$PG_SOCKET PGUSER=$PG_ROLE PGPORT=5432
    unset PGPASSWORD PGDATABASE PGSERVICE
}

leave_postgres() {
    if [ -n "${PG_STARTED:-}" ] && flock -n 8; then stop_postgres; fi
}

# A unix socket's path holds 107 bytes: below a long one the socket lies in /tmp.
socket_folder() {
    local LC_ALL=C
    if [ ${#1} -le 85 ]; then echo "$1"; else echo "/tmp/ar-pg-$(echo "$1" | content_key)"; fi
}

# The server refuses root: root lends it the unprivileged user 'postgres'. Where that user cannot reach the
# folder (a checkout below /root), it also gets the one capability that lets it pass.
as_server() {
    if [ "$(id -u)" != 0 ]; then "$@"; return; fi
    local caps=()
    if ! setpriv --reuid postgres --regid postgres --clear-groups test -x "$PG_HOME"; then
        caps=(--inh-caps +dac_override --ambient-caps +dac_override)
    fi
    setpriv --reuid postgres --regid postgres --clear-groups "${caps[@]}" "$@"
}

is_running() { [ -e "$PG_DATA/postmaster.pid" ] && ( cd / && as_server "$PG_BIN/pg_ctl" -D "$PG_DATA" status ) >/dev/null; }

start_postgres() {
    is_running && [ -e "$PG_SOCKET" ] && return 0
    mkdir -p "$PG_HOME" "$PG_SOCKET" && chmod 700 "$PG_SOCKET"
    [ "$(id -u)" != 0 ] || chown postgres: "$PG_HOME" "$PG_SOCKET"
    cd "$PG_HOME" || return
    [ -e "$PG_DATA" ] || create_cluster || return 1
    # The locks' descriptors must not live on in the server.
    as_server "$PG_BIN/pg_ctl" -D "$PG_DATA" -l "$PG_HOME/log" -o "-k '$PG_SOCKET'" -w -t 60 start \
        >/dev/null 8>&- 9>&-
}

create_cluster() {
    say "creating a private PostgreSQL cluster"
    rm -rf "$PG_DATA.part"
    as_server "$PG_BIN/initdb" -D "$PG_DATA.part" -U "$PG_ROLE" -A trust -E UTF8 --locale=C.UTF-8 \
        ${PG_FAST:+--no-sync} >/dev/null || return 1
    postgres_conf | as_server tee -a "$PG_DATA.part/postgresql.conf" >/dev/null && mv "$PG_DATA.part" "$PG_DATA"
}

postgres_conf() {
    cat <<CONF
listen_addresses = ''
max_connections = 120
shared_buffers = 512MB
work_mem = 32MB
maintenance_work_mem = 256MB
random_page_cost = 1.1
CONF
    # Statistics that come when they come would give each run other plans. What takes minutes fails with its query.
    [ -z "$PG_FAST" ] || cat <<CONF
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
statement_timeout = 5min
log_min_duration_statement = 10s
CONF
}

stop_postgres() {
    ( cd / && as_server "$PG_BIN/pg_ctl" -D "$PG_DATA" -m fast -w stop >/dev/null 2>&1 ) || true
}
