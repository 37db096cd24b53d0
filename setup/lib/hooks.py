#!/usr/bin/env python3
"""Write docs/hooks.md: every hook of the suite, with what its docstring promises.

python3 setup/lib/hooks.py          write it
python3 setup/lib/hooks.py --check  end with 1 if it is not as it would be written
"""

import ast
import inspect
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / 'docs' / 'hooks.md'
HEAD = """# Hooks

Made from the docstrings by `setup/lib/hooks.py`; do not edit. A hook is a method that works without an
answer. An addon of yours inherits the model, overrides the method, calls `super()` and adds its own. How that
looks as a whole: [extending](extending.md). Who answers and who asks today: [architecture](architecture.md),
chapter 3.
"""


def _model(node):
    values = {
        statement.targets[0].id: statement.value
        for statement in node.body
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
    }
    named = values.get('_name') or values.get('_inherit')
    value = ast.literal_eval(named) if named is not None else None
    return value if isinstance(value, str) else value and value[0]


def hooks(root=ROOT):
    """Yield (addon, model, method with its arguments, words) of each hook."""
    for addon in sorted(path.parent for path in root.glob('ar_*/__manifest__.py')):
        for path in sorted(addon.rglob('*.py')):
            if 'tests' in path.relative_to(addon).parts:
                continue
            for owner in ast.parse(path.read_text(encoding='utf-8')).body:
                if not isinstance(owner, ast.ClassDef):
                    continue
                for node in owner.body:
                    words = (isinstance(node, ast.FunctionDef) and ast.get_docstring(node)) or ''
                    if words.startswith('Hook:'):
                        arguments = ast.unparse(node.args).removeprefix('self').removeprefix(', ')
                        yield (
                            addon.name,
                            _model(owner) or owner.name,
                            f'{node.name}({arguments})',
                            inspect.cleandoc(words.removeprefix('Hook:').strip()),
                        )


def page(root=ROOT):
    """Return the text of the page."""
    found, before = [HEAD], (None, None)
    for addon, model, method, words in hooks(root):
        if addon != before[0]:
            found.append(f'## {addon}\n')
        if (addon, model) != before:
            found.append(f'### `{model}`\n')
        before = (addon, model)
        text = '\n'.join(f'  {line}'.rstrip() for line in (words[:1].upper() + words[1:]).splitlines())
        found.append(f'- `{method}`\n\n{text}\n')
    return '\n'.join(found)


def main():
    text = page()
    if '--check' in sys.argv:
        if PAGE.exists() and PAGE.read_text(encoding='utf-8') == text:
            return 0
        print("docs/hooks.md: write it again with setup/lib/hooks.py")
        return 1
    PAGE.write_text(text, encoding='utf-8')
    return 0


if __name__ == '__main__':
    sys.exit(main())
