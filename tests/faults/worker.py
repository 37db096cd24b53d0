"""The people's transactions as processes of their own: ``faults/worker.py DATABASE HOST SMTP_PORT``, commands
as JSON lines.

The registry is loaded once; each worker is a fork of it that opens its own connections, so that killing a
hundred is quick.
"""

import json
import os
import signal
import sys
import traceback
from datetime import timedelta
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import psycopg2  # noqa: E402

import odoo  # noqa: E402
from odoo import SUPERUSER_ID, api  # noqa: E402
from odoo.modules.registry import Registry  # noqa: E402
from odoo.service.model import retrying  # noqa: E402
from tests.faults import town, whole  # noqa: E402
from tests.faults.work import WORKS, Mailed  # noqa: E402

CONTEXT = {'tracking_disable': True, 'no_reset_password': True}
MAILED = [work for work in WORKS.values() if isinstance(work, Mailed)]


def make(env, kind):
    return WORKS[kind].make(env).id


def stand(env, kind, document):
    """Return how the document stands, or what is wrong with it."""
    work = WORKS[kind]
    try:
        return work.stand(env[work.model].browse(document))
    except (AssertionError, KeyError) as wrong:
        return f"wrong: {kind} {document}: {wrong!r}"


def journaled(env, kind, document):
    """Return how often the journal says that the document was finished; None where it says nothing of it."""
    work = WORKS[kind]
    entries = [('model', '=', work.model), ('res_id', '=', document), ('event', '=', work.event)]
    return env['ar.journal'].search_count(entries) if work.event else None


def mails(env, kind, document):
    work = WORKS[kind]
    found = work.deliveries(env[work.model].browse(document))
    return [[delivery.state, delivery.message_id, delivery.error or ''] for delivery in found]


def resolve(env, received):
    """Decide what is unknown as a person would who looks at the server's log."""
    unknown = [env[queue].search([('state', '=', 'unknown')]) for queue in {work.queue for work in MAILED}]
    for delivery in [delivery for deliveries in unknown for delivery in deliveries]:
        if delivery.message_id in received:
            delivery.action_arrived()
        else:
            delivery.action_send_again()
    return sum(map(len, unknown))


def faults(env):
    """Return what the database as a whole gets wrong."""
    return whole.faults(env)


def act(registry, kind, document, poisoned):
    """Finish the document, each step a transaction that is replayed as the server replays requests."""
    work = WORKS[kind]
    for queue in {work.queue for work in MAILED} if poisoned else ():
        _poison(registry[queue], poisoned)
    for login, step in work.steps():
        with registry.cursor() as cr:
            env = town.at(api.Environment(cr, SUPERUSER_ID, CONTEXT), whole.home_of(work))
            user = town.person(env, login).id if login else SUPERUSER_ID
            env = env(user=user)
            retrying(partial(step, env[work.model].browse(document)), env)


def _poison(model, document):
    """Let the making of this document's mail kill its worker, as one would that needs all the memory."""
    send = model._send

    def _send(self, pool):
        subject = self._document()
        if [subject._name, subject.id] == document:
            os.kill(os.getpid(), signal.SIGKILL)
        return send(self, pool)

    model._send = _send


def fork(registry, *arguments):
    pid = os.fork()
    if not pid:
        code = 1
        try:
            act(registry, *arguments)
            code = 0
        except psycopg2.Error:
            code = 2  # the server went away: what that leaves is what is looked at
        except Exception:  # noqa: BLE001 -- whatever it is, it must be seen
            traceback.print_exc()
        finally:
            # Nothing of the process that it was forked from is to be cleaned up here.
            os._exit(code)
    return pid


def serve(registry):
    commands = {'make': make, 'stand': stand, 'journaled': journaled, 'mails': mails}
    commands |= {'resolve': resolve, 'faults': faults}
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        if name == 'act':
            answer = fork(registry, *arguments)
        elif name == 'wait':
            answer = os.waitpid(arguments[0], 0)[1]
        else:
            with registry.cursor() as cr:
                answer = commands[name](town.at(api.Environment(cr, SUPERUSER_ID, CONTEXT)), *arguments)
            # A worker must not inherit a connection, and the server may be gone next.
            odoo.sql_db.close_all()
        print(json.dumps(answer), file=CHANNEL, flush=True)


if __name__ == '__main__':
    # What Odoo prints does not get between the answers.
    CHANNEL = os.fdopen(os.dup(1), 'w')
    os.dup2(2, 1)
    database, host, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
    options = ['-c', os.environ['ODOO_RC'], '-d', database, '--db_host', host, '--log-level=critical']
    odoo.tools.config.parse_config(options)
    from odoo.addons.ar_base.models import ar_delivery_worker_mixin

    ar_delivery_worker_mixin.RETRY = timedelta(seconds=0.1)
    loaded = Registry(database)
    with loaded.cursor() as cursor:
        town.set_up(api.Environment(cursor, SUPERUSER_ID, CONTEXT), port)
    odoo.sql_db.close_all()
    print(json.dumps('ready'), file=CHANNEL, flush=True)
    serve(loaded)
