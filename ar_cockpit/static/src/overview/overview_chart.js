import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";
import { cookie } from "@web/core/browser/cookie";
import { getCustomColor } from "@web/core/colors/colors";
import { loadBundle } from "@web/core/assets";

const scheme = cookie.get("color_scheme");
const GRID = getCustomColor(scheme, "#d8dadd", "#3C3E4B");
const TEXT = getCustomColor(scheme, "#374151", "#E4E4E4");

/** The colours of the page: what is not due, what is late, a line over both. */
export const COLORS = { current: "#43C5B1", late: "#EA6175", line: "#3188E6", band: "rgba(49, 136, 230, .18)" };

/** A chart of Odoo's own Chart.js: bars, stacked bars or lines over a few labels. */
export class OverviewChart extends Component {
    static template = "ar_cockpit.OverviewChart";
    static props = {
        labels: Array,
        datasets: Array,
        type: { type: String, optional: true },
        stacked: { type: Boolean, optional: true },
        bare: { type: Boolean, optional: true },
        format: Function,
        describe: String,
        onOpen: { type: Function, optional: true },
    };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                const chart = new Chart(this.canvas.el, this.config);
                return () => chart.destroy();
            },
            () => [this.props.labels, this.props.datasets]
        );
    }

    get config() {
        const { bare, stacked, format, onOpen } = this.props;
        const axis = { stacked, border: { display: false }, display: !bare };
        return {
            type: this.props.type || "bar",
            data: { labels: this.props.labels, datasets: this.props.datasets },
            options: {
                maintainAspectRatio: false,
                animation: false,
                interaction: { mode: "index", intersect: false },
                onClick: (ev, elements) => onOpen && onOpen(elements.length ? elements[0].index : 0),
                elements: { point: { radius: bare ? 0 : 2 } },
                plugins: {
                    legend: { display: !bare, position: "bottom", labels: { color: TEXT, boxWidth: 12 } },
                    tooltip: {
                        callbacks: {
                            label: (item) =>
                                (bare ? "" : `${item.dataset.label}: `) + format(item.raw, item.dataset),
                        },
                    },
                },
                scales: {
                    x: { ...axis, grid: { display: false }, ticks: { color: TEXT, maxRotation: 0, autoSkip: true } },
                    y: {
                        ...axis,
                        beginAtZero: !bare,
                        grid: { color: GRID },
                        ticks: { color: TEXT, maxTicksLimit: 5, callback: (value) => format(value, {}, true) },
                    },
                },
            },
        };
    }
}
