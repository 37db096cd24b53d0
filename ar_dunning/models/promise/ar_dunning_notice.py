from odoo import models


class ArDunningNotice(models.Model):
    """What a customer says when a letter has come: it will pay by a date, or something is wrong."""

    _inherit = 'ar.dunning.notice'

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
