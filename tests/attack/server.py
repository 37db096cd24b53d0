"""An Odoo server on a database, and people who call it over XML-RPC as any script of theirs can."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from contextlib import contextmanager
from pathlib import Path

import requests

from ..forked import free_port

# Odoo's test cases end every child of the process of the tests: the server is a child of one that has ended.
_START = '"$@" >"$AR_SERVER_LOG" 2>&1 & echo $!'


def _start(options, log):
    command = [sys.executable, '-m', 'odoo', *(str(part) for pair in options.items() for part in pair)]
    started = subprocess.run(
        ['sh', '-c', _START, 'sh', *command],
        env={**os.environ, 'AR_SERVER_LOG': log},
        stdout=subprocess.PIPE,
        check=True,
    )
    return int(started.stdout)


def _runs(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _end(pid):
    if _runs(pid):
        os.kill(pid, signal.SIGTERM)
    for _attempt in range(60):
        if not _runs(pid):
            return
        time.sleep(0.5)
    os.kill(pid, signal.SIGKILL)


@contextmanager
def serving(database, **options):
    """Serve the database with one process of threads, or as ``options`` say; yield its address."""
    port = free_port()
    command = {'-c': os.environ['ODOO_RC'], '-d': database, '--http-port': port, '--workers': 0}
    command |= {'--max-cron-threads': 0, '--log-level': 'critical'}
    # It starts itself again beyond its limits, and nobody is there meanwhile.
    command |= {'--limit-time-real': 0, '--limit-memory-soft': 2**33, '--limit-memory-hard': 0}
    command |= {f"--{name.replace('_', '-')}": value for name, value in options.items()}
    with tempfile.NamedTemporaryFile(suffix='.log') as log:
        pid = _start(command, log.name)
        try:
            url = f'http://127.0.0.1:{port}'
            _wait_for(url, pid, log)
            yield url
            assert _runs(pid), f"the server has ended: {_tail(log)}"
        finally:
            _end(pid)


def _wait_for(url, pid, log):
    for _attempt in range(240):
        try:
            xmlrpc.client.ServerProxy(f'{url}/xmlrpc/2/common').version()
            return
        except OSError:
            assert _runs(pid), f"the server did not start: {_tail(log)}"
            time.sleep(0.5)
    raise AssertionError(f"the server does not answer: {_tail(log)}")


def _tail(log):
    return Path(log.name).read_text(encoding='utf-8', errors='replace')[-3000:]


class Person:
    """A user of the database, with the password that is the login."""

    def __init__(self, url, database, login):
        self.url, self.database, self.login = url, database, login
        common = xmlrpc.client.ServerProxy(f'{url}/xmlrpc/2/common')
        self.uid = common.authenticate(database, login, login, {})
        assert self.uid, f"{login} cannot log in"
        self.models = xmlrpc.client.ServerProxy(f'{url}/xmlrpc/2/object', allow_none=True)

    def page(self, path):
        """Return the text of a page as this user sees it in a browser."""
        session = requests.Session()
        asked = {'db': self.database, 'login': self.login, 'password': self.login}
        session.post(f'{self.url}/web/session/authenticate', json={'params': asked}, timeout=60)
        return session.get(f'{self.url}{path}', timeout=120).text

    def call(self, model, method, *arguments, **options):
        """Call a method; raises ``xmlrpc.client.Fault`` with what the server answers."""
        return self.models.execute_kw(self.database, self.uid, self.login, model, method, arguments, options)

    def attempt(self, model, method, *arguments, **options):
        """Call a method and return (answer, None), or (None, the reason of the refusal)."""
        try:
            return self.call(model, method, *arguments, **options), None
        except xmlrpc.client.Fault as fault:
            if 'cannot marshal None' in fault.faultString:  # done; XML-RPC cannot say that nothing came back
                return None, None
            return None, fault.faultString.strip().splitlines()[-1]
