from odoo import fields, models


class ArCreditGroup(models.Model):
    _name = 'ar.credit.group'
    _description = "Credit Group"

    name = fields.Char(required=True)
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company.root_id)
    currency_id = fields.Many2one(related='company_id.currency_id')
    credit_limit = fields.Monetary("Group Limit", required=True)
    account_ids = fields.One2many('ar.credit.account', 'group_id', "Members")

    _limit_positive = models.Constraint('CHECK (credit_limit >= 0)', "A group's credit limit cannot be negative.")
