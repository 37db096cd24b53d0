from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ArCreditSecurity(models.Model):
    """What secures a customer's debt. It stops counting the day after its last day."""

    _name = 'ar.credit.security'
    _description = "Credit Security"
    _order = 'valid_until desc, id'

    credit_account_id = fields.Many2one('ar.credit.account', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='credit_account_id.company_id', store=True)
    name = fields.Char("Reference", help="Policy, guarantee or deposit number.")
    insurer_id = fields.Many2one('res.partner', "Insurer or Guarantor")
    kind = fields.Selection(
        [
            ('guarantee', "Guarantee"),
            ('insurance', "Credit insurance"),
            ('deposit', "Deposit"),
            ('collateral', "Collateral"),
        ],
        required=True,
        default='guarantee',
    )
    currency_id = fields.Many2one(
        'res.currency', required=True, default=lambda self: self.env.company.currency_id
    )
    amount = fields.Monetary(required=True, help="Insurance: the insured limit.")
    cover = fields.Float("Cover %", default=100.0, required=True)
    valid_from = fields.Date(help="The first day on which it counts; empty = at once.")
    is_valid = fields.Boolean("Counts Today", compute='_compute_is_valid')
    note = fields.Char()
    valid_until = fields.Date(help="The last day on which it counts; empty = without end.")

    _period = models.Constraint(
        'CHECK (valid_from IS NULL OR valid_until IS NULL OR valid_from <= valid_until)',
        "A security cannot end before it begins.",
    )
    _amount_positive = models.Constraint(
        'CHECK (amount >= 0)', "The amount of a security cannot be negative."
    )

    @api.depends('valid_from', 'valid_until')
    def _compute_is_valid(self):
        today = fields.Date.context_today(self)
        for security in self:
            security.is_valid = (not security.valid_from or security.valid_from <= today) and (
                not security.valid_until or security.valid_until >= today
            )

    @api.constrains('cover')
    def _check_cover(self):
        if any(not 0 <= security.cover <= 100 for security in self):
            raise ValidationError(self.env._("The cover of a security lies between 0 and 100 percent."))

    @api.model_create_multi
    def create(self, vals_list):
        securities = super().create(vals_list)
        securities.credit_account_id._credit_queue_recheck()
        return securities

    def write(self, vals):
        result = super().write(vals)
        self.credit_account_id._credit_queue_recheck()
        return result

    def unlink(self):
        accounts = self.credit_account_id
        result = super().unlink()
        accounts._credit_queue_recheck()
        return result
