"""One user per role in the demo database, password as login, and the quarter that they live through.

For `odoo shell`; can be run again and again.

Each has the groups of the role and no others: Odoo gives a user without groups those of a default user, and
who tries out the separation of duties would see something else.
"""

import sys

from odoo.fields import Command

from odoo.addons.ar_receivables.demo import office, quarter, story

ROLES = {
    'sales': ("Sam Seller", 'sales_team.group_sale_salesman', 'ar_base.group_viewer'),
    'collector': ("Cora Collector", 'ar_base.group_collector'),
    'controller': ("Carl Controller", 'ar_base.group_controller'),
    'accountant': ("Anna Accountant", 'ar_base.group_accountant'),
    'manager': ("Mona Manager", 'ar_base.group_manager'),
}

if not env['ir.module.module'].search([('name', '=', 'base'), ('demo', '=', True)]):  # noqa: F821 (given)
    sys.exit("This is no demo database: no logins with known passwords here.")
Users = env['res.users'].with_context(no_reset_password=True)  # noqa: F821 (given by the shell)
for login, (name, *groups) in ROLES.items():
    only = [Command.set([Users.env.ref(group).id for group in ('base.group_user', *groups)])]
    user = Users.search([('login', '=', login)]) or Users.create(
        {
            'name': name,
            'login': login,
            'password': login,
            'lang': 'en_US',
            'email': f'{login}@example.com',
            'group_ids': only,
        }
    )
    user.group_ids = only
people = {login: Users.search([('login', '=', login)]) for login in ROLES}
partners = quarter.load(Users.env, people)
Users.env['ar.sales.reconciliation']._load_demo(people['sales'], people['accountant'])
if partners:
    given = Users.env, people['sales'].company_id, partners, people
    story.tell(*given)
    office.furnish(*given)
Users.env.cr.commit()
