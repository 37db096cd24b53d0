"""The guided walk of README.md, as the table there says it: no step stands anywhere else."""

import re
from itertools import groupby
from pathlib import Path

from odoo.tests import tagged

from .common import DemoCase, call

README = Path(__file__).parents[2] / 'README.md'
PAGE = "document.readyState === 'complete'"
MARK = re.compile(r'\*\*(?P<press>[^*]+)\*\*|\*(?P<type>[^*]+)\*')


def rows():
    """Return (login, [(what is pressed, what is typed into it)], [what is seen]) of each row of the walk."""
    part = (
        README.read_text(encoding='utf-8')
        .partition('## Ten minutes, click by click')[2]
        .partition('\n## ')[0]
    )
    found, login = [], ''
    for line in part.splitlines():
        cells = [cell.strip() for cell in line.strip('|').split('|')]
        if not line.startswith('|') or cells[0] in ('who', '---'):
            continue
        login = cells[0].strip('`') or login
        steps, typed = [], None
        for mark in MARK.finditer(cells[1]):
            if mark['type']:
                typed = mark['type']
            else:
                steps.append((mark['press'], typed))
                typed = None
        found.append((login, steps, re.findall(r'"([^"]+)"', cells[2])))
    return found


@tagged('post_install', '-at_install')
class TestGuidedWalk(DemoCase):
    def _walk(self, lang):
        clicks = 0
        for login, found in groupby(rows(), key=lambda row: row[0]):
            walk = self._as_customer if login == 'customer' else self._in_the_client
            clicks += walk(login, lang, [row[1:] for row in found])
        print(f"guided walk in {lang}: {clicks} clicks")
        self.assertGreater(clicks, 20)
        self.assertLess(clicks, 60, "ten minutes")

    def _in_the_client(self, login, lang, found):
        """Do what the rows say, from the menu of apps on; return the number of clicks."""
        code, clicks = [], 0
        for steps, sights in found:
            for label, typed in steps:
                texts = self._said(label, lang)
                code.append(call('fill', texts, typed) if typed else call('press', texts, not clicks))
                clicks += not typed
            code += [call('see', self._said(sight, lang)) for sight in sights]
        self._in_browser(login, lang, '\n'.join(code))
        return clicks

    def _as_customer(self, login, lang, found):
        """Follow the links of the portal, a page each; return their number."""
        path, clicks = '/my', 0
        for steps, sights in found:
            for label, _typed in steps:
                code = call('follow', self._said(label, lang))
                path = self._in_browser(login, lang, code, path, PAGE)
                clicks += 1
            self._in_browser(
                login, lang, '\n'.join(call('see', self._said(s, lang)) for s in sights), path, PAGE
            )
        return clicks

    def test_in_english(self):
        self._walk('en_US')

    def test_in_chinese(self):
        self._walk('zh_CN')
