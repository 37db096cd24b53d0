import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
// No word is read: the tours run in every language.
const step = (code, state) => `.o_ar_month_end [data-step=${code}][data-state=${state}]`;
const back = { trigger: ".o_back_button a", run: "click" };

/** The accountant freezes the aging, computes the allowance, and asks somebody else to approve it. */
tours.add("ar_month_end_accountant", {
    steps: () => [
        { trigger: step("tie_out", "done") },
        { trigger: `${step("snapshot", "todo")} button`, run: "click" },
        { trigger: step("snapshot", "done") },
        { trigger: `${step("provision_run", "todo")} button`, run: "click" },
        { trigger: ".o_form_view .o_ar_matrix tfoot" },
        { trigger: "button[name=action_open_analysis].oe_stat_button", run: "click" },
        { trigger: ".o_notebook .nav-link[name=receipts]", run: "click" },
        { trigger: ".o_ar_receipts .fw-bold" },
        { trigger: ".o_notebook .nav-link[name=sensitivity]", run: "click" },
        { trigger: ".o_ar_sensitivity tbody tr:eq(4)" },
        back,
        { trigger: ".o_form_view .o_ar_matrix tfoot" },
        back,
        { trigger: step("provision_run", "done") },
        { trigger: `${step("provision_approve", "waiting")} button`, run: "click" },
        { trigger: `${step("provision_approve", "waiting")}` },
    ],
});

/** The approver looks at the run, approves and posts it, and opens a figure of the roll-forward. */
tours.add("ar_month_end_approver", {
    steps: () => [
        { trigger: `${step("provision_approve", "todo")} button`, run: "click" },
        { trigger: ".o_form_view button[name=action_approve]", run: "click" },
        { trigger: ".o_form_view button[name=action_post]" },
        back,
        { trigger: `${step("provision_post", "todo")} button`, run: "click" },
        { trigger: step("provision_post", "done") },
        { trigger: `${step("rollforward", "done")} button`, run: "click" },
        { trigger: ".o_ar_rollforward .fw-bold a[data-ar-key$=charge]", run: "click" },
        { trigger: ".o_list_view .o_data_row" },
    ],
});

/** The accountant enters rates in the grid: one cell, and common rates. */
tours.add("ar_provision_grid", {
    steps: () => [
        { trigger: ".o_ar_rate_grid tbody tr:eq(2) td:eq(1) input", run: "edit 60 && press Enter" },
        { trigger: ".o_ar_rate_grid tbody tr:eq(2) td:eq(1) input:value(60)" },
        { trigger: ".o_ar_rate_library", run: "select cn_common" },
        { trigger: ".o_ar_rate_grid tbody tr:eq(2) td:eq(1) input:value(5)" },
    ],
});
