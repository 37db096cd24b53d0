from odoo import api, fields, models
from odoo.exceptions import UserError


class ArPromiseLine(models.Model):
    """An amount promised by a date, in the currency of the promise."""

    _name = 'ar.promise.line'
    _description = "Promised Amount"
    _order = 'date, amount, id'
    _rec_name = 'date'

    promise_id = fields.Many2one('ar.promise', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='promise_id.company_id', store=True)
    currency_id = fields.Many2one(related='promise_id.currency_id')
    date = fields.Date("Promised for", required=True)
    amount = fields.Monetary(required=True)
    received = fields.Monetary(readonly=True)

    _amount_positive = models.Constraint('CHECK (amount > 0)', "A promised amount is above zero.")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_unlocked()
        return lines

    def write(self, vals):
        if {'promise_id', 'date', 'amount'} & set(vals):
            self._check_unlocked()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unlocked(self):
        self._check_unlocked()

    def _check_unlocked(self):
        locked = self.promise_id.filtered('locked')
        if locked:
            raise UserError(self.env._(
                "%s is kept as it was given. Cancel it with the reason and note a new one.", locked[0].name))
