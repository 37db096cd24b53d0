from odoo import fields, models


class ArCreditPolicyLine(models.Model):
    """A rule of a draft policy. It has every field a live rule has, also those that other addons add."""

    _name = 'ar.credit.policy.line'
    _inherit = 'ar.credit.rule'
    _description = "Rule of a Draft Policy"
    _order = 'credit_policy_id, sequence, grade_id, credit_account_id, id'

    credit_policy_id = fields.Many2one('ar.credit.policy', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(
        related='credit_policy_id.company_id',
        store=True,
        precompute=True,
        default=None,
        required=False,
        index=True,
    )

    _scope_unique = models.UniqueIndex(
        '(credit_policy_id, code, COALESCE(grade_id, 0), COALESCE(credit_account_id, 0))',
        "There is already such a rule for this policy, grade and customer.",
    )

    def unlink(self):  # pylint: disable=method-required-super
        # Not the live rules' unlink: no held order depends on a draft.
        return models.BaseModel.unlink(self)

    def _queue_recheck(self):
        """Do nothing: no held order depends on a draft."""
