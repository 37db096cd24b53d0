"""Dunning letters queued and sent by the worker, with and without PDF, into a mail server that takes
everything at once.
"""

import resource
import time
from unittest.mock import patch

from odoo.fields import Date

from odoo.addons.base.models.ir_mail_server import IrMail_Server

WITH_PDF = 4  # one letter in this many


class Sink:
    from_filter = smtp_from = False

    def mail(self, *_args):
        return 250, b''

    rcpt = rset = mail

    def putcmd(self, _command):
        self.answer = (354, b'')

    def send(self, data):
        if data == b'.\r\n':
            self.answer = (250, b'')

    def getreply(self):
        return self.answer

    def close(self):
        pass


def run(env):
    env.company.write({'email': 'money@example.com', 'ar_dunning_weekend': True})
    env['ar.dunning.plan'].search([]).write({'withhold_unmatched': False})
    env['ar.dunning.stage'].search([]).write(
        {'attach_letter': False, 'attach_statement': False, 'attach_invoices': False}
    )
    env.cr.execute(
        "UPDATE res_partner SET email = 'c' || id || '@example.com',"
        " email_normalized = 'c' || id || '@example.com'"
        " WHERE email IS NULL"
    )
    env.invalidate_all()
    run = env['ar.dunning.run'].create({'company_id': env.company.id, 'run_date': Date.today()})
    run._start()
    while run.state == 'proposing':
        run._propose_some()
        env.cr.commit()
    notices = run.notice_ids.filtered(lambda notice: notice.state == 'proposed')
    pdf = notices[::WITH_PDF]
    notices._approve()
    _measure("queued", len(notices), lambda: _in_batches(env, notices, lambda batch: batch.action_send()))
    deliveries = env['ar.dunning.delivery'].search(
        [('state', '=', 'queued'), ('company_id', '=', env.company.id)]
    )
    deliveries._record_facts({'channel': 'email'})
    later = deliveries.filtered(lambda delivery: delivery.notice_id in pdf)
    later._record_facts({'next_try': '2100-01-01'})
    env.cr.commit()
    with patch.object(IrMail_Server, '_connect__', lambda self, **values: Sink()):
        _measure("sent without PDF", len(deliveries) - len(later), env['ar.dunning.delivery']._cron_send)
        later._record_facts({'next_try': False})
        env['ar.dunning.stage'].search([]).attach_letter = True
        env.cr.commit()
        _measure("sent with PDF", len(later), env['ar.dunning.delivery']._cron_send)
    states = dict(
        env['ar.dunning.delivery']._read_group([('id', 'in', deliveries.ids)], ['state'], ['__count'])
    )
    print(f"states: {states}")


def _in_batches(env, notices, act, size=200):
    for start in range(0, len(notices), size):
        act(notices[start : start + size])
        env.cr.commit()


def _measure(what, count, act):
    start = time.perf_counter()
    act()
    seconds = time.perf_counter() - start
    own, children = (
        resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(
        f"{what}: {count} letters in {seconds:.1f} s, {count / seconds:.1f} a second, "
        f"peak memory {own} MB, of a child process {children} MB",
        flush=True,
    )
