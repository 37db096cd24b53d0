import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** The credit controller approves the last stage. */
tours.add("ar_dunning_controller_approves", {
    steps: () => [
        { trigger: ".o_form_view:contains(Dora Mill) button[name=action_approve]", run: "click" },
        { trigger: ".o_statusbar_status button[aria-checked=true]:contains(Approved)" },
    ],
});
