import { registry } from "@web/core/registry";

const row = "div[name=line_ids] .o_data_row:contains(Oldest overdue item)";

/** A manager copies the policy in force, tightens the days overdue, back-tests it and reads what it would have done. */
registry.category("web_tour.tours").add("ar_credit_backtest", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: "button[name=action_copy_current]", run: "click" },
        { trigger: `.o_form_view ${row} td[name=max_days]`, run: "click" },
        { trigger: "div[name=line_ids] .o_selected_row td[name=max_days] input", run: "edit 5" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved, .o_form_status_indicator_buttons.invisible" },
        { trigger: ".breadcrumb-item a:contains(New back-test), .breadcrumb-item a:contains(against Draft)", run: "click" },
        { trigger: "a[name=differences]", run: "click" },
        { trigger: ".o_policy_differences tr:contains(Oldest overdue item) td:contains(5)" },
        { trigger: "button[name=action_run]:visible", run: "click" },
        { trigger: ".o_backtest_summary .alert:contains(B would have held):contains(more)" },
        { trigger: ".o_backtest_summary tr:contains(Orders held) td:nth-child(2):contains(0)" },
        { trigger: ".o_backtest_summary tr:contains(Orders held) td:nth-child(3):contains(1)" },
        { trigger: ".o_backtest_summary tr:contains(Good sales put at risk) td:nth-child(4):contains(70)" },
        { trigger: "a[name=customers]", run: "click" },
        { trigger: "div[name=customer_ids] .o_data_row:contains(Hua Trading) td[name=held_count_b]:contains(1)" },
        { trigger: "button[name=action_open_orders]:contains(One Only)", run: "click" },
        { trigger: ".o_list_view .o_data_row td[name=reason_text_b]:contains(Oldest overdue item)" },
        { trigger: ".o_list_view .o_data_row td[name=change]:contains(B only)" },
    ],
});
