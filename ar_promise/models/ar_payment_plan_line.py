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

    def _next(self):
        """Return the first of the instalments that is not paid; empty where all are."""
        return self.filtered(lambda line: line.state != 'paid').sorted('date')[:1]

    def _missing_on(self, items):
        """Return {journal item: amount} of what is missing of the instalment, on ``items``, the oldest first.

        :param items: covered items of the plan (``ar.covered.item``).
        """
        rest, parts = self.amount - self.received, {}
        for item in items.sorted('date_maturity'):
            part = item.currency_id.round(min(rest, item.residual))
            if item.currency_id.compare_amounts(part, 0) > 0:
                parts[item.move_line_id] = part
                rest -= part
        return parts

    def _commitment(self):
        return self.payment_plan_id
