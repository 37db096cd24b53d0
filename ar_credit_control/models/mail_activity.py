from odoo import models

from .ar_credit_question_mixin import QUESTION


class MailActivity(models.Model):
    _inherit = 'mail.activity'

    def _action_done(self, feedback=False, attachment_ids=None):
        # EXTENDS 'mail': what the salesperson says to a question of the credit team is the answer to it.
        question = self.env.ref(QUESTION, raise_if_not_found=False)
        asked = self.filtered(lambda a: a.activity_type_id == question and a.res_model == 'sale.order')
        orders = self.env['sale.order'].browse(asked.mapped('res_id')) if feedback else self.env['sale.order']
        for decision in orders.sudo().credit_decision_ids:
            if decision.state == 'hold' and decision.dialogue == 'asked':
                decision._record_answer(feedback)
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
