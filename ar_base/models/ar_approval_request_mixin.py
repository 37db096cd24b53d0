from odoo import fields, models
from odoo.exceptions import UserError


class ArApprovalRequestMixin(models.AbstractModel):
    """A document that is drafted, submitted, and approved or rejected by a second person.

    A model that takes it up has ``state`` with ``draft``, ``submitted``, ``approved`` and ``rejected``,
    besides what ``ar.approval.mixin`` asks for.
    """

    _name = 'ar.approval.request.mixin'
    _description = "Request for Approval"
    _inherit = ['ar.approval.mixin']
    _facts = frozenset(('state', 'requested_by', 'requested_on', 'decided_by', 'decided_on', 'decision_note'))

    requested_by = fields.Many2one('res.users', readonly=True, default=lambda self: self.env.user, copy=False)
    requested_on = fields.Datetime(readonly=True, copy=False)
    decided_by = fields.Many2one('res.users', readonly=True, copy=False)
    decided_on = fields.Datetime(readonly=True, copy=False)
    decision_note = fields.Text(readonly=True, copy=False)

    def _facts_at_submit(self):
        """Hook: return further facts that are recorded when the document is submitted."""
        return {}

    def _on_approval(self):
        """Hook: the documents were approved; called as superuser."""

    def _only(self, *states):
        if any(record.state not in states for record in self):
            raise UserError(
                self.env._("%s: already dealt with. Reload the page.", ', '.join(self.mapped('display_name')))
            )

    def action_submit(self):
        """Ask for the decision: the people whom the approval matrix names are notified."""
        self.check_access('write')
        self._only('draft')
        for record in self.sudo():
            record._record_facts(
                {
                    **record._facts_at_submit(),
                    'state': 'submitted',
                    'requested_by': self.env.uid,
                    'requested_on': fields.Datetime.now(),
                }
            )
            record._approval_request()
        return True

    def action_approve(self, note=None):
        """Approve the documents.

        :raise AccessError: the matrix names others, or the user has a part in the request.
        """
        self._decide('approved', note)
        self.sudo()._on_approval()
        return True

    def action_reject(self, note=None):
        """Turn the documents down; nothing of the customer's credit changes."""
        self._decide('rejected', note)
        return True

    def _decide(self, state, note):
        self._only('submitted')
        self._approval_check()
        records = self.sudo()
        records._record_facts(
            {
                'state': state,
                'decided_by': self.env.uid,
                'decided_on': fields.Datetime.now(),
                'decision_note': note,
            }
        )
        records._close_activities()

    def _close_activities(self):
        for record in self:
            record.activity_unlink([record._approval_activity()[0]])
