import os
import random
import time

import psycopg2
import pytest

from odoo.tools import config

from .forked import Forker, Smtp

KILLS = 50


class Workers(Forker):
    """The process that forks the workers."""

    def kill_one(self, after, begun):
        """Start a worker and kill it some seconds after it started, or after it began its first letter."""
        self.kill(self.ask('fork', begun), after)

    def drain(self, count=1):
        """Let as many workers send what is left."""
        for pid in [self.ask('fork') for _index in range(count)]:
            assert self.ask('wait', pid) == 0

    def pace(self, count=20):
        """Return the seconds that a letter takes here: a kill has to fall into one on any machine."""
        self.ask('make', count)
        begun = time.perf_counter()
        self.drain()
        return (time.perf_counter() - begun) / count


def _execute(database, *statements):
    options = {
        'host': config['db_host'] or None,
        'port': config['db_port'] or None,
        'user': config['db_user'] or None,
    }
    connection = psycopg2.connect(dbname=database, **options)
    connection.autocommit = True
    with connection.cursor() as cr:
        for statement in statements:
            cr.execute(statement)
        found = cr.fetchall() if cr.description else []
    connection.close()
    return found


@pytest.fixture(scope='module')
def database():
    """A copy of the template of the test database: here everything is committed."""
    tested = config['db_name'][0] if isinstance(config['db_name'], list) else config['db_name']
    name = f'test_{os.getpid()}'
    assert name != tested
    [[template]] = _execute(
        'postgres',
        "SELECT datname FROM pg_database WHERE datname LIKE 'suite\\_%' AND datname NOT LIKE '%part'",
    )
    _execute(
        'postgres', f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}" TEMPLATE "{template}"'
    )
    yield name
    _execute('postgres', f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope='module')
def smtp(tmp_path_factory):
    server = Smtp(tmp_path_factory.mktemp('smtp') / 'received')
    yield server
    server.kill()


@pytest.fixture(scope='module')
def workers(database, smtp):
    forker = Workers('dunning_mail_worker.py', database, smtp.port)
    yield forker
    forker.close()


@pytest.fixture
def chance():
    seed = int(os.environ.get('DUNNING_MAIL_SEED') or random.SystemRandom().randrange(10**6))
    print(f"DUNNING_MAIL_SEED={seed}")
    return random.Random(seed)


def assert_once(workers, smtp, ids):
    """Each letter arrived once, or is on the list of the unknown and arrived at most once. Return how many
    are unknown.
    """
    received, unknown = smtp.received(), 0
    assert max(received.values(), default=0) <= 1, "a mail was received twice"
    for notice in workers.ask('report', ids):
        (delivery,) = notice['deliveries']
        times = received[delivery['message_id']]
        assert (notice['state'], delivery['state'], times) in (
            ('sent', 'sent', 1),
            ('queued', 'unknown', 0),
            ('queued', 'unknown', 1),
        ), (notice, times)
        unknown += delivery['state'] == 'unknown'
    return unknown


def assert_resolved(workers, smtp, ids):
    """A person decides the unknown by the server's log: then each letter arrived exactly once."""
    workers.ask('resolve', ids, list(smtp.received()))
    workers.drain()
    received = smtp.received()
    for notice in workers.ask('report', ids):
        assert notice['state'] == 'sent', notice
        assert sum(received[delivery['message_id']] for delivery in notice['deliveries']) == 1, notice


def test_the_worker_is_killed(workers, smtp, chance):
    """Fifty kills in whatever the worker is doing, with the mail server alive."""
    pace = workers.pace()
    ids = workers.ask('make', 200)
    before = len(smtp.received())
    for kill in range(KILLS):
        workers.kill_one(chance.uniform(0.0, 4 * pace), begun=kill % 5 > 0)
    arrived = len(smtp.received()) - before
    workers.drain()
    unknown = assert_once(workers, smtp, ids)
    print(f"{arrived} of {len(ids)} letters arrived during the kills, {unknown} are unknown")
    assert KILLS / 2 < arrived < len(ids), "the kills hit nothing: the workers had not begun, or were done"
    assert_resolved(workers, smtp, ids)


def test_the_mail_server_is_killed(workers, smtp, chance):
    """The mail server dies and comes back while a worker sends: nothing is lost, nothing goes out twice."""
    ids = workers.ask('make', 60)
    pid = workers.ask('fork')
    for _kill in range(6):
        time.sleep(chance.uniform(0.1, 0.5))
        smtp.kill()
        time.sleep(chance.uniform(0.0, 0.2))
        smtp.start()
    assert workers.ask('wait', pid) == 0
    unknown = assert_once(workers, smtp, ids)
    print(f"{unknown} of {len(ids)} letters are unknown")
    assert_resolved(workers, smtp, ids)


def test_two_servers(workers, smtp):
    """Two workers on one database at the same time: each letter once, and both have sent."""
    ids = workers.ask('make', 80)
    workers.drain(2)
    assert assert_once(workers, smtp, ids) == 0
