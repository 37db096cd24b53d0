import { Component, onWillStart, useState } from "@odoo/owl";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, serializeDate } from "@web/core/l10n/dates";
import { formatCurrency } from "@web/core/currency";
import { user } from "@web/core/user";
import { useBus, useService } from "@web/core/utils/hooks";

/**
 * The strip above the aging: as-of date, scheme, basis and credits, and whether the page ties to the ledger.
 * Every choice is a key of the search model's context, so that list, pivot, graph, export and drill-down agree.
 */
export class AgingBar extends Component {
    static template = "ar_base.AgingBar";
    static components = { DateTimeInput };
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ header: null, details: false });
        onWillStart(() => this.load());
        useBus(this.env.searchModel, "update", () => this.load());
    }

    async load() {
        this.state.header = await this.call("ar_aging_header");
    }

    /** Call a method of the open items with what the page shows as its context. */
    call(method, args = []) {
        const context = { ...user.context, ...this.env.searchModel.aging };
        return this.orm.call("ar.open.item", method, args, { context });
    }

    async run(method, args) {
        return this.action.doAction(await this.call(method, args));
    }

    print(kind) {
        const { domain, facets } = this.env.searchModel;
        const filters = facets.filter((facet) => facet.type !== "groupBy");
        return this.run("ar_print", [kind, domain, filters.map((facet) => facet.values.join(", ")).join("; ")]);
    }

    get asOf() {
        return deserializeDate(this.state.header.as_of);
    }

    get totals() {
        return this.state.header.tie_out;
    }

    get ties() {
        return this.totals.every((row) => !row.difference);
    }

    money(amount, currencyId) {
        return formatCurrency(amount, currencyId);
    }

    set(key, value) {
        this.env.searchModel.setAging({ [key]: value });
    }

    onDate(value) {
        if (value) {
            this.set("as_of", serializeDate(value));
        }
    }

    onCurrency(ev) {
        this.set("aging_currency_id", parseInt(ev.target.value) || undefined);
    }

    onScheme(ev) {
        this.env.searchModel.setAging({
            aging_scheme_id: parseInt(ev.target.value),
            aging_basis: undefined,
            aging_credits: undefined,
        });
    }
}
