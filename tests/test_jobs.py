"""docs/jobs.md says of each job what the browser tests click."""

import re
from pathlib import Path

import pytest

from .tours import counted

PAGE = Path(__file__).parents[1] / 'docs' / 'jobs.md'
ROWS = [
    [cell.strip() for cell in line.strip('|').split('|')]
    for line in PAGE.read_text(encoding='utf-8').splitlines()
    if line.startswith('| ') and '`' in line
]


@pytest.mark.parametrize(('chair', 'job', 'before', 'now', 'tours'), ROWS, ids=[row[4] for row in ROWS])
def test_job(chair, job, before, now, tours):
    said = re.match(r'(\d+) clicks?, (\d+) fields?', now)
    assert tuple(map(int, said.groups())) == counted(re.findall(r'`(\w+)`', tours)), job


def test_there_are_jobs():
    assert len(ROWS) >= 20
