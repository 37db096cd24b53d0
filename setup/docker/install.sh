#!/usr/bin/env bash
# Make the demo database, or bring the suite in it up to date. Can be run again and again.
. "$(dirname "$0")/common.sh"

installed="select 1 from ir_module_module where name = 'ar_credit_control' and state = 'installed'"
if [ "$(query receivables "$installed")" = 1 ]; then
    odoo -d receivables -i "$ADDONS" -u "$ADDONS" --stop-after-init --no-http
else
    odoo -d receivables -i "$ADDONS,sale_management,payment_demo" --with-demo --load-language=en_US,zh_CN \
        --stop-after-init --no-http
fi
odoo shell -d receivables --no-http <"$SUITE/setup/lib/demo.py"
