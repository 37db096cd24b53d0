import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const state = (label) => ({ trigger: `.o_statusbar_status button[aria-checked=true]:contains(${label})` });
const open = (name) => ({ trigger: `.o_kanban_record:contains(${name}):not(.o_kanban_ghost)`, run: "click" });

/** The accountant generates the month for all salespersons at once, and looks at a part. */
tours.add("ar_reconciliation_generate", {
    steps: () => [
        { trigger: ".o_kanban_view" },
        { trigger: ".o_control_panel button:contains(Reconcile a Month)", run: "click" },
        { trigger: ".modal div[name=month] button, .modal div[name=month] input", run: "click" },
        { trigger: ".modal div[name=month] input", run: "edit 01/15/2024 && press Tab" },
        { trigger: ".modal button[name=action_generate]", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_kanban_record:contains(2024-01):contains(recseller)" },
        open("recseller"),
        state("To sign"),
        { trigger: "div[name=line_ids] .o_data_row:contains(Hua):contains(1,100.00)" },
    ],
});

/** The seller signs their own part. */
tours.add("ar_reconciliation_sign_sales", {
    steps: () => [
        open("2024-01"),
        { trigger: "button[name=action_sign_sales]", run: "click" },
        { trigger: ".modal .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal)) div[name=sales_signature_id]:contains(recseller)" },
        state("To sign"),
        { trigger: "body:not(:has(button[name=action_sign_sales]))" },
    ],
});

/** The accountant signs: both sides have. */
tours.add("ar_reconciliation_sign_finance", {
    steps: () => [
        open("recseller"),
        { trigger: "button[name=action_sign_finance]", run: "click" },
        { trigger: ".modal .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal)) .ribbon:contains(Signed)" },
        state("Signed"),
    ],
});

/** A late invoice came in: the page says so, the check reopens the period and says what changed. */
tours.add("ar_reconciliation_reopened", {
    steps: () => [
        open("recseller"),
        state("Signed"),
        { trigger: ".alert-warning:contains(after the figures were frozen) button[name=action_check]", run: "click" },
        { trigger: ".ribbon:contains(Reopened)" },
        { trigger: "a.nav-link[name=changes]", run: "click" },
        { trigger: "div[name=change_ids] .o_data_row:contains(Hua):contains(1,100.00):contains(1,650.00)" },
        { trigger: "a.nav-link[name=history]", run: "click" },
        { trigger: "div[name=signature_ids] .o_data_row:contains(recseller)" },
        { trigger: "div[name=signature_ids] .o_data_row:contains(recaccountant)" },
    ],
});

/** From the order to the money as of a day, and on to the invoice. */
tours.add("ar_order_to_cash", {
    steps: () => [
        { trigger: ".o_control_panel button:contains(As of a Date)", run: "click" },
        { trigger: ".modal div[name=as_of] button, .modal div[name=as_of] input", run: "click" },
        { trigger: ".modal div[name=as_of] input", run: "edit 01/31/2024 && press Tab" },
        { trigger: ".modal button[name=action_open]", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_data_row:contains(Hua):contains(1,100.00):contains(Overdue)" },
        { trigger: ".o_data_row:contains(Hua) button[name=action_open_invoices]", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(INV/2024)" },
    ],
});
