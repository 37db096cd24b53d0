import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** The collector's day: the most urgent customer, what to say, log the call, the next one, and a letter. */
tours.add("ar_collection_collector_day", {
    steps: () => [
        { trigger: ".o_list_view .o_data_row:first:contains(Anna Mill)" },
        { trigger: ".o_data_row:contains(Anna Mill) td[name=partner_id]", run: "click" },
        { trigger: ".o_ar_worklist div[name=partner_id]:contains(Anna Mill)" },
        { trigger: ".o_ar_worklist div[name=worklist_script]:contains(Ask for a date)" },
        { trigger: ".o_ar_worklist div[name=worklist_item_ids] .o_data_row:contains(90,000.00)" },
        { trigger: ".o_ar_worklist .text-danger:contains(Nothing planned)" },
        { trigger: "button[name=action_log_call]", run: "click" },
        { trigger: ".modal .o_selection_badge:contains(Will check), .modal span:contains(Will check)", run: "click" },
        { trigger: ".modal div[name=text] textarea", run: "edit Looks for the delivery note" },
        { trigger: ".modal div[name=next_action] input", run: "edit Ask again" },
        { trigger: ".modal div[name=next_date] button, .modal div[name=next_date] input", run: "click" },
        { trigger: ".modal div[name=next_date] input", run: "edit 12/31/2099 && press Tab" },
        { trigger: ".modal button[name=action_next_customer]", run: "click" },
        { trigger: ".o_ar_worklist div[name=partner_id]:contains(Bert Mill)" },
        { trigger: "button[name=action_postpone]", run: "click" },
        { trigger: ".modal div[name=reason] input", run: "edit Payment run on Friday" },
        { trigger: ".modal button[name=action_next_customer]", run: "click" },
        { trigger: ".o_ar_worklist div[name=partner_id]:contains(Carl Mill)" },
        { trigger: "button[name=action_letter_now]", run: "click" },
        { trigger: ".o_form_view button[name=action_approve]", run: "click" },
        { trigger: ".o_statusbar_status button[aria-checked=true]:contains(Approved)" },
    ],
});
