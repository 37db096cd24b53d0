#!/usr/bin/env bash
# Odoo's own test runner on the suite, in a database made for it.
. "$(dirname "$0")/common.sh"

query postgres 'drop database if exists test with (force)'
odoo -d test -i "$ADDONS,sale_management,payment_demo" --load-language=en_US,zh_CN \
    --test-tags "/${ADDONS//,/,/}" --stop-after-init
