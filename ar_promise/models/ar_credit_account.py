from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from ..engine import commitments
from ..rules.promise import Receipt, settle
from odoo.addons.ar_base.rules.money import exact


class ArCreditAccount(models.Model):
    """A customer's promises and payment plans, and what becomes of them."""

    _name = 'ar.credit.account'
    _inherit = ['ar.credit.account', 'ar.job.mixin']
    _facts = frozenset(['commitments_followed_on', 'commitments_recheck'])

    promise_ids = fields.One2many('ar.promise', 'credit_account_id', "Promises")
    payment_plan_ids = fields.One2many('ar.payment.plan', 'credit_account_id', "Payment Plans")
    promises_open = fields.Integer(compute='_compute_promises', store=True)
    promises_kept = fields.Integer(compute='_compute_promises', store=True)
    promises_partly = fields.Integer("Promises Partly Kept", compute='_compute_promises', store=True)
    promises_broken = fields.Integer(compute='_compute_promises', store=True)
    promise_ratio = fields.Float(
        "Promises Kept (%)",
        compute='_compute_promises',
        store=True,
        aggregator='avg',
        digits=(5, 1),
        help=(
            "Of the promises whose dates have passed, the share that was kept in full. Also zero if there "
            "were none."
        ),
    )
    plans_defaulted = fields.Integer(
        "Payment Plans Defaulted", compute='_compute_plans_defaulted', store=True
    )
    commitments_followed_on = fields.Date(readonly=True, copy=False)
    commitments_recheck = fields.Boolean(readonly=True, copy=False)

    _commitments_recheck_idx = models.Index('(id) WHERE commitments_recheck IS TRUE')

    @api.depends('promise_ids.state')
    def _compute_promises(self):
        counts = {
            (account.id, state): count
            for account, state, count in self.env['ar.promise']
            .sudo()
            ._read_group([('credit_account_id', 'in', self.ids)], ['credit_account_id', 'state'], ['__count'])
        }
        for account in self:
            number = {
                state: counts.get((account.id, state), 0) for state in ('open', 'kept', 'partly', 'broken')
            }
            decided = number['kept'] + number['partly'] + number['broken']
            account.update({f'promises_{state}': count for state, count in number.items()})
            account.promise_ratio = 100 * number['kept'] / decided if decided else 0

    @api.depends('payment_plan_ids.state')
    def _compute_plans_defaulted(self):
        for account in self:
            account.plans_defaulted = len(
                account.sudo().payment_plan_ids.filtered(lambda plan: plan.state == 'defaulted')
            )

    # === Actions ===

    def action_promise(self):
        """Note a promise about what is overdue."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.promise',
            'view_mode': 'form',
            'name': self.env._("Promise to Pay"),
            'context': {'default_credit_account_id': self.id},
        }

    def _promise_action(self):
        # EXTENDS 'ar_base'
        return (
            self.action_promise()
            if self.env['ar.promise'].has_access('create')
            else super()._promise_action()
        )

    def action_payment_plan(self):
        """Draw up a payment plan about what is overdue."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.payment.plan',
            'view_mode': 'form',
            'name': self.env._("Payment Plan"),
            'context': {'default_credit_account_id': self.id},
        }

    def action_open_promises(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('ar_promise.ar_promise_action')
        return {
            **action,
            'domain': [('credit_account_id', '=', self.id)],
            'context': {'default_credit_account_id': self.id},
        }

    # === What becomes of commitments ===

    @api.model
    def _cron_follow_commitments(self):
        """Find what became of promises and plans: once a day, and after a match was undone."""
        today = fields.Date.context_today(self)

        def follow(accounts):
            accounts._follow_commitments(today)
            accounts._record_facts({'commitments_followed_on': today, 'commitments_recheck': False})

        accounts = self.with_context(active_test=False)
        accounts._work(self._to_follow_domain(today), follow, batch=50, referencing=True)

    @api.model
    def _to_follow_domain(self, today):
        """Return the domain of the customers with something to find out today."""
        waiting = Domain('promise_ids', 'any', [('state', '=', 'open')]) | Domain(
            'payment_plan_ids', 'any', [('state', '=', 'active')]
        )
        seen = Domain('commitments_followed_on', '=', False) | Domain('commitments_followed_on', '<', today)
        return Domain('commitments_recheck', '=', True) | (waiting & seen)

    def _follow_commitments(self, today=None):
        """Find what became of all promises and payment plans of these customers, as of the end of the day.

        Guarantees that a receipt counts for one commitment only, that nothing changes when it is called
        again with the same receipts, and that what follows from a broken promise happens once. The number of
        queries depends on what changed, not on the number of customers.
        """
        today = today or fields.Date.context_today(self)
        self = self.sudo()  # noqa: PLW0642 -- who matches a payment may not see promises
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
            mine = [
                commitment._as_rule()
                for commitment in (*promises, *plans)
                if commitment.credit_account_id == account
            ]
            items = {item for rule in mine for item in rule.items}
            outcomes.update(settle(mine, [receipt for item in items for receipt in receipts[item]], today))
        promises._take_outcomes(outcomes, today)
        plans._take_outcomes(outcomes, today)
        self.env['ar.promise']._lift_paid_holds(self)

    @api.model
    def _commitment_receipts(self, line_ids):
        """Return {journal item id: its matches with posted entries, as receipts}."""
        receipts = defaultdict(list)
        if not line_ids:
            return receipts
        for model, names in commitments.RECEIPTS.items():
            self.env[model].flush_model(names)
        for key, item, day, amount, kind in self.env.execute_query(commitments.receipts(line_ids)):
            receipts[item].append(Receipt(key, item, day, exact(amount), kind == 'out_refund'))
        return receipts
