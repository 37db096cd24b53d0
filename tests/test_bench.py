"""The benches are run by hand: here only that each command still starts."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize('module', ['tests.bench', 'tests.bench.compare', 'tests.bench.realistic'])
def test_the_command_explains_itself(module):
    done = subprocess.run(
        [sys.executable, '-m', module, '--help'], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert 'usage' in done.stdout
