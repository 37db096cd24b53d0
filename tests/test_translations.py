from pathlib import Path

import polib
import pytest

from tests import customer_texts

ROOT = Path(__file__).resolve().parents[1]
ADDONS = sorted(path.parents[1].name for path in ROOT.glob('ar_*/i18n/*.pot'))


@pytest.mark.parametrize('addon', ADDONS)
def test_chinese_is_complete(addon):
    folder = ROOT / addon / 'i18n'
    wanted = {entry.msgid for entry in polib.pofile(folder / f'{addon}.pot')}
    chinese = {entry.msgid: entry for entry in polib.pofile(folder / 'zh_CN.po')}
    assert not wanted - set(chinese)
    assert not [msgid for msgid in wanted if not chinese[msgid].msgstr or chinese[msgid].fuzzy]


def test_files_whose_words_reach_customers_are_listed():
    assert not customer_texts.unlisted()
    for name, functions in customer_texts.CODE.items():
        source = (ROOT / name).read_text(encoding='utf-8')
        assert all(f'def {function}(' in source for function in functions or ()), name


@pytest.mark.parametrize('language', [*customer_texts.LANGUAGES, 'zh_CN'])
def test_customers_read_their_language(language):
    """Each term that a customer reads is translated, and keeps its placeholders and tags."""
    for addon in ADDONS:
        wanted = [entry.msgid for entry in customer_texts.terms(addon)]
        path = ROOT / addon / 'i18n' / f'{language}.po'
        if not wanted and not path.exists():
            continue
        found = {entry.msgid: entry for entry in polib.pofile(path)}
        missing = [
            msgid for msgid in wanted if msgid not in found or not found[msgid].msgstr or found[msgid].fuzzy
        ]
        assert not missing, f"{addon} {language}: {missing}"
        changed = [msgid for msgid in wanted if not _kept(msgid, found[msgid].msgstr)]
        assert not changed, f"{addon} {language}: {changed}"
        if language != 'zh_CN':
            read = customer_texts.reader(addon)
            assert not [entry.msgid for entry in found.values() if not read(entry)], f"{addon} {language}"


def _kept(msgid, msgstr):
    (greeting, text), (greeted, translated) = map(customer_texts.salutation, (msgid, msgstr))
    named = customer_texts.marks(greeted)
    same = customer_texts.marks(text) == customer_texts.marks(translated)
    return same and (not named or named == customer_texts.marks(greeting))
