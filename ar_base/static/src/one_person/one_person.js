import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { session } from "@web/session";

function warnings() {
    const texts = session.ar_one_person || {};
    return user.activeCompanies.map((company) => texts[company.id]).filter(Boolean);
}

/** Above every screen, while one person may request and decide in one of the companies at work. */
export class OnePerson extends Component {
    static template = "ar_base.OnePerson";
    static props = {};

    get text() {
        return [...new Set(warnings())].join(" ");
    }
}

registry
    .category("systray")
    .add(
        "ar_base.one_person",
        { Component: OnePerson, isDisplayed: () => warnings().length > 0 },
        { sequence: 1 }
    );
