# shellcheck shell=bash
# Odoo 19 itself: Debian's package, unpacked next to what its assets link to. Sourced, never run.
# ODOO_SRC=/path/to/odoo uses an existing checkout instead.

ODOO_SID_PACKAGES=(odoo-19 fonts-montserrat)
ODOO_OWN_PACKAGES=(libjs-jquery libjs-jquery-form libjs-underscore fonts-font-awesome
                   fonts-inconsolata fonts-ocr-b fonts-roboto-unhinted)
ODOO_LAYOUT=1  # raise when the steps below change

# The mirror that this machine's own apt uses for the release named.
debian_mirror() {
    # shellcheck disable=SC2016  # apt expands these
    apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null \
        | awk -v own="$1" '$2 == "main" && ($1 == own || $1 ~ /^(old)?stable$/) { print $3; exit }'
}

# A private apt configuration with Debian's unstable suite next to the machine's own: the machine's mirror,
# own folders, nothing of the machine's apt is written.
private_apt() {
    local dir=$1 own=$2 mirror
    mirror=$(debian_mirror "$own")
    if [ -z "$mirror" ] && can_be_root; then  # an image whose package lists were cleaned away
        as_root apt-get update -qq
        mirror=$(debian_mirror "$own")
    fi
    [ -n "$mirror" ] || die "apt knows no Debian mirror: run 'apt-get update' as root, or set ODOO_SRC=/path/to/odoo"
    mkdir -p "$dir"/{lists/partial,cache/archives/partial,sources.list.d,deb}
    cat >"$dir/sources.list.d/debian.sources" <<SOURCES
Types: deb
URIs: $mirror
Suites: sid $own
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
    cat >"$dir/apt.conf" <<CONF
Dir::State::Lists "$dir/lists";
Dir::Cache "$dir/cache";
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "$dir/sources.list.d";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Sandbox::User "";
CONF
}

# An unpacked tree with every link of Odoo's assets resolved.
unpack_odoo() {
    local target=$1 work="$1.part" apt own deb
    [ -d "$target" ] && return
    rm -rf "$work"; mkdir -p "$work"
    apt="$work/apt" own=$(. /etc/os-release; echo "$VERSION_CODENAME")
    private_apt "$apt" "$own"
    say "fetching Odoo 19 from Debian"
    ( export APT_CONFIG="$apt/apt.conf"
      apt-get update -qq
      cd "$apt/deb" || exit
      # Unstable's font-awesome and others have another layout than the links expect: those are the machine's own.
      apt-get download -qq "${ODOO_SID_PACKAGES[@]/%//sid}" "${ODOO_OWN_PACKAGES[@]/%//$own}" )
    for deb in "$apt"/deb/*.deb; do dpkg-deb -x "$deb" "$work"; done
    rm -rf "$apt"
    # Debian's build leaves this file out; without it every page logs an error and tours fail.
    local selfie="$work/usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    mkdir -p "$(dirname "$selfie")"; [ -e "$selfie" ] || : >"$selfie"
    relink_absolute "$work"
    local dangling
    dangling=$(find "$work/usr/lib/python3" -xtype l | head -n 5)
    [ -z "$dangling" ] || die "links of Odoo's assets lead nowhere:
$dangling"
    rm -rf "$target"; mv "$work" "$target"
}

# Links that name /usr/... are made to point into the unpacked tree.
relink_absolute() {
    local link to
    find "$1/usr/lib/python3" -type l -lname '/*' | while read -r link; do
        to=$(readlink "$link")
        [ ! -e "$1$to" ] || ln -sfn "$(realpath -s --relative-to="$(dirname "$link")" "$1$to")" "$link"
    done
}

# shellcheck disable=SC2034  # read by env.sh
# Sets ODOO_PYTHONPATH (what makes 'import odoo' work) and ODOO_KEY (what a database depends on).
ensure_odoo() {
    if [ -n "${ODOO_SRC:-}" ]; then
        [[ -e $ODOO_SRC/odoo-bin && -d $ODOO_SRC/odoo/addons/base ]] \
            || die "ODOO_SRC=$ODOO_SRC is not an Odoo checkout (no odoo-bin in it)"
        ODOO_PYTHONPATH=$(cd "$ODOO_SRC" && pwd -P)
        ODOO_ADDONS="$ODOO_PYTHONPATH/addons,$ODOO_PYTHONPATH/odoo/addons"
        ODOO_KEY=$(git -C "$ODOO_SRC" rev-parse HEAD 2>/dev/null || echo "$ODOO_SRC" | content_key)
        return
    fi
    local tree
    ODOO_KEY=$(echo "$ODOO_LAYOUT ${ODOO_SID_PACKAGES[*]} ${ODOO_OWN_PACKAGES[*]}" | content_key)
    tree="$LOCAL/odoo-$ODOO_KEY"
    [ -d "$tree" ] || with_lock odoo unpack_odoo "$tree"
    ODOO_PYTHONPATH="$tree/usr/lib/python3/dist-packages"
    ODOO_ADDONS="$ODOO_PYTHONPATH/odoo/addons"
}
