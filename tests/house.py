"""The plan of the house, and what of the source breaks it. Reads files only: no Odoo, no database.

Each check takes the folder that holds the addons and returns a list of sentences, one for each fault.
"""

import ast
import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

# Which addons of the suite an addon stands on. Whatever leads elsewhere goes through a hook of ar_base.
DEPENDS = {
    'ar_base': set(),
    'ar_credit_control': {'ar_base'},
    'ar_credit_assessment': {'ar_credit_control'},
    'ar_credit_backtest': {'ar_credit_control'},
    'ar_credit_control_collect': {'ar_credit_control'},
    'ar_credit_control_delivery': {'ar_credit_control'},
    'ar_credit_control_pos': {'ar_credit_control'},
    'ar_credit_control_stock': {'ar_credit_control'},
    'ar_credit_control_website': {'ar_credit_control'},
    'ar_aging_provision': {'ar_base'},
    'ar_dunning': {'ar_base'},
    'ar_dunning_interest': {'ar_dunning'},
    'ar_promise': {'ar_base'},
    'ar_collection': {'ar_dunning', 'ar_promise'},
    'ar_statement': {'ar_base'},
    'ar_reconciliation': {'ar_base'},
    'ar_cockpit': {'ar_base'},
    'ar_scorecard': {'ar_cockpit', 'ar_collection', 'ar_reconciliation'},
}
# Bridges come by themselves with the app of Odoo's that they stand on.
DEPENDS['ar_receivables'] = {name for name in DEPENDS if not name.startswith('ar_credit_control_')}

# Models too large for one file, cut by verb: <model>.py and <model>_<verb>.py.
CUT_BY_VERB = {
    ('ar_aging_provision', 'ar.provision.run'): 4,
    ('ar_credit_control', 'ar.credit.account'): 5,
    ('ar_dunning', 'ar.dunning.notice'): 3,
    ('ar_reconciliation', 'ar.sales.reconciliation'): 3,
}
MODEL_BASES = {'Model', 'TransientModel', 'AbstractModel'}
LINES = 400


def addons(root):
    """Return the folders of the suite's addons."""
    return sorted(path.parent for path in Path(root).glob('ar_*/__manifest__.py'))


@cache
def _tree(path):
    return ast.parse(path.read_text(encoding='utf-8'), str(path))


def _python(addon, tests=False):
    return [p for p in sorted(addon.rglob('*.py')) if tests or 'tests' not in p.relative_to(addon).parts]


def _value(node):
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _reach(name, depends=None):
    """Return the addon itself and all of the suite's that it stands on."""
    depends = DEPENDS if depends is None else depends
    found, todo = set(), [name]
    while todo:
        addon = todo.pop()
        if addon not in found:
            found.add(addon)
            todo += depends.get(addon, ())
    return found


def classes(addon):
    """Yield (file, class, model, model is new here, models inherited) of each model class of an addon."""
    for path in _python(addon):
        for node in _tree(path).body:
            if not isinstance(node, ast.ClassDef) or not any(
                isinstance(base, ast.Attribute) and base.attr in MODEL_BASES for base in node.bases
            ):
                continue
            values = {
                statement.targets[0].id: _value(statement.value)
                for statement in node.body
                if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
            }
            inherited = values.get('_inherit') or ()
            inherited = [inherited] if isinstance(inherited, str) else list(inherited)
            name = values.get('_name') or next(iter(inherited), None)
            if name:
                yield path, node, name, name not in inherited, inherited


# === One class, one file ===


def model_faults(root):
    """One class per model in an addon, in a file of the model's name."""
    faults = []
    for addon in addons(root):
        places = {}
        for path, _node, model, _new, _inherited in classes(addon):
            places.setdefault(model, []).append(path)
        for model, paths in places.items():
            allowed = CUT_BY_VERB.get((addon.name, model), 1)
            if len(paths) > allowed:
                names = ", ".join(path.name for path in paths)
                faults.append(f"{addon.name}: {model} is defined in {len(paths)} classes ({names})")
            stem = model.removeprefix(f'report.{addon.name}.').replace('.', '_')
            for path in paths:
                fits = path.stem == stem or (allowed > 1 and path.stem.startswith(f'{stem}_'))
                if not fits or path.parent.parent != addon:
                    faults.append(f"{path.relative_to(root)} holds the model {model}")
    return faults


def view_faults(root):
    """A file of views holds the views of the model that it is named after."""
    faults = []
    for addon in addons(root):
        for path in sorted([*addon.glob('views/*_views.xml'), *addon.glob('wizard/*_views.xml')]):
            wanted = path.stem.removesuffix('_views')
            for record in ET.parse(path).iter('record'):  # noqa: S314 -- our own files
                model = record.find("field[@name='model']")
                if record.get('model') == 'ir.ui.view' and model is not None:
                    if model.text.replace('.', '_') != wanted:
                        faults.append(f"{path.relative_to(root)} holds a view of {model.text}")
    return faults


