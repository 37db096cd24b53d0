from odoo import api, fields, models
from odoo.tools import SQL


class ArCreditGroup(models.Model):
    """Customers that share one limit: none of them may take more than all of them may owe together."""

    _name = 'ar.credit.group'
    _description = "Credit Group"

    name = fields.Char(required=True)
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company.root_id)
    currency_id = fields.Many2one(related='company_id.currency_id')
    credit_limit = fields.Monetary("Group Limit", required=True)
    account_ids = fields.One2many('ar.credit.account', 'group_id', "Members")

    exposure = fields.Monetary(compute='_compute_exposure', help="Of all members, net of security.")
    available_credit = fields.Monetary(compute='_compute_exposure')
    lock_version = fields.Integer(default=0, readonly=True, copy=False)

    _limit_positive = models.Constraint(
        'CHECK (credit_limit >= 0)', "A group's credit limit cannot be negative."
    )

    @api.depends('credit_limit', 'account_ids')
    @api.depends_context('uid')
    def _compute_exposure(self):
        exposures = self.sudo().account_ids._credit_exposures()
        for group in self:
            group.exposure = sum(exposures[account.id].net for account in group.sudo().account_ids)
            group.available_credit = group.credit_limit - group.exposure

    def _lock_for_exposure(self):
        """Write the groups' rows, so that of two transactions only one can use the credit they share.

        See ``ar.credit.account._lock_for_exposure``.
        """
        if self:
            self.env.execute_query(
                SQL(
                    "UPDATE ar_credit_group SET lock_version = COALESCE(lock_version, 0) + 1 "
                    "WHERE id IN %s RETURNING id",
                    tuple(sorted(self.ids)),
                )
            )
            self.invalidate_recordset(['lock_version'], flush=False)

    def write(self, vals):
        result = super().write(vals)
        if 'credit_limit' in vals:
            self.sudo().account_ids._credit_queue_recheck()
        return result
