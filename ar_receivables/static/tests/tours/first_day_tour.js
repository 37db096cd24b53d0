import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const state = (label) => ({ trigger: `.o_statusbar_status button[aria-checked=true]:contains(${label})` });

// tests/test_first_day.py counts the clicks and the fields of each of these.

/** The administrator: who sends, and through which server. */
tours.add("ar_day_administrator", {
    steps: () => [
        { trigger: ".o_kanban_record:contains(Your company) button[name=action_ar_open]", run: "click" },
        { trigger: "div[name=email] input", run: "edit office@example.com" },
        // Odoo loads the page again where the company was changed.
        { trigger: ".o_form_button_save", run: "click", expectUnloadPage: true },
        { trigger: ".o_form_view:not(:has(.o_form_button_save:visible))" },
        { trigger: ".breadcrumb-item:contains(First Steps) a", run: "click" },
        { trigger: ".o_kanban_record:contains(The server that sends) button[name=action_ar_open]", run: "click" },
        { trigger: ".o_data_row:contains(Outgoing mail server) button[name=action_open]", run: "click" },
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: "div[name=name] input", run: "edit Loopback" },
        { trigger: "div[name=smtp_host] input", run: "edit 127.0.0.1" },
        { trigger: "div[name=smtp_port] input", run: "edit 10250" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_view:not(:has(.o_form_button_save:visible))" },
    ],
});

/** A seller confirms the first order of a customer whom nobody has given credit. */
tours.add("ar_day_seller", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: "div[name=partner_id] input", run: "edit First Mill" },
        { trigger: ".o-autocomplete--dropdown-item:contains(First Mill)", run: "click" },
        { trigger: ".o_field_x2many_list_row_add a:first", run: "click" },
        { trigger: "div[name=product_id] input, div[name=product_template_id] input", run: "edit Lamp" },
        { trigger: ".o-autocomplete--dropdown-item:contains(Lamp)", run: "click" },
        { trigger: ".o_field_widget[name=order_line] .o_data_row:contains(5,000.00)" },
        { trigger: "button[name=action_confirm_with_credit]:visible", run: "click" },
        { trigger: ".o_credit_panel li:visible" },
    ],
});

/** A collector proposes, approves and sends the first letters. */
tours.add("ar_day_collector", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: "button[name=action_propose]:visible", run: "click" },
        { trigger: "button[name=action_approve]:visible", run: "click" },
        { trigger: "button[name=action_send]:visible", run: "click" },
        { trigger: ".modal .btn-primary", run: "click" },
        { trigger: "body:not(:has(.modal)) .o_form_view:not(:has(button[name=action_send]:visible))" },
    ],
});

/** An accountant takes common loss rates, lets the accounts be found, and computes the first allowance. */
tours.add("ar_day_accountant_policy", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_ar_rate_library", run: "selectByIndex 1" },
        { trigger: ".o_ar_rate_grid tr:contains(61-90) td:eq(1) input:not(:value(/^0$/))" },
        { trigger: "a.nav-link[name=accounts]", run: "click" },
        { trigger: "button[name=action_map_accounts]:visible", run: "click" },
        { trigger: "div[name=allowance_account_id] input:value(Allowance)" },
        { trigger: "button[name=action_confirm]:visible", run: "click" },
        state("In force"),
    ],
});
tours.add("ar_day_accountant_run", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: "button[name=action_compute]:visible", run: "click" },
        state("Computed"),
    ],
});

/** Another accountant approves it, and posts it. */
tours.add("ar_day_approver", {
    steps: () => [
        { trigger: "button[name=action_approve]:visible", run: "click" },
        state("Approved"),
        { trigger: "button[name=action_post]:visible", run: "click" },
        state("Posted"),
    ],
});

/** The customer opens the link of the mail on a telephone, and pays. */
tours.add("ar_day_customer", {
    steps: () => [
        { trigger: ".ar_pay_all:contains(2,000.00)", run: "click", expectUnloadPage: true },
        { trigger: "input[name=o_payment_radio][data-payment-method-code=demo]", run: "click" },
        { trigger: "#customer_input", run: "edit 4242" },
        { trigger: "button[name=o_payment_submit_button]:enabled", run: "click", expectUnloadPage: true },
        { trigger: "#ar_paid:contains(Thank you)", timeout: 30000 },
    ],
});
