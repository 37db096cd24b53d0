from lxml import etree

from odoo.tests import tagged
from odoo.tests.common import warmup
from odoo.tools import SQL

from .common import CreditCommon

PAGE = 80
BUDGET = 40


@tagged('post_install', '-at_install')
class TestScale(CreditCommon):
    """A page of the hold queue and of the credit files costs the same few queries, however many there are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.user_id = cls.viewer  # who reads the files of their own customers only
        cls.account.write(
            {'credit_limit': 10, 'grade_id': cls.env.ref('ar_base.grade_b').id, 'collector_id': cls.viewer.id}
        )
        cls.held = cls._order(50, user=cls.viewer)
        cls.held.with_user(cls.viewer).action_confirm_with_credit()
        cls.confirmed = cls._order(5, user=cls.viewer)
        cls.confirmed.action_confirm()
        cls.group = (
            cls.env['ar.credit.group']
            .sudo()
            .create({'name': "Family", 'company_id': cls.company.id, 'credit_limit': 1000})
        )

    def _copy_rows(self, record, count, **columns):
        """Copy a record's row in SQL; return the new ids. ``columns``: SQL, where ``n`` counts from 1."""
        self.env.flush_all()
        table = record._table
        names = [
            row[0]
            for row in self.env.execute_query(
                SQL(
                    "SELECT column_name FROM information_schema.columns "
                    "WHERE table_name = %s AND column_name <> 'id'",
                    table,
                )
            )
        ]
        rows = self.env.execute_query(
            SQL(
                "INSERT INTO %(table)s (%(names)s) SELECT %(values)s "
                "FROM %(table)s t, generate_series(1, %(count)s) n WHERE t.id = %(id)s RETURNING id",
                table=SQL.identifier(table),
                names=SQL(', ').join(map(SQL.identifier, names)),
                count=count,
                id=record.id,
                values=SQL(', ').join(columns.get(name) or SQL.identifier('t', name) for name in names),
            )
        )
        # Foreign keys of many rows are else looked up as if the table still had a few.
        self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
        return [row[0] for row in rows]

    def _fill(self, customers, held):
        """Add held orders, and customers with a credit file, some with an open order or of the group."""
        partners = self._copy_rows(self.customer, customers)
        self.env.execute_query(
            SQL(
                "UPDATE res_partner SET commercial_partner_id = id WHERE id IN %s RETURNING id",
                tuple(partners),
            )
        )
        accounts = self._copy_rows(
            self.account,
            customers,
            partner_id=SQL("(%s::int[])[n]", partners),
            group_id=SQL(
                "CASE WHEN n %% 20 = 0 AND (n = 20 OR n > %s) THEN %s ELSE NULL END",
                customers - PAGE,
                self.group.id,
            ),
        )
        some = min(customers, 200)
        orders = self._copy_rows(
            self.confirmed, some, partner_invoice_id=SQL("(%s::int[])[n]", partners[-some:])
        )
        self._copy_rows(self.confirmed.order_line, some, order_id=SQL("(%s::int[])[n]", orders))
        quotations = self._copy_rows(self.held, held)
        decision = self.held.credit_decision_ids
        decisions = self._copy_rows(
            decision,
            held,
            order_id=SQL("(%s::int[])[n]", quotations),
            # Members of the group are among them, on the first page too.
            credit_account_id=SQL("(%s::int[])[%s - n %% %s]", accounts, len(accounts), PAGE),
            partner_id=SQL("(%s::int[])[%s - n %% %s]", partners, len(accounts), PAGE),
        )
        for reason in decision.reason_ids:
            self._copy_rows(reason, held, decision_id=SQL("(%s::int[])[n]", decisions))
        self.env.invalidate_all()

    def _specification(self, model):
        """Return what the web client asks for in the model's list."""
        views = model.get_views([(False, 'list')])
        known = views['models'][model._name]['fields']
        names = {node.get('name') for node in etree.fromstring(views['views']['list']['arch']).iter('field')}
        return {
            name: {'fields': {'display_name': {}}} if known[name]['type'] == 'many2one' else {}
            for name in names
        }

    def _page(self, user, model_name, domain):
        """Return the queries that one page of the list makes with cold caches, and its records."""
        model = self.env[model_name].with_user(user)
        specification = self._specification(model)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        page = model.web_search_read(domain, specification, limit=PAGE, count_limit=10001)
        return self.env.cr.sql_log_count - before, page['records']

    def _pages(self):
        """Return the pages of each list and reader, seen a second time: the registry's caches are warm."""
        pages = [
            ((user.login, model), self._page(user, model, domain))
            for _time in (1, 2)
            for user in (self.controller, self.viewer)
            for model, domain in (('ar.credit.decision', [('state', '=', 'hold')]), ('ar.credit.account', []))
        ]
        return dict(pages)

    @warmup
    def test_a_page_costs_the_same_however_long_the_list(self):
        self._fill(100, 100)
        few = self._pages()
        self._fill(50000, 5000)
        many = self._pages()
        for key, (queries, records) in many.items():
            with self.subTest(key):
                self.assertEqual(len(records), PAGE, key)
                self.assertEqual(queries, few[key][0], key)
                self.assertLess(queries, BUDGET)
        shown = many['controller', 'ar.credit.account'][1]
        self.assertTrue(all(record['exposure'] == 5 for record in shown))
        self.assertTrue(all(record['reason_text'] for record in many['controller', 'ar.credit.decision'][1]))
