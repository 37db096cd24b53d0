import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const COLORS = ["#714B67", "#1f8ac0", "#e9a13b", "#5b8a72", "#9b6b9e", "#7a869a", "#b0563e"];
const AGES = ["#5b8a72", "#c9b458", "#e9a13b", "#dc7f3c", "#c9543a", "#96281b"];

/** The strip at the top of a credit file: how much of the limit is used, by what, and how old it is. */
export class CreditSummary extends Component {
    static template = "ar_credit_control.CreditSummary";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
    }

    get summary() {
        return this.props.record.data[this.props.name] || {};
    }

    money(amount) {
        return formatMonetary(amount || 0, { currencyId: this.summary.currency_id });
    }

    get usedClass() {
        const used = this.summary.used_pct;
        return used > 100 ? "text-bg-danger" : used > 80 ? "text-bg-warning" : "text-bg-success";
    }

    get usedWidth() {
        return Math.min(Math.max(this.summary.used_pct || 0, 0), 100);
    }

    /** Widths of the positive parts of a stacked bar, in percent of their sum. */
    _bar(parts, colors) {
        const total = parts.reduce((sum, part) => sum + Math.max(part.amount, 0), 0);
        return parts.map((part, index) => ({
            ...part,
            color: colors[Math.min(index, colors.length - 1)],
            width: total ? (100 * Math.max(part.amount, 0)) / total : 0,
        }));
    }

    get components() {
        return this._bar(this.summary.components || [], COLORS).filter((part) => part.amount);
    }

    get buckets() {
        return this._bar(this.summary.buckets || [], AGES).filter((part) => part.amount);
    }

    async openComponent(code) {
        const id = this.props.record.resId;
        const action = await this.orm.call("ar.credit.account", "action_open_exposure", [[id]], {
            context: { component: code },
        });
        this.action.doAction(action);
    }

    async openAging() {
        const action = await this.orm.call("ar.credit.account", "action_open_items", [[this.props.record.resId]]);
        this.action.doAction(action);
    }
}

export const creditSummary = { component: CreditSummary, supportedTypes: ["json"] };

registry.category("fields").add("ar_credit_summary", creditSummary);
