"""One user per role in the demo database, password as login. For `odoo shell`; can be run again and again."""

from odoo.fields import Command

ROLES = {
    'sales': ("Sam Seller", 'sales_team.group_sale_salesman', 'ar_base.group_viewer'),
    'collector': ("Cora Collector", 'ar_base.group_collector'),
    'controller': ("Carl Controller", 'ar_base.group_controller'),
    'accountant': ("Anna Accountant", 'ar_base.group_accountant'),
    'manager': ("Mona Manager", 'ar_base.group_manager'),
}

Users = env['res.users'].with_context(no_reset_password=True)  # noqa: F821 (given by the shell)
for login, (name, *groups) in ROLES.items():
    user = Users.search([('login', '=', login)]) or Users.create(
        {
            'name': name,
            'login': login,
            'password': login,
            'lang': 'en_US',
            'email': f'{login}@example.com',
        }
    )
    user.group_ids = [Command.link(Users.env.ref(group).id) for group in ('base.group_user', *groups)]
if 'ar.sales.reconciliation' in Users.env:
    sam, anna = (Users.search([('login', '=', login)]) for login in ('sales', 'accountant'))
    Users.env['ar.sales.reconciliation']._load_demo(sam, anna)
Users.env.cr.commit()
