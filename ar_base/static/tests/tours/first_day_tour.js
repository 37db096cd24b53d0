import { registry } from "@web/core/registry";

/** A manager opens the app: the first steps, the set-up check, and a fault that its button mends. */
registry.category("web_tour.tours").add("ar_first_day", {
    steps: () => [
        { trigger: ".o_kanban_record:contains(Your company):contains(no e-mail address)" },
        { trigger: ".o_kanban_record:contains(Your company) .badge:contains(To Do)" },
        { trigger: "button[name=action_ar_check]", run: "click" },
        { trigger: ".o_data_row:contains(Aging is frozen each month) .badge:contains(Hint)" },
        { trigger: ".o_data_row:contains(Aging is frozen each month) button[name=action_mend]", run: "click" },
        { trigger: ".o_data_row:contains(Aging is frozen each month) .badge:contains(In Order)" },
        { trigger: ".breadcrumb-item:contains(First Steps) a, .o_back_button", run: "click" },
        { trigger: "button[name=action_ar_close]", run: "click" },
        { trigger: ".o_action_manager:not(:has(.o_ar_first_steps))" },
    ],
});
