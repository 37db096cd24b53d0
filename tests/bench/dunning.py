"""A dunning proposal over many overdue items, in the job's batches, next to OCA's credit control
where that is installed.

For the comparison put OCA's ``account_credit_control`` on the addons path and pass ``--oca``: its run and
its letters, on the same database, as a person would start them. It takes minutes for ten thousand
customers: ``--rows 26000`` is enough.
"""

import resource
import time

from odoo.fields import Command, Date


def run(env, oca=False):
    ours = _propose(env)
    if oca:
        theirs = _propose_oca(env)
        print(f"ratio per item: {theirs / ours:.0f}")


def _propose(env):
    env['ar.dunning.plan'].search([]).write({'withhold_unmatched': False})
    run = env['ar.dunning.run'].create({'company_id': env.company.id, 'run_date': Date.today()})
    start = time.perf_counter()
    run._start()
    env.cr.commit()
    while run.state == 'proposing':
        run._propose_some()
        env.cr.commit()
    seconds = time.perf_counter() - start
    [[letters, items]] = _counted(env, run)
    return _tell("proposal", letters, items, seconds)


def _counted(env, run):
    env.cr.execute(
        """SELECT COUNT(DISTINCT n.id), COUNT(*) FROM ar_dunning_notice n
                        JOIN ar_dunning_notice_line l ON l.notice_id = n.id
                        WHERE n.run_id = %s AND l.included""",
        [run.id],
    )
    return env.cr.fetchall()


def _tell(what, letters, items, seconds):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{what}: {letters} letters, {items} items in {seconds:.1f} s, "
        f"{1000 * seconds / items:.3f} ms an item, "
        f"peak memory of the process {peak} MB",
        flush=True,
    )
    return seconds / items


def _propose_oca(env):
    """Run OCA's credit control: the same items at the first level, one communication per customer."""
    env['ir.module.module'].update_list()
    env['ir.module.module'].search([('name', '=', 'account_credit_control')]).button_immediate_install()
    env.transaction.reset()  # the registry is another one now
    env = env(context={'allowed_company_ids': env.company.ids})
    account = env['account.account'].search(
        [
            *env['account.account']._check_company_domain(env.company),
            ('account_type', '=', 'asset_receivable'),
        ]
    )
    policy = env['credit.control.policy'].create(
        {
            'name': "Bench",
            'company_id': env.company.id,
            'account_ids': [Command.set(account.ids)],
            'level_ids': [
                Command.create(
                    {
                        'name': "1",
                        'level': 1,
                        'computation_mode': 'net_days',
                        'delay_days': 3,
                        'channel': 'letter',
                        'email_template_id': env['mail.template'].search([], limit=1).id,
                        'custom_text': "x",
                        'custom_mail_text': "x",
                    }
                )
            ],
        }
    )
    env.company.credit_policy_id = policy
    env.cr.commit()
    run = env['credit.control.run'].create({'date': Date.today(), 'policy_ids': [Command.set(policy.ids)]})
    start = time.perf_counter()
    run.generate_credit_lines()
    env.flush_all()
    lines = time.perf_counter() - start
    run.line_ids.state = 'to_be_sent'
    letters = env['credit.control.communication']._generate_comm_from_credit_lines(run.line_ids)
    env.flush_all()
    print(f"OCA credit control: its lines alone took {lines:.1f} s")
    return _tell("OCA credit control", len(letters), max(len(run.line_ids), 1), time.perf_counter() - start)
