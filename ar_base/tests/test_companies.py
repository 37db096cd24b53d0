from itertools import combinations

from odoo.tests import tagged
from odoo.tools import SQL

from ..engine import accounts, companies
from .common import ReceivablesCommon


@tagged('post_install', '-at_install')
class TestCompanies(ReceivablesCommon):
    """Branches, people of a role, and receivable accounts: one definition for SQL and for records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Company = cls.env['res.company']
        cls.branch = Company.create({'name': "Branch", 'parent_id': cls.company.id})
        cls.twig = Company.create({'name': "Twig", 'parent_id': cls.branch.id})
        cls.closed = Company.create({'name': "Closed", 'parent_id': cls.company.id, 'active': False})
        cls.other = Company.create({'name': "Other"})

    def test_root_in_sql_is_the_root(self):
        everyone = self.company | self.branch | self.twig | self.closed | self.other
        self.env.flush_all()
        roots = self.env['res.company']._ar_branch_roots()
        for expression in (
            companies.root(SQL('c.parent_path')),
            companies.root_of(SQL('c.id')),
            companies.root_among(SQL('c.id'), roots),
        ):
            rows = self.env.execute_query(
                SQL('SELECT c.id, %s FROM res_company c WHERE c.id IN %s', expression, tuple(everyone.ids))
            )
            self.assertEqual(dict(rows), {company.id: company.root_id.id for company in everyone})
        self.assertEqual(companies.root_among(SQL('c.id'), ()).code, 'c.id')

    def test_tree(self):
        tree = self.company | self.branch | self.twig | self.closed
        for company in (self.company, self.branch, self.twig):
            self.assertEqual(company._ar_tree(), tree)
        self.assertEqual(self.other._ar_tree(), self.other)
        self.assertEqual((self.other | self.twig)._ar_tree(), tree | self.other)

    def test_people_of_a_role(self):
        before = self.company._ar_people('ar_base.group_collector')
        collector = self._user('collector')
        manager = self._user('manager')  # implies the others
        gone, elsewhere = (
            self._user('gone_collector', 'ar_base.group_collector'),
            self._user(
                'other_collector',
                'ar_base.group_collector',
                company_id=self.other.id,
            ),
        )
        gone.active = False
        self._user('viewer')
        found = self.company._ar_people('ar_base.group_collector') - before
        self.assertEqual(found.ids, [collector.id, manager.id])
        self.assertEqual(self.other._ar_people('ar_base.group_collector').ids[-1:], [elsewhere.id])

    def test_receivable_accounts_are_the_same_in_sql_and_for_records(self):
        Account = self.env['account.account']
        made = Account.create(
            [
                {
                    'name': f"{kind} {non_trade} {is_bill}",
                    'code': f'AR{number}',
                    'account_type': kind,
                    'reconcile': True,
                    'non_trade': non_trade,
                    'ar_receivable_kind': is_bill and 'bill',
                }
                for number, (kind, non_trade, is_bill) in enumerate(
                    (kind, non_trade, is_bill)
                    for kind in ('asset_receivable', 'asset_current')
                    for non_trade in (False, True)
                    for is_bill in (False, True)
                )
            ]
        )
        self.env.flush_all()
        names = {}
        for size in range(len(accounts.KINDS) + 1):
            for kinds in combinations(accounts.KINDS, size):
                with self.subTest(kinds=kinds):
                    query = SQL(
                        'SELECT a.id FROM account_account a WHERE %s AND %s ORDER BY a.id',
                        accounts.receivable('a', *kinds),
                        accounts.is_receivable(SQL('a.id'), *kinds),
                    )
                    found = [account_id for (account_id,) in self.env.execute_query(query)]
                    self.assertEqual(self.env['res.company']._ar_receivable_accounts(*kinds).ids, found)
                    names[kinds] = set((Account.browse(found) & made).mapped('name'))
        self.assertEqual(names['trade',], {"asset_receivable False False"})
        self.assertEqual(names['other',], {"asset_receivable True False"})
        self.assertEqual(len(names['bill',]), 4)
        self.assertEqual(len(names[()]), 6, "bills count, whatever the type of their account")
        self.assertEqual(names[()], set.union(*(names[kind,] for kind in accounts.BILLED)))
        self.assertFalse(made & self.other._ar_receivable_accounts())
        self.assertLessEqual(made[:4], self.branch._ar_receivable_accounts())
