import { registry } from "@web/core/registry";

/** The as-of date above the pivot changes what it shows; the list keeps the date; the page ties to the ledger. */
registry.category("web_tour.tours").add("ar_aging", {
    steps: () => [
        { trigger: ".o_ar_tie_out.btn-outline-success" },
        { trigger: ".o_pivot td.o_pivot_cell_value:contains(60.00)" },
        { trigger: ".o_ar_aging_bar input:first", run: "edit 02/10/2024" },
        { trigger: ".o_ar_aging_bar input:first", run: "press Enter" },
        { trigger: ".o_pivot td.o_pivot_cell_value:contains(100.00)" },
        { trigger: ".o_ar_tie_out", run: "click" },
        { trigger: ".o_ar_aging_bar td:contains(100.00)" },
        { trigger: ".o_switch_view.o_list", run: "click" },
        { trigger: ".o_list_view td[name=bucket_id]:contains(1-30 days)" },
        { trigger: ".o_list_view td[name=commercial_partner_id]", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=invoice_line_ids]" },
    ],
});

/** From the page: freeze it and open the frozen lines; compare two dates and open the items of the first. */
registry.category("web_tour.tours").add("ar_aging_frozen_and_compared", {
    steps: () => [
        { trigger: ".o_ar_aging_bar input:first", run: "edit 02/29/2024" },
        { trigger: ".o_ar_aging_bar input:first", run: "press Enter" },
        { trigger: ".o_pivot td.o_pivot_cell_value:contains(60.00)" },
        { trigger: ".o_ar_pdf" },
        { trigger: ".o_ar_snapshot", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=total]:contains(60.00)" },
        { trigger: "button[name=action_open_lines]", run: "click" },
        { trigger: ".o_pivot td.o_pivot_cell_value:contains(60.00)" },
        { trigger: ".o_back_button, .breadcrumb-item:first a", run: "click" },
        { trigger: ".breadcrumb-item:first a", run: "click" },
        { trigger: ".o_ar_compare", run: "click" },
        { trigger: ".modal .o_field_widget[name=date_then]" },
        { trigger: ".modal button[name=action_compare]", run: "click" },
        { trigger: ".o_breadcrumb:contains(2024-01-31 → 2024-02-29)" },
        { trigger: ".o_data_row td[name=change]:contains(-100.00)" },
        { trigger: ".o_data_row button[name=action_open_then]:first", run: "click" },
        { trigger: ".o_ar_aging_bar input:first:value(01/31/2024)" },
        { trigger: ".o_list_view td[name=residual]:contains(100.00)" },
    ],
});
