import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// No step reads a word of the screen: each tour is the same in every language.

/** Without an invoice, which is another matter. */
const payInCash = () => [
    PaymentScreen.clickPaymentMethod("Cash"),
    PaymentScreen.clickInvoiceButton(),
    PaymentScreen.isInvoiceButtonUnchecked(),
    PaymentScreen.clickValidate(),
    ReceiptScreen.isShown(),
];

/** A quotation of a customer on hold is settled: the person who pays gets the goods. */
tours.add("ar_credit_till_settles_in_cash", {
    steps: () =>
        [
            Chrome.startPoS(),
            ProductScreen.clickControlButtonMore(),
            { trigger: ".control-buttons button:has(.fa-link)", run: "click" },
            { trigger: ".modal .o_data_row td:contains(Hua Trading)", run: "click" },
            { trigger: ".modal .selection-item:first", run: "click" },
            ProductScreen.totalAmountIs("250.00"),
            ProductScreen.clickPayButton(),
            payInCash(),
        ].flat(Infinity),
});

/** On account is refused before the sale is closed, with the reason; the customer pays, and gets the goods. */
tours.add("ar_credit_till_refuses_pay_later", {
    steps: () =>
        [
            Chrome.startPoS(),
            ProductScreen.clickDisplayedProduct("Pump"),
            ProductScreen.clickPartnerButton(),
            ProductScreen.clickCustomer("Hua Trading"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Customer Account"),
            PaymentScreen.clickValidate(),
            { trigger: ".modal .modal-body:contains(Hua Trading):contains(Carla Control)" },
            { trigger: ".modal .modal-footer .btn-primary", run: "click" },
            { trigger: "body:not(:has(.modal))" },
            PaymentScreen.isShown(),
            PaymentScreen.clickPaymentlineDelButton("Customer Account", "100"),
            payInCash(),
        ].flat(Infinity),
});
