"""The machine dies in the middle of the work: workers are killed, PostgreSQL is stopped at once.

Whatever is hit, a document stands before or after its step and never between, is finished by pressing the
button again, and is booked, sent and journaled once. In CI few times; as often as it must hold::

    AR_FAULT_KILLS=100 AR_FAULT_STOPS=20 ./setup/test tests/test_faults.py

``AR_FAULT_SEED`` repeats a run.
"""

import os
import random
import shutil
import time
from collections import Counter
from signal import SIGKILL

import pytest

import odoo.sql_db
from odoo.tools import config

from .faults.cluster import Cluster
from .faults.work import WORKS, Mailed
from .forked import Forker, Smtp

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get('AR_FAULT_KILLS') or 20)
STOPS = int(os.environ.get('AR_FAULT_STOPS') or 4)
MAILED = [kind for kind, work in WORKS.items() if isinstance(work, Mailed)]


class Machine:
    """PostgreSQL, a mail server and the workers; ``happened`` counts what was hit where."""

    workers = None

    def __init__(self, folder):
        self.chance = random.Random(self._seed())
        self.database = f'life_{os.getpid()}_faults'
        source = config['db_name'][0] if isinstance(config['db_name'], list) else config['db_name']
        self.files = config.filestore(self.database)
        self.happened, self.made, self.paces = Counter(), [], {}
        self.smtp, self.cluster = Smtp(folder / 'received'), Cluster(folder / 'local')
        try:
            self._start(source)
        except BaseException:
            self.close()
            raise

    def _start(self, source):
        self.cluster.take_over(source, self.database)
        if os.path.isdir(config.filestore(source)):
            shutil.copytree(config.filestore(source), self.files, copy_function=os.link)
        self.workers = Forker('faults/worker.py', self.database, self.cluster.host, self.smtp.port)
        self.paces = {kind: self._pace(kind) for kind in WORKS}

    @staticmethod
    def _seed():
        seed = int(os.environ.get('AR_FAULT_SEED') or random.SystemRandom().randrange(10**6))
        print(f"AR_FAULT_SEED={seed}")
        return seed

    def make(self, kind):
        document = self.workers.ask('make', kind)
        self.made.append((kind, document))
        return document

    def act(self, kind, document, poisoned=None):
        return self.workers.ask('act', kind, document, poisoned)

    def stand(self, kind, document):
        stands = self.workers.ask('stand', kind, document)
        assert not stands.startswith('wrong'), stands
        return stands

    def finish(self, kind, document):
        """Do the work again until it is done, as people and jobs do; return how it stands."""
        for _attempt in range(20):
            assert self.workers.ask('wait', self.act(kind, document)) == 0, (kind, document)
            stands = self.stand(kind, document)
            if stands in ('after', 'unknown'):
                return stands
            time.sleep(0.2)
        raise AssertionError(f"{kind} {document} is stuck: {stands}")

    def _pace(self, kind):
        """Return the seconds that the work takes here: a kill has to fall into them on any machine."""
        paces = []
        for _turn in range(2):  # the first one warms up
            document, begun = self.make(kind), time.perf_counter()
            assert self.workers.ask('wait', self.act(kind, document)) == 0, kind
            paces.append(time.perf_counter() - begun)
            assert self.stand(kind, document) == 'after', kind
        return paces[-1]

    def strike(self, kind, by_stop, mail='up'):
        """Kill the worker or stop PostgreSQL in the middle of the work, then finish it."""
        document = self.make(kind)
        if mail != 'up':
            self.smtp.kill()
        if mail == 'slow':
            self.smtp.start(slow=1.0)
        worker, wait = self.act(kind, document), self.chance.uniform(0, self.paces[kind])
        if by_stop:
            time.sleep(wait)
            self.cluster.stop_at_once()
            ended = self.workers.ask('wait', worker)
            self.cluster.start()
        else:
            ended = self.workers.kill(worker, wait)
        self.happened[f"hit by {'a stop' if by_stop else 'a kill'}" if ended else "was done already"] += 1
        stands = self.stand(kind, document)
        self.happened[f'{kind}: {stands}'] += 1
        if mail == 'dead':
            assert stands != 'after' and self.stand(kind, document) != 'unknown', (kind, stands)
        if mail != 'up':
            self.smtp.process.poll() is None and self.smtp.kill()
            self.smtp.start()
        self.finish(kind, document)

    def strikes(self, count, by_stop):
        """Strike so often, evenly over all kinds of work; return what went wrong."""
        wrong = []
        for kind, mail in _turns(count):
            try:
                self.strike(kind, by_stop, mail)
            except AssertionError as error:
                wrong.append(f"{kind}, mail server {mail}: {str(error).splitlines()[0]}")
        return wrong

    def close(self):
        if self.workers:
            self.workers.close()
        self.smtp.kill()
        self.cluster.stop_at_once()
        shutil.rmtree(self.files, ignore_errors=True)


