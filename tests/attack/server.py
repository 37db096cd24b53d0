"""An Odoo server on a database, and people who call it over XML-RPC as any script of theirs can."""

import os
import socket
import subprocess
import sys
import time
import xmlrpc.client
from contextlib import contextmanager

import requests


def _free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


@contextmanager
def serving(database):
    """Serve the database with one process of threads; yield its address."""
    port = _free_port()
    options = {'-c': os.environ['ODOO_RC'], '-d': database, '--http-port': port, '--workers': 0}
    options |= {'--max-cron-threads': 0, '--log-level': 'critical'}
    # It starts itself again beyond its limits, and nobody is there meanwhile.
    options |= {'--limit-time-real': 0, '--limit-memory-soft': 2**33, '--limit-memory-hard': 0}
    process = subprocess.Popen(
        [sys.executable, '-m', 'odoo', *(str(part) for pair in options.items() for part in pair)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f'http://127.0.0.1:{port}'
    try:
        for _attempt in range(240):
            try:
                xmlrpc.client.ServerProxy(f'{url}/xmlrpc/2/common').version()
                break
            except OSError:
                time.sleep(0.5)
        yield url
    finally:
        process.terminate()
        process.wait(30)


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
