import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** A seller presses Confirm on an order over the limit, and reads why it is held and what would release it. */
const sellerIsHeld = (reason, remedy) => () => [
    { trigger: ".o_form_view button[name=action_confirm_with_credit]:visible", run: "click" },
    { trigger: `.o_credit_panel li:contains(${reason})` },
    { trigger: `.o_credit_panel strong:contains(${remedy}):contains(INV)` },
    { trigger: ".o_notification" },
    // Odoo's own button is there for other addons and cannot be pressed.
    { trigger: ".o_form_view:not(:has(button[name=action_confirm]:visible))" },
];
tours.add("ar_credit_seller_held", { steps: sellerIsHeld("exceeds the credit limit", "The customer pays") });
tours.add("ar_credit_seller_held_zh", { steps: sellerIsHeld("超出信用额度", "客户支付") });

/** A seller raises the price of a confirmed order: refused by a dialog that says why, not by a crash. */
tours.add("ar_credit_seller_grows", {
    steps: () => [
        { trigger: ".o_field_one2many[name=order_line] td[name=price_unit]", run: "click" },
        { trigger: ".o_field_one2many[name=order_line] td[name=price_unit] input", run: "edit 900" },
        { trigger: ".o_form_button_save:enabled", run: "click" },
        { trigger: ".modal .modal-title:contains(Credit hold)" },
        { trigger: ".modal-body:contains(is on credit hold: Credit limit exceeded)" },
        { trigger: ".modal .modal-footer button", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_form_button_cancel", run: "click" },
        { trigger: ".o_form_view:not(:has(.o_form_button_save:visible))" },
    ],
});

/** A controller finds the order in the queue, releases it with a reason, and it is confirmed. */
tours.add("ar_credit_controller_releases", {
    steps: () => [
        { trigger: ".o_list_view td[name=reason_text]:contains(Credit limit exceeded)", run: "click" },
        { trigger: ".o_form_view .o_credit_panel li:contains(exceeds the credit limit)" },
        { trigger: ".o_form_view button[name=action_decide]:contains(Release)", run: "click" },
        { trigger: ".modal div[name=note] textarea", run: "edit Guaranteed by the parent company" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        { trigger: "body:not(:has(.modal))" },
        { trigger: ".o_statusbar_status button[aria-checked=true]:contains(Released)" },
        { trigger: ".o_form_view button[name=action_open_order]", run: "click" },
        { trigger: ".o_sale_order .o_statusbar_status button[aria-checked=true]:contains(Sales Order)" },
    ],
});

/** A seller who may register payments does so on the customer's invoice. */
tours.add("ar_credit_seller_registers_payment", {
    steps: () => [
        { trigger: ".o_form_view button[name=action_register_payment]:visible", run: "click" },
        { trigger: ".modal button[name=action_create_payments]", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_form_view:has(.o_widget_web_ribbon)" },
    ],
});

/** The order was released automatically: confirmed, no panel left. */
tours.add("ar_credit_seller_sees_order_free", {
    steps: () => [
        { trigger: ".o_sale_order .o_statusbar_status button[aria-checked=true]:contains(Sales Order)" },
        { trigger: ".o_form_view:not(:has(.o_credit_panel:visible))" },
        { trigger: ".o-mail-Message:contains(Released from credit hold)" },
    ],
});

/** The approver follows the link of the mail and decides in one step. */
tours.add("ar_credit_mail_link", {
    steps: () => [
        { trigger: ".o_form_view .o_credit_panel li:contains(exceeds the credit limit)" },
        { trigger: ".o_form_view button[name=action_decide]:contains(Reject)", run: "click" },
        { trigger: ".modal div[name=note] textarea", run: "edit Pay first" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_statusbar_status button[aria-checked=true]:contains(Rejected)" },
    ],
});

/** A controller's day: read the file, open a figure, ask for a higher limit. */
tours.add("ar_credit_controller_file", {
    steps: () => [
        { trigger: ".o_list_view td[name=partner_id]:contains(Hua Trading)", run: "click" },
        { trigger: ".o_credit_summary a[data-component=open_items]", run: "click" },
        { trigger: ".o_list_view td[name=name]:contains(INV)" },
        { trigger: ".o_list_footer td:contains(80.00)" },
        { trigger: ".breadcrumb-item:contains(Hua Trading) a, .o_back_button", run: "click" },
        { trigger: ".o_form_view button[name=action_change_credit]", run: "click" },
        { trigger: ".o_form_view div[name=new_limit] input", run: "edit 500" },
        { trigger: ".o_form_view div[name=reason] textarea", run: "edit Orders twice as much as last year" },
        { trigger: ".o_form_view button[name=action_submit]", run: "click" },
        { trigger: ".o_statusbar_status button[aria-checked=true]:contains(Submitted)" },
    ],
});

/** A manager's day: approve what was asked, look at the set-up. */
tours.add("ar_credit_manager", {
    steps: () => [
        { trigger: ".o_list_view td[name=partner_id]:contains(Hua Trading)", run: "click" },
        { trigger: ".o_form_view button[name=action_approve]", run: "click" },
        { trigger: ".o_statusbar_status button[aria-checked=true]:contains(Applied)" },
        { trigger: "button[data-menu-xmlid='ar_base.menu_configuration']", run: "click" },
        { trigger: "a[data-menu-xmlid='ar_base.menu_health_check']", run: "click" },
        { trigger: ".o_breadcrumb:contains(Set-up Check)" },
    ],
});
