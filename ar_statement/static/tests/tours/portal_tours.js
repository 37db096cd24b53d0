import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const sign = (name) => [
    // The first letter opens the signature area.
    { trigger: ".o_web_sign_name_input", run: `edit ${name[0]}` },
    { trigger: "canvas.o_web_sign_signature" },
    { trigger: ".o_web_sign_name_input", run: `edit ${name}` },
    { trigger: ".o_portal_sign_submit:enabled", run: "click", expectUnloadPage: true },
];

/** The page must not be wider than the screen: a telephone does not scroll sideways. */
const fits = {
    trigger: "#wrap",
    run: () => {
        const width = document.querySelector("#wrap").scrollWidth;
        if (width > window.innerWidth + 1) {
            throw new Error(`The page is ${width} px wide on a screen of ${window.innerWidth} px.`);
        }
    },
};

/** Without logging in, by the link of the mail: the customer confirms. */
tours.add("ar_portal_confirm", {
    steps: () => [
        { trigger: ".ar_line:contains(INV/)" },
        fits,
        { trigger: "#ar_answer h5:contains(You confirm)" },
        ...sign("Li Wei"),
        { trigger: "#ar_answered:contains(Confirmed):contains(Li Wei)" },
        fits,
    ],
});

/** Logged in: the customer objects to one line with an amount of their own, takes another objection back, and signs. */
tours.add("ar_portal_object", {
    steps: () => [
        { trigger: "#ar_portal_confirmations a", run: "click", expectUnloadPage: true },
        { trigger: ".ar_line:eq(1) .ar_object", run: "click" },
        { trigger: ".ar_line:eq(1) form.show .ar_object_save", run: "click", expectUnloadPage: true },
        { trigger: ".ar_line:eq(1) .ar_withdraw", run: "click", expectUnloadPage: true },
        { trigger: "#ar_answer h5:contains(You confirm)" },
        { trigger: ".ar_line:eq(0) .ar_object", run: "click" },
        { trigger: ".ar_line:eq(0) form.show select[name=reason]", run: "select quantity" },
        { trigger: ".ar_line:eq(0) input[name=amount]", run: "edit 60.00" },
        { trigger: ".ar_line:eq(0) textarea[name=comment]", run: "edit Two were missing" },
        fits,
        { trigger: ".ar_line:eq(0) .ar_object_save", run: "click", expectUnloadPage: true },
        { trigger: ".ar_line:eq(0) .ar_objection:contains(Two were missing):contains(60.00)" },
        { trigger: "#ar_answer h5:contains(You object)" },
        ...sign("Li Wei"),
        { trigger: "#ar_answered:contains(Objected)" },
        fits,
    ],
});

/** The customer chooses the second instalment and another invoice, and pays both at once. */
tours.add("ar_portal_pay", {
    steps: () => [
        { trigger: ".ar_balance:contains(1,300.00)" },
        fits,
        { trigger: ".ar_pay_chosen:disabled" },
        { trigger: ".ar_item:contains(300.00) input[type=checkbox]", run: "click" },
        { trigger: ".ar_item:contains(500.00):last input[type=checkbox]", run: "click" },
        { trigger: ".o_ar_chosen_amount:contains(800.00)" },
        { trigger: ".ar_pay_chosen:enabled", run: "click", expectUnloadPage: true },
        { trigger: ".ar_pay_amount:contains(800.00)" },
        fits,
        { trigger: "input[name=o_payment_radio][data-payment-method-code=demo]", run: "click" },
        { trigger: "#customer_input", run: "edit 4242" },
        { trigger: "button[name=o_payment_submit_button]:enabled", run: "click", expectUnloadPage: true },
        { trigger: ".alert-success:contains(Thank you)", timeout: 30000 },
        { trigger: ".ar_balance:contains(500.00)" },
        fits,
    ],
});

/** Without logging in, by the link of a letter: what is not disputed is paid by one payment, and thanked for. */
tours.add("ar_portal_letter_pay", {
    steps: () => [
        { trigger: ".ar_letter_item:contains(INV/)" },
        fits,
        { trigger: ".ar_pay_all:contains(1,300.00)" },
        { trigger: ".ar_pay_undisputed:contains(1,100.00)", run: "click", expectUnloadPage: true },
        { trigger: ".ar_pay_amount:contains(1,100.00)" },
        fits,
        { trigger: "input[name=o_payment_radio][data-payment-method-code=demo]", run: "click" },
        { trigger: "#customer_input", run: "edit 4242" },
        { trigger: "button[name=o_payment_submit_button]:enabled", run: "click", expectUnloadPage: true },
        { trigger: "#ar_paid:contains(Thank you) .ar_paid_amount:contains(1,100.00)", timeout: 30000 },
        { trigger: "#ar_paid .ar_receipt" },
        fits,
    ],
});
