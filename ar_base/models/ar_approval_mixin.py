from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

SECOND = 'ar_base.mail_activity_type_second_person'


class ArApprovalMixin(models.AbstractModel):
    """A document that waits for somebody entitled to decide on it: by matrix, delegation, escalation.

    Who entered, changed or submitted it does not decide, where the company wants four eyes. All of it is
    decided by records and the user who acts; no context and no field that a user can write changes it.

    A model that takes it up has ``company_id``, ``mail.thread`` and ``mail.activity.mixin``, adds its kind to
    ``ar.approval.rule``, and names its own facts besides those of this mixin. It calls
    ``_approval_request`` when it is submitted, ``_approval_check`` before a decision, and
    ``_approval_escalate`` from a daily job. Its form shows ``waits_for`` and ``one_person``, and hides its
    buttons by ``can_decide``.
    """

    _name = 'ar.approval.mixin'
    _description = "Approval"
    _inherit = ['ar.fact.mixin']
    _facts = frozenset({'approver_ids', 'asked_by', 'escalate_on', 'escalate_user_id'})
    # Who may decide changes while a document waits; who decided is said with the decision.
    _journal_goes_on = frozenset({'approver_ids', 'asked_by', 'escalate_on', 'escalate_user_id'})

    approver_ids = fields.Many2many(
        'res.users',
        string="Approvers",
        readonly=True,
        copy=False,
        help="Empty: anyone with the role may decide.",
    )
    asked_by = fields.Json(
        readonly=True, copy=False, help="Ids of the users who entered, changed or submitted the document."
    )
    escalate_on = fields.Date(readonly=True, copy=False)
    escalate_user_id = fields.Many2one('res.users', "Escalates to", readonly=True, copy=False)
    can_decide = fields.Boolean(compute='_compute_can_decide')
    waits_for = fields.Char(compute='_compute_waits_for', help="Who can decide on this today.")
    one_person = fields.Char(compute='_compute_one_person')

    @api.depends('approver_ids', 'asked_by')
    @api.depends_context('uid')
    def _compute_can_decide(self):
        for record in self:
            record.can_decide = self.env.user in record._approval_deciders()

    @api.depends('approver_ids', 'asked_by')
    @api.depends_context('lang')
    def _compute_waits_for(self):
        for record in self:
            record.waits_for = record._approval_waits_for()

    @api.depends('company_id')
    @api.depends_context('lang')
    def _compute_one_person(self):
        for record in self:
            record.one_person = record.company_id.sudo()._ar_one_person_text()

    # === What a document says of itself ===

    def _approval_kind(self):
        """Return ``kind`` of the approval matrix."""
        raise NotImplementedError

    def _approval_amount(self):
        """Return the amount that the matrix looks at, in company currency."""
        raise NotImplementedError

    def _approval_requesters(self):
        """Return the users who asked or gain, besides those of ``asked_by``: they do not decide either."""
        raise NotImplementedError

    def _approval_activity(self):
        """Return (xml id of the activity type, summary) for those who are to decide."""
        return SECOND, self.env._("Approve: %s", self.display_name)

    def _approval_grade(self):
        """Return the customer's grade, which the matrix may look at; none = any."""
        return self.grade_id if 'grade_id' in self._fields else self.env['ar.credit.grade']

    def _approval_fallback(self):
        """Hook: return who is notified if the matrix names no one; may be empty."""
        return self.env['res.users']

    # === Who asks ===

    @api.model
    def _facts_of_new(self, vals):
        user = self.env.user
        return {**super()._facts_of_new(vals), 'asked_by': False if user._is_superuser() else user.ids}

    def write(self, vals):
        result = super().write(vals)
        if not self._records_facts_now() and any(not self._stays_free(name) for name in vals):
            self._approval_note_asker()
        return result

    def _approval_note_asker(self):
        """Remember that the user has a part in what the documents ask for."""
        user = self.env.user
        if user._is_superuser():
            return
        for record in self.sudo():
            if user.id not in (record.asked_by or []):
                record._record_facts({'asked_by': [*(record.asked_by or []), user.id]})

    # === Asking ===

    def _approval_request(self):
        """The user asks: remember who does, find who decides and notify them."""
        self._approval_note_asker()
        self._approval_route()

    def _approval_route(self, notify=True):
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
                    'approver_ids': [fields.Command.set(line.with_context(active_test=False).user_ids.ids)],
                    'escalate_on': today + timedelta(days=line.escalate_days)
                    if line.escalate_days
                    else False,
                    'escalate_user_id': line.escalate_user_id.id if line.escalate_days else False,
                }
            )
            if notify:
                record._approval_notify(record._approval_addressees())

    def _approval_second_person(self):
        """Return whether the user acts on the document now; else those who may have been asked to.

        For documents without a state of waiting: from the amount of the matrix on, somebody named there who
        did not ask for it acts; where the matrix has no line, everybody who has the role.
        """
        self.ensure_one()
        self.check_access('write')
        if not self.env['ar.approval.rule']._find(
            self._approval_kind(), self.company_id, self._approval_amount(), self._approval_grade()
        ):
            return True
        self._approval_route(notify=False)
        self.sudo().activity_unlink([SECOND])
        if self.env.user in self._approval_deciders():
            return True
        self._approval_note_asker()
        self._approval_notify(self._approval_addressees())
        return False

    def _approval_asked(self):
        """Return the action that tells the user who was asked."""
        text = '\n'.join(f'{record.display_name}: {record._approval_waits_for()}' for record in self)
        reload = {'type': 'ir.actions.client', 'tag': 'soft_reload'}
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {'message': text, 'type': 'warning', 'sticky': True, 'next': reload},
        }

    def _approval_notify(self, users):
        for user in users:
            xmlid, summary = self.with_context(lang=user.lang)._approval_activity()
            self.activity_schedule(xmlid, user_id=user.id, summary=summary)

    def _approval_addressees(self):
        """Return who gets the request: all who are named, else one person of those who may decide."""
        deciders = self._approval_deciders()
        if self._approval_is_named():
            return deciders
        usual = self._approval_fallback() & deciders
        colleagues = deciders.filtered(lambda user: not user.has_group('base.group_system'))
        return usual or (colleagues or deciders)[:1]

    # === Who decides ===

    def _approval_is_named(self):
        """Return whether the matrix named people, were they to have left since."""
        return bool(self.sudo().with_context(active_test=False).approver_ids)

    def _approval_people(self):
        """Return who is named to decide today, delegates included; empty = anybody who has the role."""
        approvers = self.sudo().approver_ids.filtered('active')
        return approvers | self.env['ar.approval.delegation']._delegates(approvers)

    def _approval_barred(self):
        """Return who does not decide on this: those who asked for, changed or submitted it, or gain by it."""
        if not self.company_id.sudo().root_id.ar_four_eyes:
            return self.env['res.users']
        return self._approval_requesters() | self.env['res.users'].sudo().browse(self.sudo().asked_by or [])

    def _approval_deciders(self):
        """Return the users who may decide on this document today; empty = nobody may.

        Where the matrix names people, these and their delegates, and nobody else, were they to have left
        since. A delegate of somebody who is barred is no decider: the place that is given away is empty.
        """
        self.ensure_one()
        role, barred = self.env['ar.approval.rule']._role(self._approval_kind()), self._approval_barred()
        people = self.company_id._ar_tree()._ar_people(role)
        if self._approval_is_named():
            named = self.sudo().approver_ids.filtered('active') - barred
            people &= named | self.env['ar.approval.delegation']._delegates(named)
        return people - barred

    def _approval_waits_for(self):
        """Return the sentence that names who can decide, or whom to turn to where nobody can."""
        self.ensure_one()
        deciders = self._approval_deciders()
        if not deciders:
            return self.env._(
                "Nobody can decide on this: those who could are its requesters or have left. Ask a "
                "receivables manager to name someone else in the approval matrix."
            )
        first = self._approval_addressees() or deciders
        names = ', '.join(first[:3].mapped('name'))
        if len(deciders) > len(first[:3]):
            return self.env._("Waits for %(people)s, or a colleague with the same role.", people=names)
        return self.env._("Waits for %s.", names)

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
            if self.env.user in record._approval_barred():
                raise AccessError(
                    self.env._(
                        "You cannot decide on your own request: ask a colleague to decide on %(document)s. "
                        "%(waits_for)s",
                        document=record.display_name,
                        waits_for=record._approval_waits_for(),
                    )
                )
            people = record._approval_deciders()
            by_code = self.env.user._is_superuser() and not record._approval_is_named()
            if self.env.user not in people and not by_code:
                raise AccessError(
                    self.env._(
                        "Only %(people)s can decide on %(document)s.",
                        document=record.display_name,
                        people=', '.join(people.mapped('name')),
                    )
                    if people
                    else record._approval_waits_for()
                )

    def _approval_escalate(self, waiting):
        """Give documents of domain ``waiting`` that were not decided in time to the person in the matrix."""
        today = fields.Date.context_today(self)
        for record in self.sudo().search(
            [*waiting, ('escalate_on', '<', today), ('escalate_user_id', '!=', False)]
        ):
            user = record.escalate_user_id
            record._record_facts({'approver_ids': [fields.Command.link(user.id)], 'escalate_on': False})
            record._approval_notify(user & record._approval_deciders())
            record.message_post(body=self.env._("No decision in time: escalated to %s.", user.name))
