import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { deserializeDate, deserializeDateTime, formatDate } from "@web/core/l10n/dates";
import { formatCurrency } from "@web/core/currency";
import { formatFloat } from "@web/core/utils/numbers";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { COLORS, OverviewChart } from "./overview_chart";

const FILTERS = ["salesperson_id", "grade_id", "country_id"];
/** From green to red, as items get older. */
const AGES = ["#43C5B1", "#FFD86D", "#F4A261", "#F48935", "#EA6175", "#CE4257", "#982738"];

/** The first page: how things stand, what comes, what needs a decision. Every figure opens what it counts. */
export class Overview extends Component {
    static template = "ar_cockpit.Overview";
    static components = { Layout, OverviewChart };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.display = { controlPanel: {} };
        this.state = useState({
            page: null,
            sections: [],
            waiting: true,
            filters: {},
            choices: {},
            defined: null,
            ...this.props.state,
        });
        useSetupAction({
            getLocalState: () => ({ filters: this.state.filters, choices: this.state.choices }),
        });
        onWillStart(() => this.load());
    }

    /** Show what is open first; what takes longer follows. A newer filter makes an older answer void. */
    async load() {
        const asked = (this.asked = {});
        const filters = { ...this.state.filters };
        this.state.waiting = true;
        const tiles = this.orm.call("ar.overview", "ar_page_tiles", [filters]);
        tiles
            .then((sections) => {
                if (asked === this.asked) {
                    this.tiles = sections;
                    this.state.waiting = false;
                    this.merge();
                }
            })
            .catch((error) => {
                this.state.waiting = false;
                throw error;
            });
        const page = await this.orm.call("ar.overview", "ar_page", [filters]);
        if (asked === this.asked) {
            this.tiles = this.state.waiting ? null : this.tiles;
            this.state.choices = page.choices || this.state.choices;
            this.state.page = page;
            this.merge();
        }
    }

    merge() {
        if (!this.state.page) {
            return;
        }
        const more = Object.fromEntries((this.tiles || []).map((section) => [section.code, section.tiles]));
        this.state.sections = this.state.page.sections
            .map((section) => ({ ...section, tiles: [...section.tiles, ...(more[section.code] || [])] }))
            .filter((section) => section.tiles.length);
    }

    // === Filters ===

    get filters() {
        const labels = {
            salesperson_id: _t("Salesperson"),
            grade_id: _t("Credit Grade"),
            country_id: _t("Country"),
        };
        return FILTERS.map((name) => ({ name, label: labels[name], choices: this.state.choices[name] || [] }));
    }

    get isFiltered() {
        return FILTERS.some((name) => this.state.filters[name]);
    }

    onFilter(name, value) {
        this.state.filters = { ...this.state.filters, [name]: parseInt(value) || undefined };
        return this.load();
    }

    // === Figures ===

    /** Write a figure as its unit asks: money without cents, days and shares with one decimal. */
    show(value, unit) {
        if (value === null || value === undefined) {
            return "–";
        }
        switch (unit) {
            case "money":
                return formatCurrency(value, this.state.page.currency_id, { digits: [false, 0] });
            case "percent":
                return `${formatFloat(value, { digits: [false, 1] })} %`;
            case "days":
                return _t("%s days", formatFloat(value, { digits: [false, 1] }));
            case "times":
                return formatFloat(value, { digits: [false, 2] });
            case "date":
                return formatDate(value.length > 10 ? deserializeDateTime(value) : deserializeDate(value));
            case "text":
                return value;
            default:
                return formatFloat(value, { digits: [false, 0] });
        }
    }

    change(tile) {
        const { change, unit, better } = tile;
        if (change === null || change === undefined) {
            return null;
        }
        const zero = Math.abs(change) < (unit === "money" ? 0.5 : 0.05);
        const good = (change > 0) === (better === "up");
        return {
            icon: zero ? "fa-minus" : change > 0 ? "fa-arrow-up" : "fa-arrow-down",
            tone: zero || !better ? "text-muted" : good ? "text-success" : "text-danger",
            text:
                unit === "percent"
                    ? _t("%s points", formatFloat(Math.abs(change), { digits: [false, 1] }))
                    : this.show(Math.abs(change), unit),
        };
    }

    isAlarm(figure) {
        return figure.alarm && Boolean(figure.value);
    }

    open(action) {
        return action && this.action.doAction(action);
    }

    define(code) {
        this.state.defined = this.state.defined === code ? null : code;
    }

    // === Charts ===

    get agingTotal() {
        return this.state.page.aging.reduce((total, bucket) => total + Math.max(bucket.amount, 0), 0);
    }

    /** The buckets with their share of the bar; what is negative has none. */
    get aging() {
        const total = this.agingTotal;
        return this.state.page.aging.map((bucket, index) => ({
            ...bucket,
            color: AGES[Math.min(index, AGES.length - 1)],
            share: total && bucket.amount > 0 ? (100 * bucket.amount) / total : 0,
        }));
    }

    get trendSets() {
        const { current, overdue } = this.state.page.trend;
        return [
            { label: _t("Not due"), data: current, backgroundColor: COLORS.current },
            { label: _t("Overdue"), data: overdue, backgroundColor: COLORS.late },
        ];
    }

    get forecastLabels() {
        return this.state.page.forecast.weeks.map((day) => deserializeDate(day).toFormat("MM-dd"));
    }

    /** Bars of what is expected; eight of ten weeks come in between the two lines. */
    get forecastSets() {
        const { expected, low, high } = this.state.page.forecast;
        const line = { type: "line", borderColor: COLORS.line, borderWidth: 1, borderDash: [4, 3], pointRadius: 0 };
        return [
            { ...line, label: _t("At most, in nine of ten weeks"), data: high, fill: "+1", backgroundColor: COLORS.band },
            { ...line, label: _t("At least, in nine of ten weeks"), data: low },
            { label: _t("Expected"), data: expected, backgroundColor: COLORS.current },
        ];
    }

    sparkSets(figure) {
        return [
            {
                label: figure.label,
                data: figure.points,
                borderColor: COLORS.line,
                backgroundColor: COLORS.band,
                fill: true,
                borderWidth: 2,
                spanGaps: true,
                tension: 0.2,
            },
        ];
    }

    money(value, dataset, short) {
        return formatCurrency(value, this.state.page.currency_id, { digits: [false, 0], humanReadable: short });
    }
}

registry.category("actions").add("ar_cockpit.overview", Overview);
