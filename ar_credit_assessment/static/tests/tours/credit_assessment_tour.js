import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** A controller opens a credit file, assesses the customer from statements and judgement, and submits. */
tours.add("ar_credit_assessment", {
    steps: () => [
        { trigger: ".o_form_view button[name=action_assess]", run: "click" },
        { trigger: ".o_credit_assessment_result:contains(Present):contains(no limit)" },
        // The ledger has filled in what it knows.
        { trigger: ".o_credit_factors tr:contains(Payment index) td[name=points]:contains(80.0)" },
        { trigger: "div[name=current_assets] input", run: "edit 400000" },
        { trigger: "div[name=current_liabilities] input", run: "edit 90000" },
        { trigger: "div[name=has_current] input:checked" },
        { trigger: "div[name=book_equity] input", run: "edit 480000" },
        { trigger: ".o_credit_factors tr.o_data_row:contains(Sector risk) td[name=value]", run: "click" },
        { trigger: ".o_credit_factors tr.o_selected_row td[name=value] input", run: "edit 1" },
        { trigger: ".o_credit_limit_steps", run: "click" },
        { trigger: ".o_credit_factors tr:contains(Sector risk) td[name=points]:contains(100.0)" },
        { trigger: ".o_credit_five_cs:contains(Conditions)" },
        { trigger: ".o_form_view button[name=action_submit]", run: "click" },
        { trigger: ".o_statusbar_status button[aria-checked=true]:contains(Submitted)" },
        { trigger: ".o_form_view:not(:has(div[name=current_assets] input))" },
    ],
});

/** A manager finds it among what is to decide, approves it, and the limit stands in the credit file. */
tours.add("ar_credit_assessment_approved", {
    steps: () => [
        { trigger: ".o_kanban_group:contains(Submitted) .o_kanban_record:contains(Hua)", run: "click" },
        { trigger: ".o_credit_assessment_result:contains(Proposed)" },
        { trigger: ".o_form_view button[name=action_approve]", run: "click" },
        { trigger: ".o_statusbar_status button[aria-checked=true]:contains(Applied)" },
        { trigger: "div[name=credit_account_id] .o_form_uri", run: "click" },
        { trigger: "div[name=credit_limit]:contains(48,000.00)" },
        // With other addons the file has more buttons than fit.
        { trigger: ".o-form-buttonbox", run: () => document.querySelector(".o-form-buttonbox .o_button_more")?.click() },
        { trigger: "button[name=action_open_assessments]:contains(1)" },
    ],
});
