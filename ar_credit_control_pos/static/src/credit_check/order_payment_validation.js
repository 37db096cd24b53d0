import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";

/** What goes on the customer's account is checked before the drawer opens and a receipt is printed. */
patch(OrderPaymentValidation.prototype, {
    async isOrderValid(isForceValidate) {
        return (await super.isOrderValid(isForceValidate)) && (await this.creditAllows());
    },

    async creditAllows() {
        const amount = this.paymentLines
            .filter((line) => line.payment_method_id.type === "pay_later")
            .reduce((sum, line) => sum + line.getAmount(), 0);
        const partner = this.order.getPartner();
        if (amount <= 0 || !partner) {
            return true;
        }
        const settled = {};
        for (const line of this.order.lines) {
            const origin = line.sale_order_origin_id;
            if (origin) {
                settled[origin.id] = (settled[origin.id] || 0) + line.priceIncl;
            }
        }
        const refusal = await this.askCredit(partner, amount, settled);
        if (refusal) {
            this.pos.dialog.add(AlertDialog, { title: _t("Not on account"), body: refusal });
        }
        return !refusal;
    },

    async askCredit(partner, amount, settled) {
        try {
            return await this.pos.data.call("pos.order", "credit_refusal", [
                this.pos.session.id,
                partner.id,
                amount,
                settled,
            ]);
        } catch (error) {
            if (error instanceof ConnectionLostError) {
                return _t(
                    "Without a connection nobody can buy on account: the customer's credit cannot be checked. Take another payment."
                );
            }
            throw error;
        }
    },
});