# === Arrows ===


def address_faults(root):
    """A window that is no dialog has a readable address."""
    return [
        f"{path.relative_to(root)}: {record.get('id')} has no path"
        for addon in addons(root)
        for path in sorted(addon.glob('*/*.xml'))
        for record in ET.parse(path).iter('record')  # noqa: S314 -- our own files
        if record.get('model') == 'ir.actions.act_window'
        and record.findtext("field[@name='target']") != 'new'
        and not record.findtext("field[@name='path']")
    ]


def arrow_faults(root):
    """Every reference to another addon follows the arrows: manifest, import, external id, model."""
    return [
        *manifest_faults(root),
        *_import_faults(root),
        *_external_id_faults(root),
        *_model_reference_faults(root),
    ]


def manifest_faults(root):
    faults = []
    for addon in addons(root):
        ours = {
            name
            for name in ast.literal_eval((addon / '__manifest__.py').read_text(encoding='utf-8'))['depends']
            if name.startswith('ar_')
        }
        if addon.name not in DEPENDS:
            faults.append(f"{addon.name} has no place in the plan (tests/house.py)")
        elif ours != DEPENDS[addon.name]:
            faults.append(f"{addon.name} depends on {sorted(ours)}, planned {sorted(DEPENDS[addon.name])}")
    return faults


def _import_faults(root):
    faults = []
    for addon in addons(root):
        reach = _reach(addon.name)
        for path in _python(addon, tests=True):
            for node in ast.walk(_tree(path)):
                module = getattr(node, 'module', None) if isinstance(node, ast.ImportFrom) else None
                match = re.match(r'odoo\.addons\.(ar_\w+)', module or '')
                if match and match[1] not in reach:
                    faults.append(f"{path.relative_to(root)}:{node.lineno} imports {match[1]}")
    return faults


def _external_id_faults(root):
    names = [addon.name for addon in addons(root)]
    pattern = re.compile(rf'''(?<![\w./-])({'|'.join(names)})\.(?=[a-z_])''')
    faults = []
    for addon in addons(root):
        reach = _reach(addon.name)
        for path in sorted(addon.rglob('*')):
            if path.suffix not in {'.py', '.xml', '.csv', '.js'} or 'i18n' in path.parts:
                continue
            for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
                for match in pattern.finditer(line):
                    if match[1] not in reach:
                        faults.append(f"{path.relative_to(root)}:{number} refers to {match[1]}")
    return faults


def _model_reference_faults(root):
    """A model is used only where its addon is depended on."""
    owners = {
        model: addon.name
        for addon in addons(root)
        for _path, _node, model, new, _inherited in classes(addon)
        if new and model.startswith('ar.')
    }
    faults = []
    for addon in addons(root):
        reach = _reach(addon.name)
        for path in _python(addon, tests=True):
            for node in ast.walk(_tree(path)):
                text = node.value if isinstance(node, ast.Constant) else None
                owner = owners.get(text) if isinstance(text, str) else None
                if owner and owner not in reach:
                    faults.append(f"{path.relative_to(root)}:{node.lineno} uses {text} of {owner}")
    return faults


# === Layers ===


def engine_faults(root):
    """What stands in engine/ returns SQL, says so, and runs nothing."""
    faults = []
    for addon in addons(root):
        for path in sorted((addon / 'engine').glob('*.py')):
            for node in ast.walk(_tree(path)):
                where = f"{path.relative_to(root)}:{getattr(node, 'lineno', 0)}"
                if isinstance(node, ast.FunctionDef) and not node.name.startswith('__'):
                    if not _returns_sql(node, path):
                        faults.append(f"{where} {node.name} does not return SQL")
                if isinstance(node, ast.Attribute) and node.attr in {
                    'execute',
                    'execute_query',
                    'execute_values',
                    'flush_model',
                    'env',
                    'cr',
                    'search',
                }:
                    faults.append(f"{where} runs something ({node.attr})")
                if isinstance(node, ast.ImportFrom) and (node.module or '').startswith('odoo'):
                    if node.module not in {'odoo.tools', 'odoo.tools.sql'} and not re.fullmatch(
                        r'odoo\.addons\.ar_\w+\.(engine|rules)(\.\w+)?', node.module
                    ):
                        faults.append(f"{where} imports {node.module}")
    return faults


def _returns_sql(node, path):
    """A function is annotated ``-> SQL``; each of its returns could be one."""
    if not (isinstance(node.returns, ast.Name) and node.returns.id == 'SQL'):
        return False
    returns = [part.value for part in ast.walk(node) if isinstance(part, ast.Return)]
    return bool(returns) and not any(
        value is None or isinstance(value, ast.Constant | ast.Dict | ast.List | ast.Tuple | ast.JoinedStr)
        for value in returns
    )


