from odoo import api, fields, models


class ArPaymentPlanLine(models.Model):
    """An instalment of a payment plan, in the currency of the plan."""

    _name = 'ar.payment.plan.line'
    _description = "Instalment"
    _inherit = ['ar.commitment.part.mixin']
    _order = 'date, amount, id'
    _rec_name = 'date'
    _agreed = frozenset({'payment_plan_id', 'date', 'amount'})
    _facts = frozenset({'received'})

    payment_plan_id = fields.Many2one('ar.payment.plan', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='payment_plan_id.company_id', store=True)
    currency_id = fields.Many2one(related='payment_plan_id.currency_id')
    date = fields.Date("Due on", required=True)
    amount = fields.Monetary(required=True)
    received = fields.Monetary(readonly=True)
    state = fields.Selection(
        [('waiting', "Waiting"), ('paid', "Paid"), ('missed', "Missed")], compute='_compute_state'
    )

    _amount_positive = models.Constraint('CHECK (amount > 0)', "An instalment must be above zero.")

    @api.depends('date', 'amount', 'received', 'payment_plan_id.grace_days')
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for line in self:
            paid = line.currency_id.compare_amounts(line.received, line.amount) >= 0
            late = line.date and fields.Date.add(line.date, days=line.payment_plan_id.grace_days) < today
            line.state = 'paid' if paid else 'missed' if late else 'waiting'

    def _commitment(self):
        return self.payment_plan_id
