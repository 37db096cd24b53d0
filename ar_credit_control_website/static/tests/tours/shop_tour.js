import { registry } from "@web/core/registry";

const MAIN_BUTTON = "a[name=website_sale_main_button]:not(.disabled):visible";
const PAY = "button[name=o_payment_submit_button]:enabled:visible";
const method = (code) => `input[name=o_payment_radio][data-payment-method-code=${code}]`;

// No step reads a word of the page: the tour is the same in every language.

/** A customer without credit orders cash on delivery, reads that it waits, pays now, and has the order. */
registry.category("web_tour.tours").add("ar_credit_shop_pays_now", {
    steps: () => [
        { trigger: "body[is-ready=true] #add_to_cart", run: "click" },
        { trigger: "a sup.my_cart_quantity:text(1)", run: "click", expectUnloadPage: true },
        { trigger: MAIN_BUTTON, run: "click", expectUnloadPage: true },
        // The way of delivery has been chosen.
        { trigger: "input[name=o_delivery_radio]:checked" },
        { trigger: MAIN_BUTTON, run: "click", expectUnloadPage: true },
        { trigger: method("cash_on_delivery"), run: "click" },
        { trigger: PAY, run: "click", expectUnloadPage: true },
        { trigger: "[name=credit_review] [name=credit_pay_now]", run: "click", expectUnloadPage: true },
        { trigger: "body[is-ready=true] #o_sale_portal_paynow", run: "click" },
        // To pay later is what was refused: it is not offered again.
        {
            trigger: `.modal.show:not(:has(${method("cash_on_delivery")})) ${method("demo")}`,
            run: "click",
        },
        { trigger: ".modal.show input[name=customer_input]", run: "edit 4242424242424242" },
        {
            // Odoo translates the value of the option too, and knows it no more.
            trigger: ".modal.show #simulated_payment_state",
            run() {
                this.anchor.options[0].value = "done";
            },
        },
        { trigger: `.modal.show ${PAY}`, run: "click", expectUnloadPage: true },
        { trigger: "#quote_content:not(:has(#o_sale_portal_paynow))" },
    ],
});
