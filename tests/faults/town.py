"""The company whose machine dies: its people, its customers and their documents, through Odoo's own flows."""

import time

from odoo.fields import Command, Date

SALESMAN, LEADER = 'sales_team.group_sale_salesman', 'sales_team.group_sale_manager'
PEOPLE = {
    'seller': [SALESMAN, 'ar_base.group_viewer'],
    'leader': [LEADER, 'ar_base.group_manager'],
    'controller': ['ar_base.group_controller'],
    'accountant': ['ar_base.group_accountant'],
    'collector': ['ar_base.group_collector'],
    'manager': ['ar_base.group_manager'],
}


def set_up(env, port):
    """Two companies, for the books of the one must be closed in the order of their days; mail by ``port``."""
    env['ir.cron'].search([]).active = False  # whatever is done, the tests do it
    env['ir.mail_server'].search([]).active = False
    mail = {'name': "Test", 'smtp_host': '127.0.0.1', 'smtp_port': port, 'smtp_encryption': 'none'}
    env['ir.mail_server'].create(mail)
    env['ar.closed.day'].search([]).unlink()
    for name in ('home', 'books'):
        company = env['res.company'].create({'name': name, 'currency_id': env.ref('base.USD').id})
        env['account.chart.template'].try_loading('generic_coa', company=company, install_demo=False)
        company.write({'email': 'money@example.com', 'ar_dunning_weekend': True})
        _policy(at(env, name))
    for login in PEOPLE:
        hire(env, login, login=login)
    env['ar.dunning.plan'].search([]).active = False
    stage = {
        'name': "First",
        'level': 1,
        'min_days': 1,
        'approval': 'automatic',
        'template_id': env.ref('ar_dunning.template_reminder').id,
        'channel_ids': [Command.create({'channel': 'email'})],
    }
    env['ar.dunning.plan'].create(
        {'name': "Mail", 'withhold_unmatched': False, 'stage_ids': [Command.create(stage)]}
    )


def _policy(env):
    scheme = env['ar.aging.scheme'].create(
        {
            'name': env.company.name,
            'basis': 'due',
            'unit': 'day',
            'bucket_ids': [
                Command.create({'name': "Not due", 'sequence': 1}),
                Command.create({'name': "Overdue", 'sequence': 2, 'lower': 1}),
            ],
        }
    )
    policy = env['ar.provision.policy'].create(
        {
            'name': env.company.name,
            'company_id': env.company.id,
            'date_from': '2023-01-01',
            'aging_scheme_id': scheme.id,
            'profile': 'us',
            'rate_ids': [
                Command.create({'bucket_id': bucket.id, 'rate': rate})
                for bucket, rate in zip(scheme.bucket_ids, (0.01, 0.5), strict=True)
            ],
        }
    )
    policy.action_map_accounts()
    if not policy.write_off_account_id:
        expense = [('account_type', '=', 'expense'), ('company_ids', 'in', env.company.ids)]
        policy.write_off_account_id = env['account.account'].search(expense, limit=1)
    policy.action_confirm()


def at(env, name='home'):
    company = env['res.company'].search([('name', '=', name)])
    return env(context={**env.context, 'allowed_company_ids': company.ids})


def hire(env, role, login=None):
    companies = env['res.company'].search([('name', 'in', ('home', 'books'))])
    login = login or f'{role}{time.time_ns()}'
    groups = ['base.group_user', *PEOPLE[role]]
    return env['res.users'].create(
        {
            'name': login.title(),
            'login': login,
            'email': f'{login}@example.com',
            'company_id': companies[0].id,
            'company_ids': [Command.set(companies.ids)],
            'group_ids': [Command.set([env.ref(group).id for group in groups])],
        }
    )


def person(env, login):
    return env['res.users'].search([('login', '=', login)])


def account(env, partner):
    return env['ar.credit.account']._for_partner(partner, env.company)


def customer(env, limit=None):
    name = f'Customer {time.time_ns()}'
    email = f'c{time.time_ns()}@example.com'
    partner = env['res.partner'].create({'name': name, 'is_company': True, 'email': email})
    if limit:
        people = {'requested_by': person(env, 'controller').id, 'decided_by': person(env, 'manager').id}
        decided = {
            'change_limit': True,
            'new_limit': limit,
            'reason': "Opened",
            'state': 'approved',
            **people,
        }
        changes = env['ar.credit.change']
        changes._create_with_facts([{'credit_account_id': account(env, partner).id, **decided}])._apply()
    return partner


def goods(env):
    product = env['product.product'].search([('name', '=', "Fault goods")])
    values = {
        'name': "Fault goods",
        'type': 'service',
        'invoice_policy': 'order',
        'taxes_id': [Command.clear()],
    }
    return product or product.create(values)


def order(env, partner, amount, **values):
    line = {'product_id': goods(env).id, 'price_unit': amount, 'tax_ids': [Command.clear()]}
    return env['sale.order'].create(
        {
            'partner_id': partner.id,
            'company_id': env.company.id,
            'user_id': person(env, 'seller').id,
            'order_line': [Command.create(line)],
            **values,
        }
    )


def invoice(env, partner, amount, due=None):
    """Return a posted invoice; overdue by a month if no due day is given."""
    due = due or Date.subtract(Date.today(), days=30)
    line = {'name': "x", 'price_unit': amount, 'tax_ids': [Command.clear()]}
    move = env['account.move'].create(
        {
            'move_type': 'out_invoice',
            'partner_id': partner.id,
            'company_id': env.company.id,
            'invoice_date': due,
            'date': due,
            'invoice_date_due': due,
            'invoice_payment_term_id': False,
            'invoice_line_ids': [Command.create(line)],
        }
    )
    move.action_post()
    return move
