from odoo import api, fields, models
from odoo.exceptions import UserError


class ArPaymentPlanLine(models.Model):
    """An instalment of an agreement, in the currency of the agreement."""

    _name = 'ar.payment.plan.line'
    _description = "Instalment"
    _order = 'date, amount, id'
    _rec_name = 'date'

    plan_id = fields.Many2one('ar.payment.plan', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='plan_id.company_id', store=True)
    currency_id = fields.Many2one(related='plan_id.currency_id')
    date = fields.Date("Due on", required=True)
    amount = fields.Monetary(required=True)
    received = fields.Monetary(readonly=True)
    state = fields.Selection(
        [('waiting', "Waiting"), ('paid', "Paid"), ('missed', "Missed")], compute='_compute_state')

    _amount_positive = models.Constraint('CHECK (amount > 0)', "An instalment is above zero.")

    @api.depends('date', 'amount', 'received', 'plan_id.grace_days')
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for line in self:
            paid = line.currency_id.compare_amounts(line.received, line.amount) >= 0
            late = line.date and fields.Date.add(line.date, days=line.plan_id.grace_days) < today
            line.state = 'paid' if paid else 'missed' if late else 'waiting'

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_unlocked()
        return lines

    def write(self, vals):
        if {'plan_id', 'date', 'amount'} & set(vals):
            self._check_unlocked()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unlocked(self):
        self._check_unlocked()

    def _check_unlocked(self):
        locked = self.plan_id.filtered(lambda plan: plan._is_locked())
        if locked:
            raise UserError(self.env._(
                "%s was offered to the customer and is kept as it was. Take the offer back to change it.", locked[0].name))
