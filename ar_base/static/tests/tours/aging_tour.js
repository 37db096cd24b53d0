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
