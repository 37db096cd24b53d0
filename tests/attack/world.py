"""A small company of its own, its people by role, and a record of every model that holds evidence.

``World.make`` builds it once, committed, in a database that is dropped afterwards. Three customers have the
same records: ``own`` (of the salesperson ``sales``), ``others`` and ``foreign`` (of another company).
"""

from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.fields import Command

from ..databases import registry
from .seeds import SEEDS

SALESMAN, LEADER = 'sales_team.group_sale_salesman', 'sales_team.group_sale_manager'
CONTACTS = 'base.group_partner_manager'
# Login: groups. Nothing but these: Odoo would add its default groups.
PEOPLE = {
    'employee': ['base.group_user'],
    'saleonly': [SALESMAN, CONTACTS],
    'viewer': ['ar_base.group_viewer'],
    'sales': [SALESMAN, CONTACTS, 'ar_base.group_viewer'],
    'invonly': ['account.group_account_invoice'],
    'collector': ['ar_base.group_collector'],
    'controller': ['ar_base.group_controller'],
    'controller2': ['ar_base.group_controller'],
    'ctrlsales': ['ar_base.group_controller', LEADER],
    'accountant': ['ar_base.group_accountant'],
    'accountant2': ['ar_base.group_accountant'],
    'manager': ['ar_base.group_manager'],
    'manager2': ['ar_base.group_manager'],
    'foreign': ['ar_base.group_manager'],
}
CUSTOMERS = ('own', 'others', 'foreign')
LIMIT = 1000.0


