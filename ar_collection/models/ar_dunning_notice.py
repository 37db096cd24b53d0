from odoo import fields, models


class ArDunningNotice(models.Model):
    """What follows a letter: the customer promises to pay, or the claim goes to a lawyer or an agency."""

    _inherit = 'ar.dunning.notice'

    case_ids = fields.One2many('ar.collection.case', 'notice_id', "Cases")

    def action_promise(self):
        """Note a promise about the items of the letter."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.kind == 'debit' and line.included).move_line_id
        action = self.credit_account_id.action_promise()
        return {
            **action,
            'context': {
                **action['context'],
                'promise_line_ids': lines.filtered(lambda line: not line.reconciled).ids,
            },
        }

    def _follow_stage(self):
        result = super()._follow_stage()
        if self.stage_id.referral:
            self.env['ar.collection.case']._from_notice(self)
        return result
