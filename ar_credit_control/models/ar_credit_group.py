from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .ar_credit_change import APPROVED


class ArCreditGroup(models.Model):
    """Customers that share one limit: none of them may take more than all of them may owe together.

    Its limit and its members change by an approved credit change of a member (``ar.credit.change``).
    """

    _name = 'ar.credit.group'
    _description = "Credit Group"
    _inherit = ['mail.thread', 'ar.plausible.mixin']

    name = fields.Char(required=True)
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company.root_id)
    currency_id = fields.Many2one(related='company_id.currency_id')
    credit_limit = fields.Monetary(
        "Group Limit",
        required=True,
        default=0.0,
        tracking=True,
        help="Changes by an approved credit change of a member.",
    )
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

    @api.model_create_multi
    def create(self, vals_list):
        groups = super().create(vals_list)
        if not groups._credit_is_approved() and any(group.credit_limit for group in groups):
            groups._credit_refuse()
        return groups

    def write(self, vals):
        if not self._credit_is_approved() and any(
            name in vals and vals[name] != (group[name].id if name == 'company_id' else group[name])
            for group in self
            for name in ('credit_limit', 'company_id')
        ):
            self._credit_refuse()
        result = super().write(vals)
        if 'credit_limit' in vals:
            self.sudo().account_ids._credit_queue_recheck()
        return result

    def _credit_is_approved(self):
        # The superuser is the server's own code: installation and demo data.
        return self.env.su or self.env.context.get('credit_change') is APPROVED

    def _credit_refuse(self):
        raise AccessError(
            self.env._(
                "The limit of a credit group is decided: enter a group with limit 0, then press \"Change "
                "Credit\" in the credit file of a member."
            )
        )

    def action_change_limit(self):
        """Open a credit change of a member, for the group's limit."""
        self.ensure_one()
        member = self.account_ids[:1]
        if not member:
            raise AccessError(
                self.env._(
                    "%s has no members: press \"Change Credit\" in the credit file of the first one.",
                    self.name,
                )
            )
        return member._action_change(
            change_group=True,
            new_group_id=self.id,
            new_group_limit=self.credit_limit,
            new_mandatory=member.limit_mandatory,
        )
