# A private PostgreSQL 15 cluster on a unix socket. Sourced, never run.
# It belongs to this checkout: its data, log and socket lie below $LOCAL.

PG_BIN=/usr/lib/postgresql/15/bin
PG_ROLE=odoo

# ensure_postgres NAME [fast]: cluster NAME runs; "fast" gives durability away and is for tests only.
ensure_postgres() {
    PG_NAME=$1 PG_FAST=${2:-}
    PG_HOME="$LOCAL/pg-$PG_NAME"
    PG_DATA="$PG_HOME/data"
    PG_SOCKET="$PG_HOME/socket"
    # A unix socket's path holds 107 characters.
    if [ ${#PG_SOCKET} -gt 85 ]; then
        PG_SOCKET="/tmp/ar-pg-$(echo "$PG_HOME" | content_key)"
    fi
    with_lock "pg-$PG_NAME" start_postgres || die "PostgreSQL did not start: see $PG_HOME/log"
    export PGHOST=$PG_SOCKET PGUSER=$PG_ROLE PGPORT=5432
    unset PGPASSWORD PGDATABASE PGSERVICE
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

start_postgres() {
    mkdir -p "$PG_HOME" "$PG_SOCKET"
    [ "$(id -u)" != 0 ] || chown postgres: "$PG_HOME" "$PG_SOCKET"
    chmod 700 "$PG_SOCKET"
    cd "$PG_HOME"
    if [ ! -e "$PG_DATA/PG_VERSION" ]; then
        say "creating a private PostgreSQL cluster"
        as_server "$PG_BIN/initdb" -D "$PG_DATA" -U "$PG_ROLE" -A trust -E UTF8 --locale=C.UTF-8 \
            --no-sync >/dev/null || return 1
        write_postgres_conf
    fi
    as_server "$PG_BIN/pg_ctl" -D "$PG_DATA" status >/dev/null && return 0
    # The lock's descriptor must not live on in the server.
    as_server "$PG_BIN/pg_ctl" -D "$PG_DATA" -l "$PG_HOME/log" -o "-k '$PG_SOCKET'" -w -t 60 start \
        >/dev/null 9>&-
}

write_postgres_conf() {
    as_server tee -a "$PG_DATA/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
max_connections = 120
shared_buffers = 512MB
work_mem = 32MB
maintenance_work_mem = 256MB
random_page_cost = 1.1
CONF
    [ -z "$PG_FAST" ] || as_server tee -a "$PG_DATA/postgresql.conf" >/dev/null <<CONF
fsync = off
synchronous_commit = off
full_page_writes = off
CONF
}

stop_postgres() {
    ( cd / && as_server "$PG_BIN/pg_ctl" -D "$PG_DATA" -m fast -w stop >/dev/null 2>&1 ) || true
}

has_database() { psql -qAt -d postgres -c "select 1 from pg_database where datname = '$1'" | grep -q 1; }