@pytest.fixture(scope='module')
def machine(tmp_path_factory):
    odoo.sql_db.close_all()
    machine = Machine(tmp_path_factory.mktemp('faults'))
    yield machine
    machine.close()


def _turns(count):
    """Return ``count`` turns (kind, state of the mail server), spread evenly over all kinds."""
    kinds = list(WORKS)
    mail = ('up', 'slow', 'dead')
    return [
        (kind, mail[turn // len(kinds) % 3] if kind in MAILED else 'up')
        for turn in range(count)
        for kind in [kinds[turn % len(kinds)]]
    ]


def test_workers_are_killed(machine):
    assert machine.strikes(KILLS, by_stop=False) == []
    print(sorted(machine.happened.items()))
    assert machine.happened["hit by a kill"] >= KILLS / 2, machine.happened


def test_postgresql_is_stopped(machine):
    assert machine.strikes(STOPS, by_stop=True) == []
    print(sorted(machine.happened.items()))
    assert machine.cluster.stops == STOPS


@pytest.mark.parametrize('kind', MAILED)
def test_a_poisoned_document_is_set_aside(machine, kind):
    """It kills whichever worker makes it: after two deaths it is named, and what is behind it has gone."""
    poisoned, behind = machine.make(kind), machine.make(kind)
    machine.made.remove((kind, poisoned))
    document = [WORKS[kind].model, poisoned]
    deaths = 0
    for _worker in range(6):
        ended = machine.workers.ask('wait', machine.act(kind, behind, document))
        deaths += ended == SIGKILL
        if not ended:
            break
    assert deaths == 2 and machine.stand(kind, behind) == 'after'
    ((state, _message, why),) = machine.workers.ask('mails', kind, poisoned)
    assert state == 'failed' and "set aside" in why, (state, why)


def test_nothing_twice_nothing_lost_nothing_stuck(machine):
    """A person decides what is unknown by the mail server's log; then everything is finished, once."""
    received = machine.smtp.received()
    assert max(received.values()) == 1, "a mail was received twice"
    unknown = [
        row for kind, document in machine.made if kind in MAILED for row in _unknown(machine, kind, document)
    ]
    assert all(why for _state, _message, why in unknown), unknown
    assert machine.workers.ask('resolve', list(received)) == len(unknown)
    for kind, document in machine.made:
        assert machine.finish(kind, document) == 'after'
        assert machine.workers.ask('journaled', kind, document) in (1, None), (kind, document)
    received = machine.smtp.received()
    for kind, document in machine.made:
        if kind in MAILED:
            rows = machine.workers.ask('mails', kind, document)
            assert sum(received[message] for _state, message, _why in rows) == 1, (kind, document, rows)
    assert machine.workers.ask('faults') == []
    print(f"{len(machine.made)} documents, {len(unknown)} unknown, {sorted(machine.happened.items())}")


def _unknown(machine, kind, document):
    return [row for row in machine.workers.ask('mails', kind, document) if row[0] == 'unknown']
