# shellcheck shell=bash
# The virtual environment, keyed by its pinned requirements. Sourced, never run.

ensure_python() {
    local key
    key=$( { cat "$ROOT"/setup/*requirements.txt; /usr/bin/python3 --version; } | content_key)
    VENV="$LOCAL/venv-$key"
    [ -e "$VENV/.complete" ] || with_lock venv make_venv
    export PATH="$VENV/bin:$PATH"
}

make_venv() {
    [ -e "$VENV/.complete" ] && return
    say "installing Python packages"
    rm -rf "$VENV"
    /usr/bin/python3 -m venv "$VENV"
    # A few packages come as source only. What builds them is pinned as well, so nothing is fetched unseen.
    pip_install build-requirements.txt
    pip_install requirements.txt --no-build-isolation
    : >"$VENV/.complete"
}

# pip_install FILE [OPTION...]
pip_install() {
    local file=$1; shift
    "$VENV/bin/pip" install -q --disable-pip-version-check --require-hashes --no-deps "$@" -r "$ROOT/setup/$file" \
        || die "pip could not install setup/$file"
}
