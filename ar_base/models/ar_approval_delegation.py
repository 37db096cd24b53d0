from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class ArApprovalDelegation(models.Model):
    """A colleague decides in another user's place, from a first to a last day.

    Only that user or a receivables manager gives the place away. It is not passed on: a delegate's own
    delegates do not count.
    """

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

    # === Who may delegate ===
    # In create and write, where the user who asks is known: constraints run as superuser.

    @api.model_create_multi
    def create(self, vals_list):
        delegations = super().create(vals_list)
        delegations._check_owner()
        return delegations

    def write(self, vals):
        self._check_owner()
        if self._has_begun() and not vals.keys() <= {'date_to'}:
            raise AccessError(
                self.env._(
                    "A delegation that has begun keeps its people and its first day: end it, and enter "
                    "another."
                )
            )
        result = super().write(vals)
        self._check_owner()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        self._check_owner()
        if self._has_begun():
            raise AccessError(self.env._("A delegation that has begun stays on record: end it instead."))

    def _has_begun(self):
        today = fields.Date.context_today(self)
        return any(delegation.date_from <= today for delegation in self)

    def _check_owner(self):
        """Refuse that anybody but the person or a receivables manager gives that person's place away."""
        if (
            not self.env.su
            and not self.env.user.has_group('ar_base.group_manager')
            and any(delegation.user_id != self.env.user for delegation in self.sudo())
        ):
            raise AccessError(
                self.env._(
                    "You can only delegate your own approvals. Ask a receivables manager to delegate for "
                    "others."
                )
            )

    @api.model
    def _delegates(self, users, day=None):
        """Return who stands in for any of ``users`` on the day; never a delegate's delegate."""
        day = day or fields.Date.context_today(self)
        return (
            self.sudo()
            .search([('user_id', 'in', users.ids), ('date_from', '<=', day), ('date_to', '>=', day)])
            .delegate_id.filtered('active')
        )
