from datetime import date

from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user

from odoo.addons.ar_reconciliation.tests.common import ReconciliationCommon

JAN, FEB, MAR = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)


class ScorecardCommon(ReconciliationCommon):
    """A year later: two sellers with a plan of 10 %, an accountant who computes, a manager who approves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time('2025-01-10'))
        user = {'company_id': cls.company.id, 'lang': 'en_US', 'tz': 'UTC'}
        cls.manager = new_test_user(
            cls.env, 'scoremanager', groups='base.group_user,ar_base.group_manager', **user
        )
        cls.plan = cls.env['ar.commission.plan'].create(
            {
                'name': "Field sales",
                'rate': 10,
                'on_untaxed': False,
                'assignment_ids': [
                    Command.create({'user_id': seller.id, 'date_from': '2024-01-01'})
                    for seller in (cls.seller, cls.other_seller)
                ],
            }
        )

    def _billed(self, amount, day='2024-01-10', due=None, seller=None, **values):
        return self._invoice(amount, day, due, invoice_user_id=(seller or self.seller).id, **values)

    def _credited(self, invoice, day, amount=None):
        """Return the credit note of an invoice, of the same salesperson as Odoo's wizard makes it."""
        credit = self._credit(invoice, day, amount)
        credit.invoice_user_id = invoice.invoice_user_id
        return credit

    def _compute(self, month, user=None):
        """Return the statements of the month, computed by the accountant, as a superuser sees them."""
        Statement = self.env['ar.commission.statement'].with_user(user or self.accountant)
        return Statement._compute_month(self.company, month).sudo()

    def _approve(self, statements):
        statements.with_user(self.manager).action_approve()

    def _of(self, statements, seller=None):
        return statements.filtered(lambda one: one.salesperson_id == (seller or self.seller))

    def assertLines(self, statement, *rows):
        """Check (kind, cash, commission) of the lines of a statement, in any order."""
        found = [(line.kind, line.cash, line.commission) for line in statement.line_ids]
        self.assertEqual(sorted(found), sorted(rows))
