"""What the browser tours of the addons click and fill in."""

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOUR = re.compile(r'\.add\("(\w+)", (\{.*?\n\})\);', re.DOTALL)


@cache
def sources():
    """Return {name of a tour: its source}."""
    files = sorted(ROOT.glob('ar_*/static/tests/tours/*.js'))
    return {name: steps for file in files for name, steps in TOUR.findall(file.read_text(encoding='utf-8'))}


def counted(names):
    """Return (clicks, fields) of the tours together: what is pressed, and what is typed or chosen."""
    steps = ''.join(sources()[name] for name in names)
    return steps.count('run: "click"'), len(re.findall(r'run: "(?:edit|select)', steps))
