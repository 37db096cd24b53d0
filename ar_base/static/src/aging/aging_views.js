import { ControlPanel } from "@web/search/control_panel/control_panel";
import { listView } from "@web/views/list/list_view";
import { registry } from "@web/core/registry";
import { SearchModel } from "@web/search/search_model";
import { AgingBar } from "./aging_bar";

const KEYS = [
    "as_of",
    "aging_scheme_id",
    "aging_basis",
    "aging_credits",
    "aging_valuation",
    "aging_currency_id",
];

/** A search model whose context carries the aging's parameters, also from one view to the next. */
const withAging = (Base) =>
    class extends Base {
        get aging() {
            return Object.fromEntries(
                KEYS.filter((key) => this.globalContext[key]).map((key) => [key, this.globalContext[key]])
            );
        }

        setAging(changes) {
            this.globalContext = { ...this.globalContext, ...changes };
            this._notify();
        }

        exportState() {
            return { ...super.exportState(), aging: this.aging };
        }

        _importState(state) {
            super._importState(state);
            Object.assign(this.globalContext, state.aging || {});
        }
    };

export class AgingControlPanel extends ControlPanel {
    static template = "ar_base.AgingControlPanel";
    static components = { ...ControlPanel.components, AgingBar };
}

/** Register the aging's own kind of an Odoo view: the same view, with the aging bar above it. */
export function registerAgingView(view) {
    registry.category("views").add(`ar_aging_${view.type}`, {
        ...view,
        SearchModel: withAging(view.SearchModel || SearchModel),
        ControlPanel: AgingControlPanel,
    });
}

registerAgingView(listView);
