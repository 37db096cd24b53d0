// What the tests of the demo do in a page: wait, find by what a person reads, press, fill in. Read by common.py.
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
// Buttons are disabled while what they do is under way.
const BUSY = '.o_loading_indicator, .o_blockUI, .o_action .fa-spin, .modal-footer [disabled], .o_statusbar_buttons [disabled]';
const settled = async () => {
    await pause(50);
    for (let i = 0; i < 400 && document.querySelector(BUSY); i++) await pause(25);
    await pause(50);
};
const failed = () => document.querySelector('.o_error_dialog')?.textContent;
const plain = (text) => (text || '').replace(/\s+/g, ' ').trim();
const seen = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
const PRESSED = [
    'button', 'a', '[role=menuitem]', '[role=tab]', '[role=option]', 'label', '.o_selection_badge',
    'summary', '.o_data_row td', '.o_kanban_record', '.o_onboarding_step', '.o_stat_text', 'h2', 'h3', 'li',
];
const OVER = '.modal:not(.o_inactive_modal) .modal-content, .o-dropdown--menu, .o-autocomplete--dropdown-menu, .o_popover';

/** The parts of the page that can be pressed now: what lies over it, or all of it. */
const scopes = () => {
    const over = [...document.querySelectorAll(OVER)].filter(seen);
    return over.length ? [...over.reverse(), ...(document.querySelector('.modal') ? [] : [document])] : [document];
};
const names = (node) => [node.innerText, node.getAttribute('title'), node.getAttribute('aria-label'), node.value].map(plain);

/** Find what reads as one of the texts: first the whole text, then its beginning. */
const find = (texts) => {
    for (const scope of scopes()) {
        for (const fits of [(has, text) => has === text, (has, text) => has.startsWith(text)]) {
            for (const kind of PRESSED) {
                const node = [...scope.querySelectorAll(kind)].find(
                    (one) => seen(one) && names(one).some((has) => texts.some((text) => fits(has, text)))
                );
                if (node) return node;
            }
        }
    }
};

const wait = async (what, get) => {
    for (let i = 0; i < 400; i++) {
        if (failed()) throw new Error(`${what}: ${failed()}`);
        const got = get();
        if (got) return got;
        await pause(50);
    }
    throw new Error(`${what}: not on the page "${document.title}"`);
};

const press = async (texts, apps) => {
    if (apps) {
        (await wait('apps', () => document.querySelector('.o_navbar_apps_menu button'))).click();
        await pause(100);
    }
    const node = await wait(texts[0], () => find(texts));
    node.scrollIntoView({ block: 'center' });
    const inside = node.matches('label') && node.control;
    (inside || node).click();
    await settled();
};

const report = (found) => console.log('FOUND ' + JSON.stringify(found));

/** Say where a link leads: the page that the test opens next. */
const follow = async (texts) => {
    const { href } = (await wait(texts[0], () => find(texts))).closest('a');
    report(href.replace(location.origin, ''));
};

const fill = async (texts, value) => {
    const field = await wait(texts[0], () => {
        for (const scope of scopes()) {
            const label = [...scope.querySelectorAll('label')].find((one) => seen(one) && texts.includes(plain(one.innerText).replace(/\?$/, '')));
            const node = label && (label.control || scope.querySelector(`[id="${label.htmlFor}"]`));
            const input = node && (node.matches('input, textarea') ? node : node.querySelector('input, textarea'));
            const named = [...scope.querySelectorAll('input, textarea')].find(
                (one) => seen(one) && [one.placeholder, one.getAttribute('aria-label')].some((text) => texts.includes(plain(text)))
            );
            if (input || named) return input || named;
        }
    });
    field.focus();
    field.value = value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
    await settled();
};

const see = (texts) => wait(texts[0], () => {
    const page = plain(document.body.innerText) + ' ' + [...document.querySelectorAll('input, textarea')].map((one) => one.value).join(' ');
    return texts.some((text) => page.toLowerCase().includes(text.toLowerCase()));  // titles are in capitals
});
