# shellcheck shell=bash
# Debian packages that the suite needs from the machine. Sourced, never run.

# file (or pattern) that shows a package is there = package
SYSTEM_NEEDS=(
    "/usr/bin/python3=python3"
    "/usr/lib/python3.*/ensurepip=python3-venv"
    "/usr/lib/*/libmagic.so.1=libmagic1"
    "/usr/lib/postgresql/15/bin/postgres=postgresql-15"
    "/usr/bin/wkhtmltopdf=wkhtmltopdf"
    "/usr/bin/chromium=chromium"
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc=fonts-noto-cjk"
    "/usr/share/keyrings/debian-archive-keyring.gpg=debian-archive-keyring"
    "/etc/ssl/certs/ca-certificates.crt=ca-certificates"
    "/usr/bin/setpriv=util-linux"
    "/usr/bin/shellcheck=shellcheck"
)

missing_packages() {
    local need
    for need in "${SYSTEM_NEEDS[@]}"; do
        compgen -G "${need%=*}" >/dev/null || printf '%s\n' "${need#*=}"
    done
}

# Install what is missing. Without root and without sudo, say exactly what to ask for.
ensure_system() {
    local missing conf=/etc/postgresql-common/createcluster.d/ar-suite-no-main.conf
    mapfile -t missing < <(missing_packages)
    [ ${#missing[@]} = 0 ] && return
    if ! can_be_root; then
        die "these Debian packages are missing and this user has neither root nor sudo:
    ${missing[*]}
Ask an administrator for:  apt-get install ${missing[*]}
and run this command again."
    fi
    say "installing from Debian: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get update -qq
    if [[ " ${missing[*]} " == *" postgresql-15 "* ]]; then
        # The package would make and start a cluster of its own; this suite brings a private one.
        as_root apt-get install -y -qq --no-install-recommends postgresql-common </dev/null >/dev/null
        as_root mkdir -p "$(dirname $conf)"
        echo 'create_main_cluster = false' | as_root tee $conf >/dev/null
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null \
        || { as_root rm -f $conf; die "apt-get could not install: ${missing[*]}"; }
    as_root rm -f $conf
}
