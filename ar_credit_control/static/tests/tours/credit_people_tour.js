import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const closed = { trigger: "body:not(:has(.modal))" };
const PRICE = ".o_field_one2many[name=order_line] td[name=price_unit]";

// No step reads a word: each tour is the same in every language. Words are the matter of their own tests.

/** From the line of a quotation to the question for a release, without leaving the order. */
tours.add("ar_credit_seller_asks", {
    steps: () => [
        // What is left stands on the quotation, in grey while the order fits.
        { trigger: ".o_form_view div[name=credit_line] .text-muted:contains(20)" },
        { trigger: PRICE, run: "click" },
        { trigger: `${PRICE} input`, run: "edit 150" },
        { trigger: ".o_field_one2many[name=order_line] td[name=product_uom_qty]", run: "click" },
        // It follows the total before anything is saved.
        { trigger: ".o_form_view div[name=credit_line] .fw-bold:not(:has(.text-muted))" },
        { trigger: ".o_form_view button[name=action_confirm_with_credit]:visible", run: "click" },
        { trigger: ".o_form_view .o_credit_panel li" },
        { trigger: ".o_form_view button[name=action_credit_ask_release]:visible", run: "click" },
        { trigger: ".modal div[name=note] textarea", run: "edit Paid tomorrow" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        closed,
        { trigger: ".o-mail-Message:contains(Paid tomorrow)" },
    ],
});

/** The same page later: the order is a sales order, and nothing stands above it. */
tours.add("ar_credit_seller_is_released", {
    steps: () => [
        { trigger: ".o_statusbar_status button[data-value=sale][aria-checked=true]" },
        { trigger: ".o_form_view:not(:has(.o_credit_panel:visible))" },
        { trigger: ".o-mail-Message:contains(Paid tomorrow)" },
    ],
});

/** A confirmed order that is to grow: a dialog instead of a crash, and the order is as it was. */
tours.add("ar_credit_seller_is_refused", {
    steps: () => [
        { trigger: PRICE, run: "click" },
        { trigger: `${PRICE} input`, run: "edit 900" },
        { trigger: ".o_form_button_save:enabled", run: "click" },
        { trigger: ".modal .modal-body:contains(S0)" },
        { trigger: ".modal:not(:has(.o_error_detail)) .modal-footer button", run: "click" },
        closed,
        { trigger: ".o_form_button_cancel", run: "click" },
        { trigger: ".o_form_view:not(:has(.o_form_button_save:visible))" },
    ],
});

/** The controller asks the salesperson about a held order. */
tours.add("ar_credit_controller_asks", {
    steps: () => [
        { trigger: ".o_list_view td[name=order_name]", run: "click" },
        { trigger: ".o_form_view button[name=action_decide]:last", run: "click" },
        { trigger: ".modal div[name=note] textarea", run: "edit When do they pay" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        closed,
        { trigger: ".o_form_view div[name=question]:contains(When do they pay)" },
    ],
});

/** The salesperson reads the question on the order, and answers it by finishing the activity. */
tours.add("ar_credit_seller_answers", {
    steps: () => [
        { trigger: ".o_form_view .o_credit_panel:contains(When do they pay)" },
        { trigger: ".o-mail-Activity .o-mail-Activity-markDone", run: "click" },
        { trigger: ".o-mail-ActivityMarkAsDone textarea", run: "edit On Friday" },
        { trigger: ".o-mail-ActivityMarkAsDone button.btn-primary:last", run: "click" },
        { trigger: ".o-mail-Chatter:not(:has(.o-mail-Activity-markDone))" },
    ],
});

/** A controller's day: who is over the limit, why, and what waits; then the answer, and the decision. */
tours.add("ar_credit_controller_day", {
    steps: () => [
        { trigger: ".o_list_view td[name=partner_id]:contains(Hua Trading)", run: "click" },
        { trigger: ".o_form_view .o_credit_summary a[data-component=open_items]" },
        { trigger: ".o_form_view .o_button_more", run: "click" },
        { trigger: "button[name=action_open_held_orders]:visible", run: "click" },
        { trigger: ".o_action_manager > .o_list_view td[name=order_name]:contains(S0)", run: "click" },
        { trigger: ".o_form_view div[name=answer]:contains(On Friday)" },
        { trigger: ".o_form_view button[name=action_decide].btn-primary", run: "click" },
        { trigger: ".modal div[name=note] textarea", run: "edit Good for it" },
        { trigger: ".modal button[name=action_apply]", run: "click" },
        closed,
        { trigger: ".o_statusbar_status button[data-value=released][aria-checked=true]" },
    ],
});
