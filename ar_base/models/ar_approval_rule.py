from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class ArApprovalRule(models.Model):
    """A line of the approval matrix: from this amount on, for this grade, these people decide.

    Of the lines that fit, those for the customer's grade come before those for any grade, then the highest
    amount counts. Where no line fits, anybody who has the role may decide. What is approved, the kinds, is
    added by the addons whose documents they are.
    """

    _name = 'ar.approval.rule'
    _description = "Approval Rule"
    _inherit = ['ar.journal.mixin']
    _journal_edits = frozenset(
        {'kind', 'min_amount', 'grade_id', 'user_ids', 'escalate_days', 'escalate_user_id'}
    )
    _order = 'company_id, kind, grade_id, min_amount, id'

    company_id = fields.Many2one(
        'res.company', required=True, default=lambda self: self.env.company.root_id, index=True
    )
    currency_id = fields.Many2one(related='company_id.currency_id')
    kind = fields.Selection([], "Approves", required=True)
    min_amount = fields.Monetary(
        "From Amount", help="This line applies from this document amount up, in company currency."
    )
    grade_id = fields.Many2one('ar.credit.grade', "Only for Grade", ondelete='cascade')
    user_ids = fields.Many2many(
        'res.users', string="Approvers", required=True, domain=[('share', '=', False)]
    )
    escalate_days = fields.Integer(
        "Escalate after (Days)", help="If no decision has been made after this many days; 0 = never."
    )
    escalate_user_id = fields.Many2one('res.users', "Escalate to", domain=[('share', '=', False)])

    _scope_unique = models.UniqueIndex(
        '(company_id, kind, COALESCE(grade_id, 0), min_amount)',
        "There is already a line for this company, grade and amount.",
    )
    _positive = models.Constraint(
        'CHECK (min_amount >= 0 AND escalate_days >= 0)',
        "Amounts and days of the approval matrix cannot be negative.",
    )

    @api.constrains('kind', 'user_ids', 'escalate_user_id', 'escalate_days')
    def _check_people(self):
        for rule in self:
            if not rule.user_ids:
                raise ValidationError(
                    self.env._(
                        "Name at least one approver, or delete the line: then anyone with the role may "
                        "decide."
                    )
                )
            if rule.escalate_days and not rule.escalate_user_id:
                raise ValidationError(
                    self.env._("Choose to whom it escalates after %s days.", rule.escalate_days)
                )
            role = self._role(rule.kind)
            for user in rule.user_ids | rule.escalate_user_id:
                if not user.has_group(role):
                    raise ValidationError(
                        self.env._(
                            "%(user)s cannot approve: give the user the role \"%(role)s\" first.",
                            user=user.name,
                            role=self.env.ref(role).sudo().name,
                        )
                    )

    @api.model
    def _role(self, kind):
        """Hook: return the xml id of the group whose people may decide on documents of this kind."""
        return 'ar_base.group_controller'

    @api.model
    def _roles(self):
        """Return the roles that decide on anything."""
        kinds = self._fields['kind'].get_values(self.env)
        return {self._role(kind) for kind in kinds} or {'ar_base.group_controller'}

    @api.model
    def _decided_like(self, kind):
        """Hook: return the kind whose lines count where the company has no line for ``kind``; None = none."""
        return

    @api.model
    def _find(self, kind, company, amount, grade):
        """Return the line that counts, or none.

        :param amount: in company currency.
        """
        lines = self.sudo().search(Domain([('kind', '=', kind), ('company_id', '=', company.root_id.id)]))
        if not lines and (like := self._decided_like(kind)):
            return self._find(like, company, amount, grade)
        fitting = lines.filtered(
            lambda line: line.min_amount <= amount and line.grade_id in (grade, line.env['ar.credit.grade'])
        )
        return fitting.sorted(lambda line: (bool(line.grade_id), line.min_amount))[-1:]
