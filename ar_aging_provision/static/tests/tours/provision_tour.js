import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
// The PDF is on its way to the browser: the page is free again, and nothing went wrong.
const printed = { trigger: "body:not(:has(.o_blockUI)):not(:has(.o_error_dialog)) .o_form_view" };
const state = (label) => ({ trigger: `.o_statusbar_status button[aria-checked=true]:contains(${label})` });

/** The accountant makes a new version of the policy with another rate and date, and puts it in force. */
tours.add("ar_provision_policy", {
    steps: () => [
        { trigger: ".o_data_row td:contains(Test policy)", run: "click" },
        { trigger: "button[name=action_new_version]", run: "click" },
        state("Draft"),
        { trigger: "div[name=name] input, div[name=name] textarea", run: "edit Policy 2025" },
        { trigger: "div[name=date_from] button, div[name=date_from] input", run: "click" },
        { trigger: "div[name=date_from] input", run: "edit 01/01/2025 && press Tab" },
        { trigger: ".o_ar_rate_grid tr:contains(Over 30) td:eq(1) input:value(50)", run: "edit 60 && press Enter" },
        { trigger: ".o_ar_rate_grid tr:contains(Over 30) td:eq(1) input:value(60)" },
        {
            // The second rate is half typed when the first one comes back from the server.
            trigger: ".o_ar_rate_grid",
            run() {
                const [first, second] = document.querySelectorAll(
                    ".o_ar_rate_grid td:nth-child(2) input"
                );
                first.focus();
                first.value = "3";
                first.dispatchEvent(new Event("change", { bubbles: true }));
                first.dataset.before = "1";
                second.focus();
                second.value = "4";
                second.dispatchEvent(new Event("input", { bubbles: true }));
            },
        },
        {
            trigger: ".o_ar_rate_grid:not(:has([data-before])) input[value='3']",
            run() {
                if (document.activeElement.value !== "4") {
                    throw new Error(`What was being typed reads ${document.activeElement.value}`);
                }
                document.activeElement.blur();
            },
        },
        { trigger: ".o_ar_rate_grid:has(input[value='3']) input[value='4']" },
        { trigger: "a.nav-link[name=accounts]", run: "click" },
        { trigger: "div[name=allowance_account_id] input:visible" },
        { trigger: "button[name=action_confirm]", run: "click" },
        state("In force"),
    ],
});

/** The accountant computes a run, overrides a line with a reason, and leaves it to somebody else. */
tours.add("ar_provision_accountant", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_form_view div[name=as_of] button, .o_form_view div[name=as_of] input", run: "click" },
        { trigger: ".o_form_view div[name=as_of] input", run: "edit 06/30/2024 && press Tab" },
        { trigger: ".o_form_view div[name=policy_id] input:value(Test policy)" },
        { trigger: ".o_form_view button[name=action_compute]:visible", run: "click" },
        state("Computed"),
        { trigger: ".o_ar_matrix tfoot td:contains(170.00)" },
        { trigger: "a.nav-link[name=entry]", run: "click" },
        { trigger: ".o_ar_entry td:contains(8.00)" }, // 162.00 are booked by the run before
        { trigger: "button[name=action_approve]", run: "click" },
        { trigger: ".modal:contains(Another user) .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_ar_run_lines", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(Over 30) .o_list_record_selector input", run: "click" },
        { trigger: "button[name=action_override]", run: "click" },
        { trigger: ".modal div[name=rate] input", run: "edit 60" },
        { trigger: ".modal div[name=reason] input", run: "edit Partial guarantee lapsed" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_data_row td:contains(Partial guarantee lapsed)" },
    ],
});

/** The approver compares with the run before, approves, posts, prints, and reverses with a reason. */
tours.add("ar_provision_approver", {
    steps: () => [
        state("Computed"),
        { trigger: "button[name=action_compare]", run: "click" },
        { trigger: ".o_pivot th:contains(05/31/2024)" },
        { trigger: ".o_pivot td:contains(162.00)" },
        { trigger: ".o_pivot td:contains(200.00)" },
        { trigger: ".o_back_button a", run: "click" },
        { trigger: "button[name=action_approve]", run: "click" },
        state("Approved"),
        { trigger: "button[name=action_post]", run: "click" },
        state("Posted"),
        { trigger: "button[name=action_open_moves]", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(Charge):contains(38.00)" },
        { trigger: ".o_back_button a", run: "click" },
        { trigger: "button[name=action_print]", run: "click" },
        printed,
        { trigger: ".o_form_view button:contains(Reverse):visible", run: "click" },
        { trigger: ".modal div[name=reason] input", run: "edit Wrong rates" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_form_view" },
        state("Reversed"),
    ],
});

/** Write-off through the allowance, then a part of it comes in after all, then the roll-forward shows both. */
tours.add("ar_provision_write_off", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: "div[name=partner_id] input", run: "edit Hua" },
        { trigger: ".dropdown-item:contains(Hua)", run: "click" },
        { trigger: "div[name=reason] textarea", run: "edit Court decision" },
        { trigger: "button[name=action_load]", run: "click" },
        { trigger: "div[name=line_ids] .o_data_row:contains(1,000.00)" },
        { trigger: "button[name=action_post]", run: "click" },
        state("Posted"),
        { trigger: "button[name=action_recover]", run: "click" },
        { trigger: ".modal div[name=amount] input", run: "edit 90" },
        { trigger: ".modal button[name=action_post]", run: "click" },
        { trigger: "body:not(:has(.modal)) div[name=recovered]:contains(90.00)" },
    ],
});

tours.add("ar_provision_rollforward", {
    steps: () => [
        { trigger: ".o_ar_rollforward th:contains(Write-off)" },
        { trigger: ".o_ar_rollforward tr.fw-bold td:contains(90.00)" },
        { trigger: ".o_form_view:contains(Ties to the ledger)" },
        { trigger: "button[name=action_print]", run: "click" },
        printed,
        { trigger: "button[name=action_export]", run: "click" },
        printed,
    ],
});
