from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL

from ...rules.promise import Receipt, exact, settle


class ArCreditAccount(models.Model):
    """Finds what became of a customer's promises and agreements, from what was matched with the items they cover."""

    _inherit = 'ar.credit.account'

    def _follow_commitments(self, today=None):
        """Find what became of everything arranged with these customers, as of the end of the day.

        Guarantees that a receipt counts for one commitment only, that nothing changes when it is called again with the same
        receipts, and that what follows from a broken promise happens once. The number of queries depends on what changed,
        not on the number of customers.
        """
        today = today or fields.Date.context_today(self)
        self = self.sudo()  # noqa: PLW0642 -- whoever matches a payment may not see promises
        promises = self.env['ar.promise'].search(
            [('credit_account_id', 'in', self.ids), ('state', '!=', 'cancelled')], order='id'
        )
        plans = self.env['ar.payment.plan'].search(
            [('credit_account_id', 'in', self.ids), ('state', 'in', ('active', 'completed', 'defaulted'))],
            order='id',
        )
        receipts = self._commitment_receipts((promises.item_ids | plans.item_ids).move_line_id.ids)
        outcomes = {}
        for account in self:
            rules = [
                promise._as_rule()
                for promise in promises.filtered(lambda p, a=account: p.credit_account_id == a)
            ]
            rules += [
                plan._as_rule(until=plan._last_day())
                for plan in plans.filtered(lambda p, a=account: p.credit_account_id == a)
            ]
            mine = {item for rule in rules for item in rule.items}
            outcomes.update(settle(rules, [receipt for item in mine for receipt in receipts[item]], today))
        promises._take_outcomes(outcomes, today)
        plans._take_outcomes(outcomes, today)
        self.env['ar.promise']._lift_paid_holds(self)

    def _commitment_receipts(self, line_ids):
        """Return {journal item id: receipts}: its matches with posted entries, each by the day it takes effect."""
        receipts = defaultdict(list)
        if not line_ids:
            return receipts
        self.env['account.partial.reconcile'].flush_model(
            ['credit_move_id', 'debit_amount_currency', 'debit_move_id', 'max_date']
        )
        self.env['account.move'].flush_model(['move_type', 'state'])
        for key, item, day, amount, move_type in self.env.execute_query(
            SQL(
                """
            SELECT p.id, p.debit_move_id, p.max_date, p.debit_amount_currency, m.move_type
              FROM account_partial_reconcile p
              JOIN account_move_line l ON l.id = p.credit_move_id
              JOIN account_move m ON m.id = l.move_id
             WHERE p.debit_move_id = ANY(%s) AND m.state = 'posted' AND p.debit_amount_currency > 0
            """,
                list(line_ids),
            )
        ):
            receipts[item].append(Receipt(key, item, day, exact(amount), move_type == 'out_refund'))
        return receipts
