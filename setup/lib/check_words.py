#!/usr/bin/env python3
"""Refuse words that docs/glossary.md replaced: check_words.py FOLDER-OR-FILE...

One term for one thing, the one that the trade uses. Translations are not read.
"""

import ast
import re
import sys
from pathlib import Path

# A word that may not come back, and what the house says.
WORDS = {
    r'told|untold': "dunned, notified, dunning level",
    r'chas(?:e|es|ed|ing|eable)': "dun, collect, remind",
    r'whoever|whomever': "name the person or the role",
    r'anew': "again",
    r'the own': "their own",
    r'beside': "next to, besides, in addition to",
    r'rehears\w*': "back-test",
    r'arrangements?|arranged': "payment plan, promise",
    r'agreements?': "payment plan",
    r'kept back|keeps? back': "excluded",
    r'hand(?:s|ed|ing)? over|handover': "refer a case, deliver a mail",
    r'cures?|cured': "remedy",
    r'freed|frees': "auto-released, releases",
    r'credit room|rooms?': "available credit; addon",
    r'doors?': "entry point, origin",
    r'gates?': "credit check",
    r'guards?|guarded': "lock, check",
    r'speaks?|speaking': "internal language",
    r'patient-less': "a sentence",
}
# Where such a word is another's name or plainly right.
ALLOWED = re.compile(
    r'''next door|TypeGuard|safeguards?|vanguard|rate agreement|service[- ]level agreement''', re.IGNORECASE
)
PATTERN = re.compile(rf'''(?<![A-Za-z])({'|'.join(WORDS)})(?![A-Za-z])''', re.IGNORECASE)
SUFFIXES = {'.py', '.xml', '.js', '.csv', '.md', '.sh', '.yml', ''}

# A field's name tells what it leads to.
FIELDS = {
    ('account_id', 'ar.credit.account'): 'credit_account_id',
    ('plan_id', 'ar.dunning.plan'): 'dunning_plan_id',
    ('plan_id', 'ar.payment.plan'): 'payment_plan_id',
    ('policy_id', 'ar.credit.policy'): 'credit_policy_id',
    ('scheme_id', 'ar.aging.scheme'): 'aging_scheme_id',
    ('scheme_id', 'ar.interest.scheme'): 'interest_scheme_id',
}


def replacement(word):
    return next(good for pattern, good in WORDS.items() if re.fullmatch(pattern, word, re.IGNORECASE))


def word_faults(path):
    for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
        text = ALLOWED.sub('', line)
        for match in PATTERN.finditer(text.replace('_', ' ')):
            yield f"{path}:{number}: '{match[1]}' is not a word of ours: {replacement(match[1])}"


def field_faults(path):
    for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and node.value.args:
            name, model = getattr(node.targets[0], 'id', None), getattr(node.value.args[0], 'value', None)
            if (name, model) in FIELDS:
                yield f"{path}:{node.lineno}: {name} leads to {model}: {FIELDS[name, model]}"


def files(places):
    for place in map(Path, places):
        for path in sorted(place.rglob('*')) if place.is_dir() else [place]:
            skipped = {'i18n', 'description', '__pycache__', 'glossary.md', 'check_words.py', '.local'} & set(
                path.parts
            )
            if path.is_file() and not skipped and path.suffix in SUFFIXES:
                yield path


def main(places):
    found = [fault for path in files(places) for fault in word_faults(path)]
    found += [fault for path in files(places) if path.suffix == '.py' for fault in field_faults(path)]
    print('\n'.join(found), end='\n' if found else '')
    return bool(found)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