class World:
    """Ids of what was made: ``people``, ``customers``, ``accounts``, and ``seeds[customer][model]``."""

    def __init__(self, database):
        self.database, self.registry = database, registry(database)
        self.people, self.customers, self.accounts, self.companies, self.seeds = {}, {}, {}, {}, {}
        self.unseeded = []

    @contextmanager
    def env(self, company='home', login=None):
        """Yield an environment of the superuser (or of a user) in the company, and commit."""
        with self.registry.cursor() as cr:
            context = {'tracking_disable': True, 'no_reset_password': True, 'mail_notrack': True}
            context['allowed_company_ids'] = [self.companies[company]] if company in self.companies else []
            yield api.Environment(cr, self.people.get(login, SUPERUSER_ID), context)
            cr.commit()

    def rows(self, sql, *values):
        """Return the rows that the database holds, whatever a program says."""
        with self.registry.cursor() as cr:
            cr.execute(sql, values[0] if values and isinstance(values[0], dict) else values)
            return cr.fetchall()

    # === Companies and people ===

    def make(self):
        with self.env() as env:
            self._make_companies(env)
        with self.env() as env:
            self._make_people(env)
            self._make_rules(env)
            self.product = (
                env['product.product']
                .create({'name': "Goods", 'type': 'service', 'taxes_id': [Command.clear()]})
                .id
            )
        for customer in CUSTOMERS:
            with self.env('abroad' if customer == 'foreign' else 'home') as env:
                self._make_customer(env, customer)
        for customer in CUSTOMERS:
            self._make_seeds(customer)
        with self.env() as env:
            stranger = self.invoice(env, self.customer(env, name="Stranger"), 5000)
            self.invoice_line = stranger.invoice_line_ids.id
        return self

    def _make_companies(self, env):
        for key, name in (('home', "Attacked"), ('abroad', "Elsewhere")):
            company = env['res.company'].create({'name': name, 'currency_id': env.ref('base.USD').id})
            env['account.chart.template'].try_loading('generic_coa', company=company, install_demo=False)
            company.write({'ar_limit_documents': True, 'ar_four_eyes': True})
            self.companies[key] = company.id

    def _make_people(self, env):
        def user(login, groups, **more):
            return env['res.users'].create(
                {
                    'name': login.title(),
                    'login': login,
                    'password': login,
                    'email': f'{login}@example.com',
                    'group_ids': [Command.set([env.ref(group).id for group in groups])],
                    **more,
                }
            )

        for login, groups in PEOPLE.items():
            company = self.companies['abroad' if login == 'foreign' else 'home']
            groups = list(dict.fromkeys([*groups, 'base.group_user']))
            more = {'company_id': company, 'company_ids': [Command.set([company])]}
            self.people[login] = user(login, groups, **more).id
        home = {'company_id': self.companies['home'], 'company_ids': [Command.set([self.companies['home']])]}
        for login, group in (('portal', 'base.group_portal'), ('visitor', 'base.group_public')):
            self.people[login] = user(login, [group], **home).id

    def _make_rules(self, env):
        """Small orders: controllers; from 10,000: the manager. Changes: controller2; from 50,000: manager."""
        for kind, amount, people in (
            ('order', 0, ('controller', 'ctrlsales')),
            ('order', 10_000, ('manager',)),
            ('change', 0, ('controller2',)),
            ('change', 50_000, ('manager',)),
            ('plan', 10_000, ('manager',)),
            ('case', 10_000, ('manager',)),
            ('waiver', 10_000, ('manager',)),
        ):
            env['ar.approval.rule'].create(
                {
                    'kind': kind,
                    'min_amount': amount,
                    'company_id': self.companies['home'],
                    'user_ids': [Command.set([self.people[login] for login in people])],
                }
            )

    def _make_customer(self, env, key):
        partner = env['res.partner'].create(
            {
                'name': f"Customer {key}",
                'is_company': True,
                'email': f'{key}@example.com',
                'user_id': self.people['sales'] if key == 'own' else False,
            }
        )
        if key == 'own':
            env['res.users'].browse(self.people['portal']).partner_id.parent_id = partner
        self.customers[key] = partner.id
        self.accounts[key] = self._account(env, partner, LIMIT).id

    def _account(self, env, partner, limit):
        account = env['ar.credit.account']._for_partner(partner, env.company)
        self.decide(env, account, change_limit=True, new_limit=limit)
        return account

    def decide(self, env, account, **values):
        """Apply an approved change to the account, as its own methods do: nobody writes a limit."""
        people = {'requested_by': self.people['controller'], 'decided_by': self.people['controller2']}
        facts = {'credit_account_id': account.id, 'reason': "Opened", 'state': 'approved', **people, **values}
        env['ar.credit.change']._create_with_facts([facts])._apply()

    # === Documents ===

    def customer(self, env, limit=LIMIT, name="Buyer"):
        """Return a new customer of the salesperson with its limit."""
        partner = env['res.partner'].create(
            {'name': name, 'is_company': True, 'user_id': self.people['sales']}
        )
        self._account(env, partner, limit)
        return partner

    def order(self, env, partner, amount, user='sales', **values):
        """Return a quotation of the salesperson."""
        line = {'product_id': self.product, 'product_uom_qty': 1, 'price_unit': amount, 'tax_ids': False}
        return (
            env['sale.order']
            .with_user(self.people[user])
            .create({'partner_id': partner.id, 'order_line': [Command.create(line)], **values})
            .with_env(env)
        )

    def held(self, env, partner, amount):
        """Return a quotation that waits for a credit decision."""
        order = self.order(env, partner, amount)
        order.with_user(self.people['sales']).action_confirm_with_credit()
        assert order.credit_state == 'hold', order.credit_state
        return order

    def invoice(self, env, partner, amount, due='2026-01-31', post=True):
        line = {'name': "Goods", 'quantity': 1, 'price_unit': amount, 'tax_ids': False}
        move = env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': partner.id,
                'invoice_date': '2026-01-01',
                'invoice_date_due': due,
                'invoice_payment_term_id': False,
                'invoice_user_id': partner.user_id.id,
                'invoice_line_ids': [Command.create(line)],
            }
        )
        if post:
            move.action_post()
        return move

    # === One record of each kind ===

    def _make_seeds(self, customer):
        """Make the records one by one: one that fails is named, and leaves the others."""
        made = self.seeds[customer] = {}
        for model, make in SEEDS.items():
            try:
                with self.env('abroad' if customer == 'foreign' else 'home') as env:
                    made[model] = make(env, Hand(self, env, customer)).id
            except Exception as error:  # noqa: BLE001 -- whatever it is, it is reported by a test
                self.unseeded.append(f"{customer}: {model}: {type(error).__name__}: {error}")
        # Their lines were made after them: what the journal seals of them is said again.
        with self.env('abroad' if customer == 'foreign' else 'home') as env:
            for model, id_ in made.items():
                say_again(env[model].browse(id_))


def say_again(record):
    """Let the journal say how the record is now, which tests made below the checks."""
    if record._name.startswith('ar.') and getattr(record, '_journal_parts', None):
        state = record[record._state_field] if record._of_all_classes('_journaled') else 'taken'
        record._journal(state)


class Hand:
    """What a seed needs: the customer, the account, the invoice, and the seeds made before."""

    def __init__(self, world, env, customer):
        self.world, self.env, self.key = world, env, customer
        self.partner = env['res.partner'].browse(world.customers[customer])
        self.account = env['ar.credit.account'].browse(world.accounts[customer])
        self.company, self.currency = env.company, env.company.currency_id

    def seed(self, model):
        return self.env[model].browse(self.world.seeds[self.key][model])

    def user(self, login):
        return self.world.people[login]

    def record(self, model, **values):
        """Create a record, facts among its values, as only its own methods can."""
        records = self.env[model]
        create = records._create_with_facts if hasattr(records, '_create_with_facts') else records.create
        return create([values])

    def line(self):
        """Return the open item of the seeded invoice."""
        return self.seed('account.move').line_ids.filtered(
            lambda line: line.account_id.account_type == 'asset_receivable'
        )

    def attachment(self, name, model=False, res_id=False):
        return self.env['ir.attachment'].create(
            {'name': name, 'raw': b'as it was sent', 'res_model': model, 'res_id': res_id}
        )
