"""The sending worker as processes of their own: ``dunning_mail_worker.py DATABASE SMTP_PORT``, commands as
JSON lines.

The registry is loaded once; each worker is a fork of it that opens its own connections, so that killing
fifty is quick.
"""

import json
import logging
import os
import sys
import time
from datetime import timedelta

import odoo
from odoo import SUPERUSER_ID, api, fields
from odoo.fields import Command
from odoo.modules.registry import Registry

CUSTOMER = "Exactly once"
_logger = logging.getLogger(__name__)


def set_up(env, port):
    """A company that sends on every day, through the test's server, by mail only."""
    company = env['res.company'].search([('parent_id', '=', False)], limit=1, order='id')
    if not company.chart_template:
        env['account.chart.template'].try_loading('generic_coa', company, install_demo=False)
    company.write({'email': 'money@example.com', 'ar_dunning_weekend': True})
    env['ar.closed.day'].search([]).unlink()
    env['ir.mail_server'].search([]).active = False
    env['ir.mail_server'].create(
        {'name': "Test", 'smtp_host': '127.0.0.1', 'smtp_port': port, 'smtp_encryption': 'none'}
    )
    env['ir.cron'].search([]).active = False
    env['ar.dunning.plan'].search([]).active = False
    env['ar.dunning.plan'].create(
        {
            'name': "Mail",
            'withhold_unmatched': False,
            'stage_ids': [
                Command.create(
                    {
                        'name': "First",
                        'level': 1,
                        'min_days': 1,
                        'approval': 'automatic',
                        'attach_letter': False,
                        'template_id': env.ref('ar_dunning.template_reminder').id,
                        'channel_ids': [Command.create({'channel': 'email'})],
                    }
                )
            ],
        }
    )


def make(env, count):
    """Queue letters to ``count`` new customers; return their ids."""
    company = env['res.company'].search([('parent_id', '=', False)], limit=1, order='id')
    env = env(context={**env.context, 'allowed_company_ids': company.ids})
    partners = env['res.partner'].create(
        [
            {
                'name': f'{CUSTOMER} {index}',
                'is_company': True,
                'email': f'c{index}.{time.time_ns()}@example.com',
            }
            for index in range(count)
        ]
    )
    due = fields.Date.subtract(fields.Date.today(), days=30)
    env['account.move'].create(
        [
            {
                'move_type': 'out_invoice',
                'partner_id': partner.id,
                'company_id': company.id,
                'invoice_date': due,
                'invoice_date_due': due,
                'invoice_payment_term_id': False,
                'invoice_line_ids': [
                    Command.create({'name': "x", 'price_unit': 100, 'tax_ids': [Command.clear()]})
                ],
            }
            for partner in partners
        ]
    ).action_post()
    run = env['ar.dunning.run'].create({'company_id': company.id, 'partner_ids': [Command.set(partners.ids)]})
    run.action_propose()
    run.notice_ids._approve()
    run.action_send()
    states = set(run.notice_ids.mapped('state'))
    assert len(run.notice_ids) == count and states == {'queued'}, (len(run.notice_ids), states)
    return run.notice_ids.ids


def report(env, ids):
    return [
        {
            'id': notice.id,
            'state': notice.state,
            'deliveries': [
                {'state': delivery.state, 'message_id': delivery.message_id}
                for delivery in notice.delivery_ids
            ],
        }
        for notice in env['ar.dunning.notice'].browse(ids)
    ]


def resolve(env, ids, received):
    """Decide what is unknown as a person would who looks at the server's log."""
    unknown = (
        env['ar.dunning.notice']
        .browse(ids)
        .delivery_ids.filtered(lambda delivery: delivery.state == 'unknown')
    )
    for delivery in unknown:
        if delivery.message_id in received:
            delivery.action_arrived()
        else:
            delivery.action_send_again()
    return len(unknown)


def work(registry):
    """Be a worker until nothing is left to send."""
    left = True
    while left:
        with registry.cursor() as cr:
            deliveries = api.Environment(cr, SUPERUSER_ID, {})['ar.dunning.delivery']
            deliveries._cron_send()
            left = deliveries.search_count([('state', 'in', ('queued', 'sending'))])
        time.sleep(0.02)


def tell_the_first(registry, pipe):
    """Close the pipe when the worker begins its first letter."""
    model = registry['ar.dunning.delivery']
    send = model._send

    def first(self, post):
        model._send = send
        os.close(pipe)
        return send(self, post)

    model._send = first


def fork(registry, begun=False):
    """Start a worker and return its id: at once, or when it begins its first letter."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        code = 1
        try:
            tell_the_first(registry, writing)
            work(registry)
            code = 0
        except Exception:
            _logger.exception("The worker failed")
        finally:
            # Nothing of the process that it was forked from is to be cleaned up here.
            os._exit(code)
    os.close(writing)
    if begun:
        os.read(reading, 1)
    os.close(reading)
    return pid


def serve(registry, port):
    commands = {'make': make, 'report': report, 'resolve': resolve}
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        if name == 'fork':
            answer = fork(registry, *arguments)
        elif name == 'wait':
            answer = os.waitpid(arguments[0], 0)[1]
        else:
            with registry.cursor() as cr:
                answer = commands[name](
                    api.Environment(cr, SUPERUSER_ID, {'tracking_disable': True}), *arguments
                )
            # A worker must not inherit a connection.
            odoo.sql_db.close_all()
        print(json.dumps(answer), file=CHANNEL, flush=True)


if __name__ == '__main__':
    # What Odoo prints does not get between the answers.
    CHANNEL = os.fdopen(os.dup(1), 'w')
    os.dup2(2, 1)
    database, port = sys.argv[1], int(sys.argv[2])
    odoo.tools.config.parse_config(['-c', os.environ['ODOO_RC'], '-d', database, '--log-level=error'])
    from odoo.addons.ar_base.models import ar_delivery_worker_mixin

    ar_delivery_worker_mixin.RETRY = timedelta(seconds=0.1)
    loaded = Registry(database)
    with loaded.cursor() as cursor:
        set_up(api.Environment(cursor, SUPERUSER_ID, {'tracking_disable': True}), port)
    with loaded.cursor() as cursor:
        # The first letter warms what the workers inherit.
        environment = api.Environment(cursor, SUPERUSER_ID, {'tracking_disable': True})
        make(environment, 1)
        environment['ar.dunning.delivery']._cron_send()
    odoo.sql_db.close_all()
    print(json.dumps('ready'), file=CHANNEL, flush=True)
    serve(loaded, port)