def rules_faults(root):
    """What stands in rules/ knows no Odoo."""
    faults = []
    for addon in addons(root):
        for path in sorted((addon / 'rules').glob('*.py')):
            for node in ast.walk(_tree(path)):
                modules = []
                if isinstance(node, ast.ImportFrom):
                    modules = [node.module or '']
                elif isinstance(node, ast.Import):
                    modules = [name.name for name in node.names]
                for module in modules:
                    pure = re.fullmatch(r'odoo\.addons\.ar_\w+\.rules(\.\w+)?', module)
                    if module.split('.')[0] == 'odoo' and not pure:
                        faults.append(f"{path.relative_to(root)}:{node.lineno} imports {module}")
    return faults


def select_faults(root):
    """Queries are written in engine/; models and wizards run them."""
    faults = []
    for addon in addons(root):
        for folder in ('models', 'wizard', 'controllers', 'report'):
            for path in sorted((addon / folder).rglob('*.py')):
                for node in ast.walk(_tree(path)):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        if re.search(r'\bSELECT\b[\s\S]*\bFROM\b', node.value):
                            faults.append(f"{path.relative_to(root)}:{node.lineno} holds a SELECT")
    return faults


def constraint_faults(root):
    """A constraint decides nothing from who asks: Odoo runs it as superuser."""
    faults = []
    for addon in addons(root):
        for path in _python(addon):
            for node in ast.walk(_tree(path)):
                if not isinstance(node, ast.FunctionDef) or not any(map(_is_constraint, node.decorator_list)):
                    continue
                for part in ast.walk(node):
                    if isinstance(part, ast.Attribute) and part.attr in {'su', 'user', 'uid'}:
                        if ast.unparse(part.value).endswith('env'):
                            where = f"{path.relative_to(root)}:{part.lineno}"
                            faults.append(f"{where} {node.name} asks who the user is ({part.attr})")
    return faults


def _is_constraint(decorator):
    return isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == 'api.constrains'


def length_faults(root):
    """No file above 400 lines."""
    files = [
        path
        for folder in [*addons(root), Path(root) / 'tests', Path(root) / 'setup']
        for path in folder.rglob('*')
        if path.suffix in {'.py', '.js', '.xml', '.sh', '.md'} and '.local' not in path.parts
    ]
    counted = ((path, len(path.read_text(encoding='utf-8').splitlines())) for path in files)
    return [f"{path.relative_to(root)} has {lines} lines" for path, lines in counted if lines > LINES]


# === Tests ===

#: What the tests of the set-up check (``ar_base/tests/common_health.py``) say of a line.
PLANTS = {'assertRed', 'assertOpens', 'assertMends'}
CLEARS = {'assertGreen', 'assertMends'}


def setup_check_faults(root):
    """Tests show each line of the set-up check red by a planted fault, and green after it."""
    faults, said = [], {'red': set(), 'green': set()}
    for path in (path for addon in addons(root) for path in (addon / 'tests').glob('*.py')):
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                said['red'] |= {_value(node.args[0])} if node.func.attr in PLANTS else set()
                said['green'] |= {_value(node.args[0])} if node.func.attr in CLEARS else set()
    for addon in addons(root):
        for path in addon.glob('*/ar_health_*.py'):
            for node in ast.walk(_tree(path)):
                if isinstance(node, ast.FunctionDef) and node.name.startswith('_check_'):
                    code = node.name.removeprefix('_check_')
                    faults += [
                        f"{path.relative_to(root)}:{node.lineno} no test shows {code} {colour}"
                        for colour, codes in said.items()
                        if code not in codes
                    ]
    return faults


# === Documents ===


def document_faults(root):
    """docs/architecture.md names every hook, and every file that documents name is there."""
    architecture = Path(root) / 'docs' / 'architecture.md'
    named = architecture.read_text(encoding='utf-8') if architecture.exists() else ''
    faults = []
    for addon in addons(root):
        for path in _python(addon):
            for node in ast.walk(_tree(path)):
                if isinstance(node, ast.FunctionDef) and (ast.get_docstring(node) or '').startswith('Hook:'):
                    if f'{node.name}(' not in named:
                        where = f"{path.relative_to(root)}:{node.lineno}"
                        faults.append(f"{where} the hook {node.name} is not in docs/architecture.md")
    documents = (Path(root).glob(pattern) for pattern in ('*.md', 'docs/*.md', 'ar_*/readme/*.md'))
    for path in sorted(path for found in documents for path in found):
        text = path.read_text(encoding='utf-8')
        for name in re.findall(r'`((?:ar_\w+|setup|tests|docs)/[\w./-]+\.\w+)`', text):
            if not (Path(root) / name).exists():
                faults.append(f"{path.relative_to(root)} names {name}, which is not there")
    return faults


CHECKS = (
    model_faults,
    view_faults,
    address_faults,
    arrow_faults,
    engine_faults,
    rules_faults,
    select_faults,
    constraint_faults,
    length_faults,
    setup_check_faults,
    document_faults,
)
