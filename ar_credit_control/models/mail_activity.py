from odoo import api, fields, models

from .ar_credit_question_mixin import QUESTION


class MailActivity(models.Model):
    _inherit = 'mail.activity'

    ar_mail_due = fields.Boolean(
        "Mail Due",
        readonly=True,
        copy=False,
        help="A job is about to mail the activity to whom it is assigned.",
    )

    # The job's search; all others were mailed by Odoo.
    _ar_mail_due_idx = models.Index("(id) WHERE ar_mail_due IS TRUE")

    @api.model
    def _cron_ar_mail(self):
        """Mail the activities that were made without their mail, as Odoo does when it makes one."""
        domain = [('ar_mail_due', '=', True)]
        todo = self.search(domain, limit=200, order='id')
        self.env['ir.cron']._commit_progress(remaining=self.search_count(domain))
        for activity in todo:
            activity = activity.try_lock_for_update().filtered_domain(domain)
            if activity:
                activity.ar_mail_due = False
                if activity.user_id != activity.create_uid:
                    activity.with_user(activity.create_uid).sudo().action_notify()
            if not self.env['ir.cron']._commit_progress(1):
                break

    def _action_done(self, feedback=False, attachment_ids=None):
        # EXTENDS 'mail': what the salesperson says to a question of the credit team is the answer to it.
        question = self.env.ref(QUESTION, raise_if_not_found=False)
        asked = self.filtered(lambda a: a.activity_type_id == question and a.res_model == 'sale.order')
        orders = self.env['sale.order'].browse(asked.mapped('res_id')) if feedback else self.env['sale.order']
        for decision in orders.sudo().credit_decision_ids:
            if decision.state == 'hold' and decision.dialogue == 'asked':
                decision._record_answer(feedback)
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
