from contextlib import nullcontext
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tests.common import warmup

from .common import CreditCommon

# Most of them write the record, its message and its activity.
HELD_BUDGET = 54


@tagged('post_install', '-at_install')
class TestQueryCount(CreditCommon):
    """The credit check is cheap with every rule on; its price does not grow with the customer's history."""

    def _confirm_queries(self):
        """Return how many queries a confirmation makes on a warm registry, with cold record caches."""
        order = self._order(1)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        order.with_user(self.seller).action_confirm()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    @warmup
    def test_at_most_ten_and_independent_of_open_invoices(self):
        self.account.credit_limit = 10**6
        self.env['ar.credit.security'].sudo().create({'credit_account_id': self.account.id, 'amount': 10})
        self.account.grade_id = self.env.ref('ar_base.grade_a')
        self.env['ar.credit.rule'].search([('company_id', '=', self.company.id)]).write(
            {'outcome': 'hold', 'max_amount': 10**6, 'max_pct': 100, 'max_days': 90}
        )
        self._invoice(100)
        self._confirm_queries()
        with patch.object(self.env.registry['sale.order'], '_credit_watch', lambda order: nullcontext()):
            without = self._confirm_queries()
        few = self._confirm_queries()
        for _i in range(15):
            self._invoice(10)
            self._confirm_queries()
        many = self._confirm_queries()
        self.assertEqual(few, many)
        self.assertLessEqual(few - without, 10)
        # A group is locked, read and weighed with its members: three more, whatever their number.
        others = self.env['res.partner'].create(
            [{'name': f"Sister {i}", 'is_company': True} for i in range(5)]
        )
        group = (
            self.env['ar.credit.group']
            .sudo()
            .create({'name': "Family", 'company_id': self.company.id, 'credit_limit': 10**6})
        )
        self.account.group_id = group
        for partner in others:
            self.env['ar.credit.account'].sudo()._for_partner(partner, self.company).group_id = group
        self.assertLessEqual(self._confirm_queries() - few, 3)

    @warmup
    def test_a_held_confirmation_judges_once_and_its_price_does_not_grow(self):
        self.account.credit_limit = 0
        self._invoice(100)
        self._held_queries()
        few, judged = self._held_queries()
        self.assertEqual(judged, 1)
        for _i in range(15):
            self._invoice(10)
        many, _judged = self._held_queries()
        self.assertLessEqual(many, few)
        self.assertLessEqual(few, HELD_BUDGET)
        self.account.credit_limit = 10**6
        _passing, judged = self._held_queries('ok')
        self.assertEqual(judged, 1)

    def _held_queries(self, state='hold'):
        """Return how many queries a held confirmation and its record make, and how often it is judged."""
        order = self._order(1)
        self.env.flush_all()
        self.env.invalidate_all()
        model = self.env.registry['ar.credit.account']
        with patch.object(
            model, '_credit_exposures', autospec=True, side_effect=model._credit_exposures
        ) as judge:
            before = self.env.cr.sql_log_count
            order.with_user(self.seller).action_confirm_with_credit()
            self.env.flush_all()
            count = self.env.cr.sql_log_count - before
        self.assertEqual(order.credit_state, state)
        return count, judge.call_count
