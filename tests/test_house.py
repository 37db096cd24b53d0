"""The source stands as the plan says, and each check of it turns red where it should."""

from pathlib import Path

import pytest

from . import house

ROOT = Path(__file__).resolve().parents[1]

MODEL = """from odoo import models
class One(models.Model):
    _name = '{0}'
class Two(models.Model):
    _inherit = '{1}'
"""


@pytest.mark.parametrize('check', house.CHECKS, ids=lambda check: check.__name__)
def test_house(check):
    faults = check(ROOT)
    assert not faults, "\n".join(faults)


def test_few_models_are_cut():
    assert len(house.CUT_BY_VERB) <= 5


# What is planted: the check, the file, its content, and a word of the sentence that must come of it.
PLANTED = [
    (house.model_faults, 'models/ar_hold.py', MODEL.format('ar.hold', 'ar.hold'), "2 classes"),
    (
        house.model_faults,
        'models/hold.py',
        MODEL.format('ar.hold', 'ar.x'),
        "hold.py holds the model ar.hold",
    ),
    (
        house.model_faults,
        'models/account/ar_hold.py',
        MODEL.format('ar.hold', 'ar.y'),
        "holds the model ar.hold",
    ),
    (
        house.view_faults,
        'views/ar_hold_views.xml',
        '<odoo><record id="v" model="ir.ui.view"><field name="model">ar.dispute</field></record></odoo>',
        "a view of ar.dispute",
    ),
    (
        house.address_faults,
        'views/ar_hold_views.xml',
        '<odoo><record id="ar_hold_action" model="ir.actions.act_window"/></odoo>',
        "ar_hold_action has no path",
    ),
    (
        house.arrow_faults,
        'models/a.py',
        "from odoo.addons.ar_promise.rules import promise\n",
        "imports ar_promise",
    ),
    (house.arrow_faults, 'data/a.xml', '<odoo><x ref="ar_promise.cron"/></odoo>', "refers to ar_promise"),
    (house.arrow_faults, 'models/a.py', "def f(self):\n    self.env['ar.promise']\n", "uses ar.promise"),
    (house.arrow_faults, '__manifest__.py', "{'depends': ['ar_base', 'ar_promise']}", "depends on"),
    (
        house.constraint_faults,
        'models/a.py',
        "from odoo import api\n\n\n@api.constrains('x')\ndef f(self):\n    return self.env.su\n",
        "asks who the user is",
    ),
    (
        house.engine_faults,
        'engine/a.py',
        "def rows(env):\n    return env.execute_query('x')\n",
        "runs something",
    ),
    (house.engine_faults, 'engine/a.py', "def total() -> float:\n    return 1.0\n", "does not return SQL"),
    (house.engine_faults, 'engine/a.py', "from odoo import models\n", "imports odoo"),
    (house.rules_faults, 'rules/a.py', "from odoo.tools import SQL\n", "imports odoo.tools"),
    (house.rules_faults, 'rules/a.py', "import odoo\n", "imports odoo"),
    (house.select_faults, 'models/a.py', "QUERY = 'SELECT 1 FROM x'\n", "holds a SELECT"),
    (
        house.setup_check_faults,
        'wizard/ar_health_check.py',
        "def _check_untried(self, company):\n    return\n",
        "no test shows untried red",
    ),
    (house.length_faults, 'models/a.py', "x = 1\n" * 401, "has 401 lines"),
    (
        house.document_faults,
        'models/a.py',
        'def f(self):\n    """Hook: return x."""\n',
        "the hook f is not in",
    ),
    (
        house.document_faults,
        'readme/USAGE.md',
        "See `ar_dunning/rules/x.py`.\n",
        "names ar_dunning/rules/x.py",
    ),
]


@pytest.mark.parametrize(('check', 'name', 'text', 'sentence'), PLANTED)
def test_a_planted_fault_is_found(tmp_path, check, name, text, sentence):
    """In a house of two sound addons each fault alone turns its check red, and nothing else does."""
    for addon, depends in (('ar_dunning', ['ar_base', 'sms']), ('ar_promise', ['ar_base'])):
        (tmp_path / addon).mkdir()
        (tmp_path / addon / '__manifest__.py').write_text(repr({'depends': depends}))
    promise = tmp_path / 'ar_promise' / 'models' / 'ar_promise.py'
    promise.parent.mkdir()
    promise.write_text("from odoo import models\nclass P(models.Model):\n    _name = 'ar.promise'\n")
    assert not check(tmp_path)
    path = tmp_path / 'ar_dunning' / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    house._tree.cache_clear()
    assert sentence in "\n".join(check(tmp_path))
