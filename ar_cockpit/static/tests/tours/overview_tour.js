import { registry } from "@web/core/registry";

/** A manager goes from a figure to the document behind it and back, and reads how a figure is defined. */
registry.category("web_tour.tours").add("ar_overview", {
    steps: () => [
        { trigger: ".o_ar_ready [data-tile=overdue] .o_ar_value:contains(1,000)" },
        { trigger: "[data-tile=overdue] .o_ar_define", run: "click" },
        { trigger: "[data-tile=overdue] .o_ar_definition:contains(As of)" },
        { trigger: ".o_ar_trend canvas" },
        { trigger: "[data-figure=overdue_ratio] canvas" },
        { trigger: "[data-tile=overdue] .o_ar_value", run: "click" },
        { trigger: ".o_list_view td[name=residual]:contains(1,000.00)" },
        { trigger: ".o_list_view td[name=commercial_partner_id]", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=invoice_line_ids]" },
        { trigger: ".breadcrumb-item:last a", run: "click" },
        { trigger: ".o_list_view td[name=residual]:contains(1,000.00)" },
        { trigger: ".breadcrumb-item:first a", run: "click" },
        { trigger: ".o_ar_ready [data-tile=open]" },
        { trigger: ".o_ar_bucket:contains(Over 120 days)", run: "click" },
        { trigger: ".o_list_view td[name=residual]:contains(1,000.00)" },
        { trigger: ".breadcrumb-item:first a", run: "click" },
        { trigger: ".o_ar_largest:contains(Hua)" },
    ],
});

/** Where nothing is open, the page says so. */
registry.category("web_tour.tours").add("ar_overview_empty", {
    steps: () => [
        { trigger: ".o_ar_ready [data-tile=open] .o_ar_value:contains(0)" },
        { trigger: "p:contains(No customer owes anything)" },
    ],
});
