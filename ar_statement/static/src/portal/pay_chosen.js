import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { formatFloat } from "@web/core/utils/numbers";

/** Says what the chosen items come to, and refuses a payment of nothing. The amount that counts is the server's. */
export class PayChosen extends Interaction {
    static selector = ".o_ar_pay_chosen";
    dynamicContent = {
        _document: { "t-on-change": this.update },
        ".o_ar_chosen": { "t-att-class": () => ({ "d-none": !this.count }) },
        ".o_ar_chosen_amount": { "t-out": () => formatFloat(this.amount, { digits: [16, this.digits] }) },
        ".ar_pay_chosen": { "t-att-disabled": () => (this.count && this.amount > 0 ? undefined : "disabled") },
    };

    setup() {
        this.digits = parseInt(this.el.dataset.digits);
        this.update();
    }

    update() {
        const chosen = [...document.querySelectorAll(`input[form="${this.el.id}"]:checked`)];
        this.count = chosen.length;
        this.amount = chosen.reduce((sum, box) => sum + parseFloat(box.dataset.amount), 0);
    }
}

registry.category("public.interactions").add("ar_statement.pay_chosen", PayChosen);
