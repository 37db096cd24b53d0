"""One user per role in the demo database, password as login. For `odoo shell`; can be run again and again.

Each has the groups of the role and no others: Odoo gives a user without groups those of a default user, and
who tries out the separation of duties would see something else.
"""

import sys

from odoo.fields import Command

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
if 'ar.sales.reconciliation' in Users.env:
    sam, anna = (Users.search([('login', '=', login)]) for login in ('sales', 'accountant'))
    Users.env['ar.sales.reconciliation']._load_demo(sam, anna)
Users.env.cr.commit()
