import json
import logging
import re
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from odoo.modules import get_module_path
from odoo.tests import HttpCase

PAGE = (Path(__file__).parent / 'page.js').read_text(encoding='utf-8')
READY = 'Boolean(odoo.__WOWL_DEBUG__?.root?.env.services.menu?.getApps().length)'


@contextmanager
def no_complaints():
    """Fail when Odoo logs a warning or an error; yield what pages say by ``report``."""
    found, reported = [], []

    def emit(record):
        message = record.getMessage()
        if record.levelno >= logging.WARNING:
            found.append(f"{record.name}: {message}")
        elif message.startswith('FOUND '):
            reported.append(json.loads(message.removeprefix('FOUND ')))

    handler = logging.Handler(logging.INFO)
    handler.emit = emit
    logging.getLogger().addHandler(handler)
    try:
        yield reported
    finally:
        logging.getLogger().removeHandler(handler)
    assert not found, "\n".join(found)


@cache
def _translations(module, lang):
    path = get_module_path(module, display_warning=False)
    file = path and Path(path) / 'i18n' / f'{lang}.po'
    return file.read_text(encoding='utf-8') if file and file.exists() else ''


class DemoCase(HttpCase):
    """A browser on the demo database."""

    browser_size = '1440x900'
    test_cursor_lock_timeout = 120

    def _said(self, text, lang):
        """Return what a label may read as: its translations, or itself where it has none (a name)."""
        if lang == 'en_US':
            return [text]
        pattern = re.compile(rf'^msgid "{re.escape(text)}"\nmsgstr "(.+)"$', re.MULTILINE)
        modules = self.env['ir.module.module'].search([('state', '=', 'installed')]).mapped('name')
        found = {match for module in modules for match in pattern.findall(_translations(module, lang))}
        return sorted(found) or [text]

    def _in_browser(self, login, lang, code, path='/odoo', ready=READY, timeout=600):
        """Run code on a page as a user in a language; what it throws fails the test.

        :return: what the code says by ``report(...)``.
        """
        self.env['res.users'].search([('login', '=', login)]).lang = lang
        whole = f"""(async () => {{
            {PAGE}
            try {{ {code}
                console.log('test successful');
            }} catch (error) {{ console.error(error.message || String(error)); }}
        }})();"""
        with no_complaints() as reported:
            try:
                self.browser_js(path, whole, ready, login=login, timeout=timeout)
            except AssertionError as error:
                said = str(error).rpartition('" failed')[2].strip()  # Odoo repeats the code before it
                raise AssertionError(f"{login}: {said}") from None
        return reported[-1] if reported else None


def call(name, *parts):
    """Return the statement that calls a function of the page."""
    return f"await {name}({', '.join(json.dumps(part) for part in parts)});"
