from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError


class ArApprovalMixin(models.AbstractModel):
    """A document that waits for somebody entitled to decide on it: by matrix, delegation, escalation.

    The person who asked does not decide, where the company wants four eyes. All of it is decided by records
    and the user who acts; no context and no field that a user can write changes it.

    A model that takes it up has ``company_id``, ``mail.thread`` and ``mail.activity.mixin``, adds its kind to
    ``ar.approval.rule``, and names its own facts besides those of this mixin. It calls
    ``_approval_request`` when it is submitted, ``_approval_check`` before a decision, and
    ``_approval_escalate`` from a daily job.
    """

    _name = 'ar.approval.mixin'
    _description = "Approval"
    _inherit = ['ar.fact.mixin']
    _facts = frozenset({'approver_ids', 'escalate_on', 'escalate_user_id'})

    approver_ids = fields.Many2many(
        'res.users',
        string="Approvers",
        readonly=True,
        copy=False,
        help="Empty: anyone with the role may decide.",
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

    def _approval_grade(self):
        """Return the customer's grade, which the matrix may look at; none = any."""
        return self.grade_id if 'grade_id' in self._fields else self.env['ar.credit.grade']

    def _approval_fallback(self):
        """Hook: return who is notified if the matrix names no one; may be empty."""
        return self.env['res.users']

    # === Asking ===

    def _approval_request(self):
        """Find who decides and notify them: an activity each, mailed by Odoo with a link to the document."""
        for record in self.sudo():
            line = self.env['ar.approval.rule']._find(
                record._approval_kind(),
                record.company_id,
                record._approval_amount(),
                record._approval_grade(),
            )
            today = fields.Date.context_today(self)
            record._record_facts(
                {
                    'approver_ids': [fields.Command.set(line.user_ids.ids)],
                    'escalate_on': today + timedelta(days=line.escalate_days)
                    if line.escalate_days
                    else False,
                    'escalate_user_id': line.escalate_user_id.id if line.escalate_days else False,
                }
            )
            record._approval_notify(record._approval_people() or record._approval_fallback())

    def _approval_notify(self, users):
        for user in users - self._approval_barred():
            xmlid, summary = self.with_context(lang=user.lang)._approval_activity()
            self.activity_schedule(xmlid, user_id=user.id, summary=summary)

    def _approval_people(self):
        """Return who is named to decide today, delegates included; empty = anybody who has the role."""
        approvers = self.sudo().approver_ids.filtered('active')
        return approvers | self.env['ar.approval.delegation']._delegates(approvers)

    def _approval_barred(self):
        return self._approval_requesters() if self.company_id.sudo().ar_four_eyes else self.env['res.users']

    # === Deciding ===

    def _approval_check(self):
        """Let only those pass who may decide on each of these documents.

        :raise AccessError: naming who may.
        """
        for record in self:
            role = self.env['ar.approval.rule']._role(record._approval_kind())
            if not self.env.user.has_group(role):
                name = self.env.ref(role).sudo().name
                raise AccessError(self.env._("Only people with the role \"%s\" may decide on this.", name))
        self.check_access('write')
        for record in self:
            people = record._approval_people()
            if people and self.env.user not in people:
                raise AccessError(
                    self.env._(
                        "Only %(people)s can decide on %(document)s.",
                        document=record.display_name,
                        people=', '.join(people.mapped('name')),
                    )
                )
            if self.env.user in record._approval_barred():
                raise AccessError(
                    self.env._(
                        "You cannot decide on your own request: ask a colleague to decide on %s.",
                        record.display_name,
                    )
                )

    def _approval_escalate(self, waiting):
        """Give documents of domain ``waiting`` that were not decided in time to the person in the matrix."""
        today = fields.Date.context_today(self)
        for record in self.sudo().search(
            [*waiting, ('escalate_on', '<', today), ('escalate_user_id', '!=', False)]
        ):
            user = record.escalate_user_id
            record._record_facts({'approver_ids': [fields.Command.link(user.id)], 'escalate_on': False})
            record._approval_notify(user)
            record.message_post(body=self.env._("No decision in time: escalated to %s.", user.name))
