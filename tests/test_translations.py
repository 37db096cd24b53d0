from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[1]
ADDONS = sorted(path.parents[1].name for path in ROOT.glob('ar_*/i18n/*.pot'))


@pytest.mark.parametrize('addon', ADDONS)
def test_chinese_is_complete(addon):
    folder = ROOT / addon / 'i18n'
    wanted = {entry.msgid for entry in polib.pofile(folder / f'{addon}.pot')}
    chinese = {entry.msgid: entry for entry in polib.pofile(folder / 'zh_CN.po')}
    assert not wanted - set(chinese)
    assert not [msgid for msgid in wanted if not chinese[msgid].msgstr or chinese[msgid].fuzzy]
