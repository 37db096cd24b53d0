#!/usr/bin/env python3
"""Check (or with --fix, mend) the form of XML files: check_xml.py [--fix] FOLDER...

A file is well-formed, has no tab, no trailing space and ends with a newline; a tag that starts a line is
indented by four spaces per level, and what follows it on further lines moves along. No two records of one
file share an id.
"""

import sys
from collections import Counter
from pathlib import Path
from xml.parsers import expat


def first_tags(text):
    """The level of the tag that starts each line, by line number, and the ids of records."""
    levels, ids, depth = {}, Counter(), 0
    lines = text.split(b'\n')
    parser = expat.ParserCreate()

    def note(level):
        number = parser.CurrentLineNumber
        if not lines[number - 1][: parser.CurrentColumnNumber].strip():
            levels.setdefault(number, level)

    def start(tag, attributes):
        nonlocal depth
        note(depth)
        depth += 1
        if tag in {'record', 'template', 'menuitem'}:
            ids[attributes.get('id')] += 1

    def end(_tag):
        nonlocal depth
        depth -= 1
        note(depth)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CommentHandler = lambda _data: note(depth)
    parser.Parse(text, True)
    return levels, [xmlid for xmlid, count in ids.items() if xmlid and count > 1]


def formatted(text):
    levels, _duplicates = first_tags(text)
    lines, shift = [], 0
    for number, line in enumerate(text.rstrip().split(b'\n'), 1):
        body = line.expandtabs(4).rstrip()
        indent = len(body) - len(body.lstrip())
        if number in levels:
            shift = 4 * levels[number] - indent
        lines.append(b' ' * max(indent + shift, 0) + body.lstrip() if body else b'')
    return b'\n'.join(lines) + b'\n'


def faults(path, fix):
    text = path.read_bytes()
    try:
        good = formatted(text)
    except expat.ExpatError as error:
        return [f"{path}: {error}"]
    result = [f"{path}: two records are called {xmlid}" for xmlid in first_tags(text)[1]]
    if good != text and fix:
        path.write_bytes(good)
    elif good != text:
        old, new = text.split(b'\n'), good.split(b'\n')
        line = next((n for n, pair in enumerate(zip(old, new), 1) if pair[0] != pair[1]), len(new))
        result.append(f"{path}:{line}: not in form (setup/lib/check_xml.py --fix {path.parts[0]})")
    return result


def main(arguments):
    fix = '--fix' in arguments
    folders = [Path(argument) for argument in arguments if argument != '--fix']
    found = [
        fault for folder in folders for path in sorted(folder.rglob('*.xml')) for fault in faults(path, fix)
    ]
    print('\n'.join(found), end='\n' if found else '')
    return bool(found)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
