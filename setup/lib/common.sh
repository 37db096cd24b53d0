# shellcheck shell=bash
# Paths, messages and locks shared by every command in setup/. Sourced, never run.
# Everything the commands make lives below $LOCAL, an ignored folder of the checkout.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
LOCAL=${AR_LOCAL:-$ROOT/.local}
# Bytecode is kept, but not next to the sources.
export LC_ALL=C.UTF-8 PYTHONPYCACHEPREFIX="$LOCAL/pycache"

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# The first 16 hex digits of what is read on standard input: the key of a cached folder.
content_key() { sha256sum | cut -c1-16; }

# Run a command as root: directly, or through sudo without ever asking in the middle of a build.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}
can_be_root() { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null || { [ -t 0 ] && command -v sudo >/dev/null; }; }

# with_lock NAME COMMAND...: two commands started at once wait for each other.
with_lock() {
    local name=$1; shift
    mkdir -p "$LOCAL"
    ( flock 9; "$@" ) 9>"$LOCAL/$name.lock"
}
