from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class ArApprovalDelegation(models.Model):
    """Somebody decides in somebody else's place, from a first to a last day."""

    _name = 'ar.approval.delegation'
    _description = "Approval Delegation"
    _order = 'date_to desc, id'

    user_id = fields.Many2one(
        'res.users',
        "In Place of",
        required=True,
        default=lambda self: self.env.user,
        domain=[('share', '=', False)],
    )
    delegate_id = fields.Many2one(
        'res.users', "Decides", required=True, domain=[('share', '=', False)], index=True
    )
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_to = fields.Date("To", required=True)

    _period = models.Constraint('CHECK (date_from <= date_to)', "A delegation cannot end before it begins.")
    _other = models.Constraint('CHECK (user_id <> delegate_id)', "Nobody is their own delegate.")

    @api.constrains('delegate_id')
    def _check_delegate(self):
        for delegation in self:
            if not delegation.delegate_id.has_group('ar_base.group_controller'):
                raise ValidationError(
                    self.env._(
                        "%s cannot stand in: give the user the role \"Credit controller\" first.",
                        delegation.delegate_id.name,
                    )
                )

    @api.constrains('user_id')
    def _check_owner(self):
        if (
            not self.env.su
            and not self.env.user.has_group('ar_base.group_manager')
            and any(delegation.user_id != self.env.user for delegation in self)
        ):
            raise AccessError(
                self.env._("You can only delegate your own approvals. Ask a receivables manager for others'.")
            )

    @api.model
    def _delegates(self, users, day=None):
        """Return who stands in for any of ``users`` on the day."""
        day = day or fields.Date.context_today(self)
        return (
            self.sudo()
            .search([('user_id', 'in', users.ids), ('date_from', '<=', day), ('date_to', '>=', day)])
            .delegate_id
        )
