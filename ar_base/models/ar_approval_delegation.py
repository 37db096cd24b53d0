from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class ArApprovalDelegation(models.Model):
    """A colleague decides in another user's place, from a first to a last day."""

    _name = 'ar.approval.delegation'
    _description = "Approval Delegation"
    _inherit = ['ar.journal.mixin']
    _journal_edits = frozenset({'user_id', 'delegate_id', 'date_from', 'date_to'})
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
    _other = models.Constraint('CHECK (user_id <> delegate_id)', "Users cannot delegate to themselves.")

    @api.constrains('delegate_id')
    def _check_delegate(self):
        roles = self.env['ar.approval.rule']._roles()
        for delegation in self:
            if not any(delegation.delegate_id.has_group(role) for role in roles):
                names = ', '.join(self.env.ref(role).sudo().name for role in sorted(roles))
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot stand in: give the user the role \"%(role)s\" first.",
                        user=delegation.delegate_id.name,
                        role=names,
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
                self.env._(
                    "You can only delegate your own approvals. Ask a receivables manager to delegate for "
                    "others."
                )
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
