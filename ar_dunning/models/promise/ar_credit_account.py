from odoo import api, fields, models
from odoo.fields import Domain


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    promise_ids = fields.One2many('ar.promise', 'credit_account_id', "Promises")
    plan_ids = fields.One2many('ar.payment.plan', 'credit_account_id', "Payment Plans")
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
        help="Of the promises whose dates have passed, the share that was kept in full. Zero also where there was none.",
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

    @api.depends('plan_ids.state')
    def _compute_plans_defaulted(self):
        for account in self:
            account.plans_defaulted = len(
                account.sudo().plan_ids.filtered(lambda plan: plan.state == 'defaulted')
            )

    @api.model
    def _to_follow_domain(self, today):
        """Return the domain of the customers with something to find out today."""
        waiting = Domain('promise_ids', 'any', [('state', '=', 'open')]) | Domain(
            'plan_ids', 'any', [('state', '=', 'active')]
        )
        seen = Domain('commitments_followed_on', '=', False) | Domain('commitments_followed_on', '<', today)
        return Domain('commitments_recheck', '=', True) | (waiting & seen)

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

    def action_payment_plan(self):
        """Draw up an instalment agreement about what is overdue."""
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
        action = self.env['ir.actions.act_window']._for_xml_id('ar_dunning.ar_promise_action')
        return {
            **action,
            'domain': [('credit_account_id', '=', self.id)],
            'context': {'default_credit_account_id': self.id},
        }
