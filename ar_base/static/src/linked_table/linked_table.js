import { Component, onPatched, onWillPatch, useRef, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { parseFloat } from "@web/views/fields/parsers";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * A table that the server renders, with figures that open and cells that are entered.
 *
 * An element with `data-ar-key` calls `action_open_figure(key)` of the record, an input with `data-ar-cell`
 * `action_set_figures({cell: what was entered})`. The server decides what keys and cells mean. Enter goes to the
 * cell below; a block of cells can be pasted from a spreadsheet.
 */
export class LinkedTable extends Component {
    static template = xml`
        <div class="o_ar_linked w-100 overflow-auto" t-ref="root"
             t-on-click="onClick" t-on-change="onChange" t-on-focusout="onLeave" t-on-keydown="onKeydown"
             t-on-paste="onPaste"
             t-out="props.record.data[props.name] or ''"/>`;
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.root = useRef("root");
        this.busy = Promise.resolve();
        this.opening = false;
        // What the server renders again takes the place of what had the focus, and of what is being typed there.
        onWillPatch(() => {
            const input = document.activeElement;
            this.focused = this.root.el.contains(input) ? input.dataset.arCell : undefined;
            this.typed = this.focused && this.isTyped(input) ? input.value : undefined;
            this.patching = true; // the cell that is replaced tells of a change, of half a figure
        });
        onPatched(() => {
            this.patching = false;
            const cell = this.focused && this.cells.find((input) => input.dataset.arCell === this.focused);
            if (!cell || cell === document.activeElement) {
                return;
            }
            cell.focus();
            if (this.typed === undefined) {
                cell.select?.();
            } else {
                // No browser tells of a change that a script made: it is entered when the cell is left.
                cell.value = this.typed;
                cell.dataset.arRestored = "1";
            }
        });
    }

    get cells() {
        return [...this.root.el.querySelectorAll("[data-ar-cell]")];
    }

    async onClick(ev) {
        const key = ev.target.closest("[data-ar-key]")?.dataset.arKey;
        const { record } = this.props;
        if (!key || this.opening) {
            return;
        }
        ev.preventDefault();
        this.opening = true;
        try {
            if (await record.save()) {
                await this.action.doActionButton({
                    type: "object",
                    name: "action_open_figure",
                    args: JSON.stringify([key]),
                    resModel: record.resModel,
                    resId: record.resId,
                    resIds: [record.resId],
                    context: record.context,
                    onClose: () => record.load(),
                });
            }
        } finally {
            this.opening = false;
        }
    }

    isTyped(input) {
        return input.tagName === "INPUT" && input.value !== input.defaultValue;
    }

    onChange(ev) {
        const input = ev.target;
        if (input.dataset.arCell && !this.patching) {
            ev.stopPropagation();
            delete input.dataset.arRestored;
            this.enter({ [input.dataset.arCell]: this.value(input) });
        }
    }

    onLeave(ev) {
        const input = ev.target;
        if (input.dataset.arRestored && !this.patching && this.isTyped(input)) {
            delete input.dataset.arRestored;
            this.enter({ [input.dataset.arCell]: this.value(input) });
        }
    }

    /** What is in the cell: a number, null where it is empty; of a choice, what was chosen. */
    value(input, text = input.value) {
        if (input.tagName === "SELECT") {
            return text;
        }
        return text.trim() === "" ? null : parseFloat(text.replace("%", "").trim());
    }

    /** One after the other: what is entered while the last is being saved waits for it, refused or not. */
    enter(values) {
        const { record } = this.props;
        this.busy = this.busy.catch(() => {}).then(async () => {
            try {
                if (await record.save()) {
                    // By the record's own connection: a change of the tab loses nothing.
                    await record.model.orm.call(record.resModel, "action_set_figures", [[record.resId], values]);
                }
            } finally {
                await record.load();
            }
        });
        return this.busy;
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && ev.target.dataset.arCell && ev.target.tagName === "INPUT") {
            ev.preventDefault();
            const column = ev.target.closest("td").cellIndex;
            const below = ev.target.closest("tr").nextElementSibling;
            const next = below?.cells[column]?.querySelector("[data-ar-cell]");
            if (next) {
                next.focus();
            } else {
                ev.target.blur();
            }
        }
    }

    onPaste(ev) {
        const text = ev.clipboardData?.getData("text") || "";
        const first = ev.target;
        if (!first.dataset.arCell || !/[\t\n]/.test(text.trim())) {
            return;
        }
        ev.preventDefault();
        const values = {};
        let row = first.closest("tr");
        for (const line of text.replace(/\r/g, "").replace(/\n$/, "").split("\n")) {
            let at = first.closest("td").cellIndex;
            for (const part of line.split("\t")) {
                const input = row?.cells[at++]?.querySelector("input[data-ar-cell]");
                if (input) {
                    values[input.dataset.arCell] = this.value(input, part);
                }
            }
            row = row?.nextElementSibling;
        }
        this.enter(values);
    }
}

registry.category("fields").add("ar_linked_table", {
    component: LinkedTable,
    supportedTypes: ["html"],
});
