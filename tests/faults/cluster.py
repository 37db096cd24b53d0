"""A PostgreSQL of its own that can be stopped in the middle of whatever it does."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = '. setup/lib/common.sh; . setup/lib/postgres.sh; '


class Cluster:
    """A durable server below ``folder``: what it has committed must survive."""

    def __init__(self, folder):
        self.folder, self.stops = folder, 0
        self.host = self.start()

    def start(self):
        """Start the server, which repairs itself first; return where it listens."""
        return self._shell('ensure_postgres faults >&2 && echo "$PGHOST"').strip()

    def stop_at_once(self):
        """Stop without a word to anybody, as if the machine had lost its power."""
        self.stops += 1
        stop = 'as_server "$PG_BIN/pg_ctl" -D "$PG_HOME/data" -m immediate -w stop >&2'
        self._shell(f'PG_HOME="$LOCAL/pg-faults"; cd / && {stop}')

    def take_over(self, source, target):
        """Copy the database ``source`` of the test's server to ``target`` on this one."""
        here = f'-h "{self.host}"'
        restore = f'pg_dump -Fc "{source}" | pg_restore {here} -d "{target}" -O'
        self._shell(f'createdb {here} "{target}" && {restore}')

    def _shell(self, script):
        environment = {**os.environ, 'AR_LOCAL': str(self.folder)}
        done = subprocess.run(
            ['bash', '-euo', 'pipefail', '-c', SCRIPTS + script],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        assert not done.returncode, done.stderr[-2000:]
        return done.stdout
