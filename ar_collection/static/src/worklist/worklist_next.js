import { registry } from "@web/core/registry";

/**
 * The next customer replaces the present one: after twenty calls the breadcrumb still leads back to the worklist.
 * A dialog that is open, a call that was just logged, is closed first.
 */
registry.category("actions").add("ar_collection.worklist_next", async (env, action) => {
    await env.services.action.doAction({ type: "ir.actions.act_window_close" });
    await env.services.action.doAction(action.params.action, { stackPosition: "replaceCurrentAction" });
});
