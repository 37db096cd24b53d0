"""Every menu of the suite, opened by each role in English and in Chinese, with the records of the demo.

An action opens in each of its views, and the first row of its list in a form. A console error, an error
dialog or a warning in the server's log fails the test and names the menu.
"""

from odoo.tests import HttpCase, tagged

from .common import READY, no_complaints

ROLES = ('sales', 'collector', 'controller', 'accountant', 'manager', 'admin')
WALK = """
(async () => {
    const { menu, action } = odoo.__WOWL_DEBUG__.root.env.services;
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const settled = async () => {
        for (let i = 0; i < 200 && document.querySelector('.o_loading_indicator, .o_blockUI'); i++) {
            await pause(25);
        }
        await pause(25);
    };
    const failed = () => document.querySelector('.o_error_dialog')?.textContent;
    const opened = [];
    for (const item of menu.getAll()) {
        if (!item.xmlid || !item.xmlid.startsWith('ar_') || !item.actionID) continue;
        const where = `${item.xmlid} (${item.name})`;
        console.log(`open ${where}`);
        try {
            await action.doAction(item.actionID, { clearBreadcrumbs: true });
            await settled();
            const views = (action.currentController.views || []).map((view) => view.type);
            for (const type of views.filter((type) => !['form', 'search'].includes(type)).reverse()) {
                if (action.currentController.view?.type !== type) await action.switchView(type);
                await settled();
                if (failed()) throw new Error(failed());
            }
            const list = document.querySelector('.o_list_renderer:not(.o_list_editable)');
            const cell = list?.querySelector('.o_data_row .o_data_cell');
            // Where there is nothing, Odoo draws samples: they cannot be opened.
            if (cell && !document.querySelector('.o_view_sample_data')) {
                cell.click();
                await pause(100);
                await settled();
            }
            if (failed()) throw new Error(failed());
        } catch (error) {
            console.error(`${where}: ${error.message || error}`);
            return;
        }
        await action.doAction({ type: 'ir.actions.act_window_close' });
        opened.push(item.xmlid);
    }
    console.log(`opened ${opened.length}`);
    if (opened.length < LEAST) {
        console.error(`only ${opened.length} menus: ${opened}`);
    } else {
        console.log('test successful');
    }
})();
"""
# The fewest menus that a role has: fewer mean that the walk did not see them.
LEAST = {'sales': 3, 'collector': 10, 'controller': 10, 'accountant': 10, 'manager': 30, 'admin': 30}


@tagged('post_install', '-at_install')
class TestScreens(HttpCase):
    browser_size = '1280x800'

    def _walk(self, login, lang):
        self.env['res.users'].search([('login', '=', login)]).lang = lang
        with no_complaints():
            code = WALK.replace('LEAST', str(LEAST[login]))
            self.browser_js('/odoo', code, READY, login=login, timeout=600)

    def _walk_all(self, lang):
        """Walk as every role before failing, so that one run names all that is broken."""
        faults = []
        for login in ROLES:
            try:
                self._walk(login, lang)
            except Exception as error:  # noqa: BLE001  (a walk that fails in any way is named, the others go on)
                faults.append(f"{login}: {error}")
        assert not faults, "\n".join(faults)

    def test_orders_wait_for_credit(self):
        # Else nothing is to be seen of what the suite is for.
        waiting = self.env['ar.credit.decision'].search([('state', '=', 'hold')])
        self.assertEqual(
            set(waiting.partner_id.mapped('name')), {"Hua Machinery Trading", "Nordwind Anlagenbau"}
        )

    def test_every_menu_in_english(self):
        self._walk_all('en_US')

    def test_every_menu_in_chinese(self):
        self._walk_all('zh_CN')
