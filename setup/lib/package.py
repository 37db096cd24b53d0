#!/usr/bin/env python3
"""Make what an addon is published with from its manifest and the texts of readme/.

    python3 setup/lib/package.py          write pyproject.toml, README.rst, static/description/index.html
    python3 setup/lib/package.py --check  say what is not as it would be written; ends with 1 if anything is

The texts are Markdown of a few kinds: headings, paragraphs, lists, tables, bold, italics, code and links.
"""

import ast
import html
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WHOOL = '1.3.1'
PYPROJECT = f'''[build-system]
requires = ["whool=={WHOOL}"]
build-backend = "whool.buildapi"
'''
# The parts of an addon's description, in the order in which they are read.
PARTS = {
    'DESCRIPTION': None,
    'CONFIGURE': "Configuration",
    'USAGE': "Usage",
    'ROADMAP': "Known issues / Roadmap",
}
_ITEM = re.compile(r'(\s*)(-|\*|\d+\.)\s+(.*)')
_INLINE = re.compile(
    r'`([^`]+)`|\*\*(.+?)\*\*|(?<![\w*])\*([^*\s](?:[^*]*[^*\s])?)\*(?!\w)|\[([^\]]+)\]\(([^)]+)\)'
)


# === Markdown to blocks ===


def blocks(text):
    """Yield the blocks of a text: ('heading', words), ('text', words), ('list', items), ('table', rows).

    An item of a list is (number or None, depth, words).
    """
    lines, at = text.splitlines(), 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
        elif line.startswith('#'):
            yield 'heading', line.lstrip('# ').strip()
            at += 1
        elif line.startswith('|'):
            rows, at = _while(lines, at, lambda one: one.startswith('|'))
            yield (
                'table',
                [_cells(row) for row in rows if not re.fullmatch(r'[|\s:-]+', row) or '-' not in row],
            )
        elif _ITEM.fullmatch(line):
            found, at = _while(lines, at, lambda one: _ITEM.fullmatch(one) or one.startswith(' '))
            yield 'list', _items(found)
        else:
            found, at = _while(lines, at, lambda one: one.strip() and not one.startswith(('#', '|')))
            yield 'text', ' '.join(map(str.strip, found))


def _while(lines, at, belongs):
    start = at
    while at < len(lines) and (at == start or belongs(lines[at])):
        at += 1
    return lines[start:at], at


def _cells(row):
    return [cell.strip() for cell in row.strip().strip('|').split('|')]


def _items(lines):
    items = []
    for line in lines:
        if found := _ITEM.fullmatch(line):
            number = found[2][:-1] if found[2][0].isdigit() else None
            items.append((number, len(found[1]) // 2, found[3]))
        else:
            number, depth, words = items.pop()
            items.append((number, depth, f'{words} {line.strip()}'))
    return items


# === Blocks to reStructuredText and HTML ===


def _rst_words(text):
    def shown(found):
        code, bold, italic, words, link = found.groups()
        if code:
            return f'``{code}``'
        if bold:
            return f'**{bold}**'
        return f'*{italic}*' if italic else f'`{words} <{link}>`__'

    return _INLINE.sub(shown, text)


def _rst(text):
    for kind, found in blocks(text):
        if kind == 'heading':
            yield from (_rst_words(found), '~' * len(_rst_words(found)), '')
        elif kind == 'text':
            yield from (_rst_words(found), '')
        elif kind == 'list':
            depth_before = 0
            for number, depth, words in found:
                if depth != depth_before:
                    yield ''
                depth_before = depth
                yield f"{'   ' * depth}{f'{number}.' if number else '-'} {_rst_words(words)}"
            yield ''
        else:
            yield from ('.. list-table::', '   :header-rows: 1', '')
            for row in found:
                for place, cell in enumerate(row):
                    yield f"   {'*' if not place else ' '} - {_rst_words(cell)}".rstrip()
            yield ''


def _html_words(text):
    def shown(found):
        code, bold, italic, words, link = found.groups()
        if code:
            return f'<code>{code}</code>'
        if bold:
            return f'<b>{bold}</b>'
        return f'<i>{italic}</i>' if italic else f'<a href="{link}">{words}</a>'

    return _INLINE.sub(shown, html.escape(text, quote=False))


def _html(text):
    for kind, found in blocks(text):
        if kind == 'heading':
            yield f'<h3>{_html_words(found)}</h3>'
        elif kind == 'text':
            yield f'<p>{_html_words(found)}</p>'
        elif kind == 'list':
            tag = 'ol' if found[0][0] else 'ul'
            items = (f'<li>{_html_words(words)}</li>' for _number, _depth, words in found)
            yield f"<{tag}>{''.join(items)}</{tag}>"
        else:
            head, *rows = found
            cells = ''.join(f'<th>{_html_words(cell)}</th>' for cell in head)
            body = ''.join(
                f"<tr>{''.join(f'<td>{_html_words(cell)}</td>' for cell in row)}</tr>" for row in rows
            )
            yield f'<table class="table table-sm"><tr>{cells}</tr>{body}</table>'


# === The files ===


def _parts(addon):
    for name, title in PARTS.items():
        path = addon / 'readme' / f'{name}.md'
        if path.exists():
            yield title, path.read_text(encoding='utf-8')


def _credits(manifest):
    status = manifest['development_status']
    return f"Authors: {manifest['author']}. License: {manifest['license']}. Status: {status}."


def _readme(addon, manifest):
    name, line = manifest['name'], '=' * len(manifest['name'])
    found = [line, name, line, '', manifest['summary'], '']
    for title, text in _parts(addon):
        if title:
            found += [title, '=' * len(title), '']
        found += _rst(text)
    found += ["Credits", "=======", '']
    found += [_credits(manifest), '']
    return '\n'.join(found)


def _page(addon, manifest):
    found = [f"<h1>{html.escape(manifest['name'])}</h1>", f"<p><i>{html.escape(manifest['summary'])}</i></p>"]
    for title, text in _parts(addon):
        if title:
            found.append(f'<h2>{title}</h2>')
        found += _html(text)
    found.append(f'<p>{_credits(manifest)}</p>')
    return '<section class="oe_container">\n{}\n</section>\n'.format('\n'.join(found))


def files(addon):
    """Return {path: text} of what the addon is published with."""
    manifest = ast.literal_eval((addon / '__manifest__.py').read_text(encoding='utf-8'))
    return {
        addon / 'pyproject.toml': PYPROJECT,
        addon / 'README.rst': _readme(addon, manifest),
        addon / 'static' / 'description' / 'index.html': _page(addon, manifest),
    }


def stale(root=ROOT):
    """Return {path: text} of what is not as it would be written now."""
    return {
        path: text
        for manifest in sorted(root.glob('ar_*/__manifest__.py'))
        for path, text in files(manifest.parent).items()
        if not path.exists() or path.read_text(encoding='utf-8') != text
    }


def main():
    found = stale()
    if '--check' in sys.argv:
        for path in found:
            print(f"{path.relative_to(ROOT)}: write it again with setup/lib/package.py")
        return bool(found)
    for path, text in found.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding='utf-8')
    return 0


if __name__ == '__main__':
    sys.exit(main())
