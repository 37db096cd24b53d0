from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

APPROVE = 'ar_aging_provision.activity_approve'
STATES = [('draft', "Draft"), ('submitted', "To Approve"), ('posted', "Posted"), ('reversed', "Reversed")]


class ArBadDebtApprovalMixin(models.AbstractModel):
    """A write-off or recovery: booked by one person, from the amount of the approval matrix on by another.

    A model that takes it up has ``partner_id``, ``company_id``, ``amount`` and ``date``; its kind of the
    matrix is the last part of its name.
    """

    _name = 'ar.bad.debt.approval.mixin'
    _description = "Approval of Bad Debts"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'ar.approval.mixin']
    _facts = frozenset(['state', 'requested_by', 'requested_on', 'decided_by', 'decided_on', 'reversed_by'])
    _fixed_after = frozenset(['submitted', 'posted', 'reversed'])

    state = fields.Selection(STATES, default='draft', required=True, readonly=True, copy=False, tracking=True)
    requested_by = fields.Many2one('res.users', readonly=True, copy=False)
    requested_on = fields.Datetime(readonly=True, copy=False)
    decided_by = fields.Many2one('res.users', "Booked by", readonly=True, copy=False)
    decided_on = fields.Datetime("Booked on", readonly=True, copy=False)
    reversed_by = fields.Many2one('res.users', readonly=True, copy=False)

    def _may_book(self):
        """Return whether the user books now; else the document has been submitted.

        :raise AccessError: it waits for somebody else.
        """
        self.ensure_one()
        if self.state == 'submitted':
            self._approval_check()
            return True
        if self.env['ar.approval.rule']._find(
            self._approval_kind(), self.company_id, self._approval_amount(), self._approval_grade()
        ):
            self.sudo()._record_facts(
                {'state': 'submitted', 'requested_by': self.env.uid, 'requested_on': fields.Datetime.now()}
            )
            self._approval_request()
            return False
        return True

    def _record_booked(self, **facts):
        self.sudo()._record_facts(
            {
                'state': 'posted',
                'decided_by': self.env.uid,
                'decided_on': fields.Datetime.now(),
                **facts,
            }
        )
        self.sudo().activity_unlink([APPROVE])

    def action_back(self):
        """Send back what waits for approval."""
        for document in self.filtered(lambda document: document.state == 'submitted'):
            document.check_access('write')
            document.sudo()._record_facts({'state': 'draft'})
            document.sudo().activity_unlink([APPROVE])
        return True

    # === What the matrix asks ===

    def _approval_kind(self):
        return {'ar.write.off': 'write_off', 'ar.recovery': 'recovery'}[self._name]

    def _approval_amount(self):
        return self.amount

    def _approval_grade(self):
        account = (
            self.env['ar.credit.account']
            .sudo()
            .search(
                [
                    ('partner_id', '=', self.partner_id.commercial_partner_id.id),
                    ('company_id', '=', self.company_id.root_id.id),
                ],
                limit=1,
            )
        )
        return account.grade_id

    def _approval_requesters(self):
        return self.requested_by | self.create_uid

    def _approval_activity(self):
        return APPROVE, self.env._("Approve: %s", self.display_name)

    # === Dates ===

    def _day_of_reversal(self, date=None):
        """Return the day of a reversal: the document's, or today where a run was posted since."""
        day = fields.Date.to_date(date) or self.date
        if not date and self.company_id._provision_run_after(day):
            day = fields.Date.context_today(self)
        return day

    def _check_day(self, day, with_vat, journal):
        """Refuse a locked day, which Odoo would shift in silence, and one before a posted run."""
        self.company_id._check_allowance_date(day, self.display_name)
        locks = self.company_id._get_violated_lock_dates(day, with_vat, journal)
        if locks:
            raise UserError(
                self.env._(
                    "%(date)s is locked in %(company)s. %(locks)s",
                    date=format_date(self.env, day),
                    company=self.company_id.name,
                    locks=self.company_id._format_lock_dates(locks),
                )
            )
