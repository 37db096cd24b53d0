# Checks of the source that need no database. Sourced, never run.

# Every check runs; the answer is whether all were content.
lint() {
    local failed=
    say "lint"
    cd "$ROOT"
    ruff check -q --no-cache . || failed=1
    python3 -m pylint --rcfile=.pylintrc -j 1 "${ADDONS[@]}" || failed=1
    python3 setup/lib/check_xml.py "${ADDONS[@]}" || failed=1
    python3 -m check_jsonschema -q --builtin-schema vendor.compose-spec docker-compose.yml || failed=1
    for script in setup/{bench,odoo,psql,run,test,vectors} setup/lib/*.sh setup/docker/*.sh .ci/run; do
        bash -n "$script" || failed=1
    done
    [ -z "$failed" ] || { echo "error: lint found faults" >&2; return 1; }
}
