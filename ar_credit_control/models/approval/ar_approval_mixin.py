from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError


class ArApprovalMixin(models.AbstractModel):
    """A document that waits for somebody entitled to decide on it: by the approval matrix, by delegation, by escalation.

    Whoever asked does not decide, where the company wants four eyes. All of it is decided by records and the user who
    acts; no context and no field that a user can write changes it.
    """

    _name = 'ar.approval.mixin'
    _description = "Approval"

    approver_ids = fields.Many2many(
        'res.users', string="Approvers", readonly=True, copy=False, help="Empty: any credit controller."
    )
    escalate_on = fields.Date(readonly=True, copy=False)
    escalate_user_id = fields.Many2one('res.users', "Escalates to", readonly=True, copy=False)

    # === What a document says of itself ===

    def _approval_kind(self):
        """Return ``kind`` of the approval matrix."""
        raise NotImplementedError

    def _approval_amount(self):
        """Return the amount that the matrix looks at, in company currency."""
        raise NotImplementedError

    def _approval_requesters(self):
        """Return the users who asked: they do not decide where the company wants four eyes."""
        raise NotImplementedError

    def _approval_activity(self):
        """Return (xml id of the activity type, summary) for those who are to decide."""
        raise NotImplementedError

    # === Asking ===

    def _approval_request(self):
        """Find who decides and tell them: an activity each, which Odoo mails with a link to this document."""
        for record in self.sudo():
            line = self.env['ar.approval.rule']._find(
                record._approval_kind(), record.company_id, record._approval_amount(), record.grade_id
            )
            today = fields.Date.context_today(self)
            record.write(
                {
                    'approver_ids': [fields.Command.set(line.user_ids.ids)],
                    'escalate_on': today + timedelta(days=line.escalate_days)
                    if line.escalate_days
                    else False,
                    'escalate_user_id': line.escalate_user_id.id if line.escalate_days else False,
                }
            )
            record._approval_notify(record._approval_people() or record.company_id._ar_credit_responsible())

    def _approval_notify(self, users):
        for user in users - self._approval_barred():
            xmlid, summary = self.with_context(lang=user.lang)._approval_activity()
            self.activity_schedule(xmlid, user_id=user.id, summary=summary)

    def _approval_people(self):
        """Return who is named to decide today, delegates included; empty = any credit controller."""
        approvers = self.sudo().approver_ids.filtered('active')
        return approvers | self.env['ar.approval.delegation']._delegates(approvers)

    def _approval_barred(self):
        return self._approval_requesters() if self.company_id.sudo().ar_four_eyes else self.env['res.users']

    # === Deciding ===

    def _approval_check(self):
        """Let only those pass who may decide on each of these documents.

        :raise AccessError: naming who may.
        """
        if not self.env.user.has_group('ar_base.group_controller'):
            raise AccessError(self.env._("Only a credit controller may decide on this."))
        self.check_access('write')
        for record in self:
            people = record._approval_people()
            if people and self.env.user not in people:
                raise AccessError(
                    self.env._(
                        "%(document)s is decided by %(people)s.",
                        document=record.display_name,
                        people=', '.join(people.mapped('name')),
                    )
                )
            if self.env.user in record._approval_barred():
                raise AccessError(
                    self.env._(
                        "Nobody decides on their own request: ask another credit controller to decide on %s.",
                        record.display_name,
                    )
                )

    def _approval_escalate(self, waiting):
        """Give documents of domain ``waiting`` that nobody decided on in time to whom the matrix says."""
        today = fields.Date.context_today(self)
        for record in self.sudo().search(
            [*waiting, ('escalate_on', '<', today), ('escalate_user_id', '!=', False)]
        ):
            user = record.escalate_user_id
            record.write({'approver_ids': [fields.Command.link(user.id)], 'escalate_on': False})
            record._approval_notify(user)
            record.message_post(body=self.env._("Nobody decided in time: escalated to %s.", user.name))
