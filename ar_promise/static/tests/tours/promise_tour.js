import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const inDays = (days) => {
    const day = new Date(Date.now() + days * 86400000);
    return day.toISOString().slice(0, 10);
};

/** A customer signs the offered plan, promises one invoice, and objects to another. */
const customer = () => [
    { trigger: ".ar_plan_offer", run: "click", expectUnloadPage: true },
    { trigger: ".ar_plan_lines tfoot:contains(90.00)" },
    { trigger: "#ar_plan_sign .o_web_sign_auto_button, #ar_plan_sign .o_web_sign_auto_select_style" },
    { trigger: "#ar_plan_sign .o_portal_sign_submit:enabled", run: "click", expectUnloadPage: true },
    { trigger: ".ar_plan_accepted:contains(Li)" },
    { trigger: ".o_portal_submenu, body", run: () => (window.location.href = "/my/receivables"), expectUnloadPage: true },
    { trigger: "#ar_portal_plans" },
    { trigger: ".ar_item:contains(PROMISE) .ar_promise_link", run: "click", expectUnloadPage: true },
    { trigger: ".ar_promise_form .ar_promise_item:checked" },
    {
        trigger: "#ar_promise_date",
        run() {
            this.anchor.value = inDays(10);
        },
    },
    { trigger: ".ar_promise_submit", run: "click", expectUnloadPage: true },
    { trigger: ".ar_notice:contains(noted your promise)" },
    { trigger: ".ar_item:contains(PROMISE) .ar_promised" },
    { trigger: ".ar_item:contains(DISPUTE) .ar_dispute_link", run: "click", expectUnloadPage: true },
    { trigger: "#ar_dispute_reason", run: "select quality" },
    { trigger: "#ar_dispute_amount", run: "edit 20" },
    { trigger: "#ar_dispute_text", run: "edit Two boxes were broken" },
    { trigger: ".ar_dispute_submit", run: "click", expectUnloadPage: true },
    { trigger: ".ar_notice:contains(looking into it)" },
    { trigger: "#ar_portal_disputes:contains(20.00)" },
];

tours.add("ar_promise_customer", { steps: customer });

/** The collector notes a promise from the invoice, and finds it on the credit file. */
tours.add("ar_promise_collector", {
    steps: () => [
        { trigger: ".o_form_view button[name=action_promise]", run: "click" },
        { trigger: ".o_form_view div[name=item_ids] .o_data_row:contains(PROMISE)" },
        { trigger: "div[name=line_ids] .o_data_row td[name=amount]:contains(60.00)" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_view .o_statusbar_status button[aria-checked=true]:contains(Open)" },
        { trigger: ".o_form_view button[name=action_ask_cancel]:visible", run: "click" },
        { trigger: ".modal div[name=reason] input", run: "edit Wrong invoice" },
        { trigger: ".modal button[name=action_apply]:visible", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_form_view div[name=cancel_reason]:contains(Wrong invoice)" },
    ],
});
