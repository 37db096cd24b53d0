# shellcheck shell=bash
# Checks of the source that need no database. Sourced, never run.

# Every check runs; the answer is whether all were content.
lint() {
    local failed=
    say "lint"
    cd "$ROOT" || return
    ruff check -q --no-cache . || failed=1
    ruff format -q --no-cache --check . || { echo "error: not formatted (ruff format)" >&2; failed=1; }
    python3 -m pylint --rcfile=.pylintrc -j 1 "${ADDONS[@]}" || failed=1
    python3 setup/lib/check_xml.py "${ADDONS[@]}" || failed=1
    python3 -m check_jsonschema -q --builtin-schema vendor.compose-spec docker-compose.yml || failed=1
    python3 -m check_jsonschema -q --builtin-schema vendor.github-workflows .github/workflows/*.yml || failed=1
    python3 setup/lib/package.py --check || failed=1
    python3 setup/lib/hooks.py --check || failed=1
    python3 setup/lib/check_words.py "${ADDONS[@]}" setup tests docs ./*.md docker-compose.yml || failed=1
    oxlint --quiet --deny-warnings "${ADDONS[@]}" >/dev/null || { oxlint --deny-warnings "${ADDONS[@]}"; failed=1; }
    shellcheck -x -P SCRIPTDIR setup/{bench,odoo,psql,run,test,vectors} setup/lib/*.sh setup/docker/*.sh .ci/run || failed=1
    [ -z "$failed" ] || { echo "error: lint found faults" >&2; return 1; }
}
