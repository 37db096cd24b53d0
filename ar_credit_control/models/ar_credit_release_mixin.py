import math
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..words import notification
from .ar_credit_question_mixin import HELD_ORDER, QUESTION
from odoo.addons.ar_base.rules.money import exact, exceeds


class ArCreditReleaseMixin(models.AbstractModel):
    """Who decides on a held order, for what amount, and how far a decision reaches.

    For ``ar.credit.decision``: its ``state``, and what it was judged for, are the decision's own.
    """

    _name = 'ar.credit.release.mixin'
    _description = "Release or Rejection of a Held Order"
    _inherit = ['ar.approval.mixin']
    _facts = frozenset(
        ['decided_by', 'decided_on', 'note', 'reason_id', 'amount', 'tolerance_pct', 'valid_until']
    )

    currency_id = fields.Many2one('res.currency')
    decided_by = fields.Many2one('res.users', readonly=True)
    decided_on = fields.Datetime(readonly=True)
    note = fields.Text("Decision Note", readonly=True)
    reason_id = fields.Many2one('ar.credit.reason', "Reason Code", readonly=True, ondelete='set null')
    amount = fields.Monetary(
        "Released Amount", readonly=True, help="The order may be confirmed up to this total."
    )
    tolerance_pct = fields.Float("Tolerance %", readonly=True)
    valid_until = fields.Date(readonly=True, help="The last day on which the release holds.")

    # === Approval ===

    def _approval_kind(self):
        return 'order'

    def _approval_amount(self):
        return self.order_amount

    def _approval_requesters(self):
        return self.salesperson_id | self.sudo().order_id.create_uid

    def _approval_activity(self):
        summary = self.env._("Order %s is waiting for credit", self.order_name)
        return HELD_ORDER, summary

    def _approval_notify(self, users):  # pylint: disable=missing-return
        # EXTENDS 'ar_base': who sells does not wait for the mails. Making them takes longer than the check.
        later = self.with_context(mail_activity_quick_update=True, default_ar_mail_due=True)
        super(ArCreditReleaseMixin, later)._approval_notify(users)
        if users - self.env.user:
            self.env.ref('ar_credit_control.ir_cron_mail_deciders').sudo()._trigger()

    @api.model
    def _cron_escalate(self):
        self._approval_escalate([('state', '=', 'hold')])

    def _route_again(self):
        """Find who decides on the order as it is judged now, and notify them; others decide no more."""
        for decision in self:
            decision.activity_unlink([HELD_ORDER])
            decision._approval_route()
            decision.message_post(
                body=self.env._(
                    "The order asks for more than before (%s): it was routed for approval again.",
                    decision.currency_id.format(decision.order_amount),
                )
            )

    # === Deciding ===

    def _check_may_decide(self):
        if closed := self.filtered(lambda d: d.state != 'hold'):
            names = ', '.join(closed.mapped('order_name'))
            raise UserError(self.env._("Already decided: %s. Refresh the list.", names))
        self._approval_check()

    def _may_decide(self):
        try:
            self._check_may_decide()
        except AccessError:
            return False
        return True

    def _check_note(self, note, missing):
        if not (note or '').strip():
            raise UserError(missing)

    def _check_reason(self, use, reason):
        """Return the reason code, given as record or id.

        :raise UserError: there is none, and the company's list has some to choose from; or it is for another
            decision.
        """
        reason = self.env['ar.credit.reason'].browse(getattr(reason, 'id', reason) or []).exists()
        if reason and reason.use != use:
            raise UserError(self.env._("The reason code \"%s\" is for another decision.", reason.name))
        return reason

    def _release_bounds(self, valid_until=None, tolerance_pct=None):
        """Return (last day, tolerance) of a release within what the company allows.

        :raise UserError: they are beyond it, and says what is allowed.
        """
        self.ensure_one()
        company, today = self.company_id.sudo(), fields.Date.context_today(self)
        most, last = company.ar_release_max_tolerance, today + timedelta(days=company.ar_release_max_days)
        if tolerance_pct is None:
            tolerance_pct = min(company.ar_release_tolerance, most)
        until = fields.Date.to_date(valid_until)
        until = until or min(today + timedelta(days=company.ar_honour_days), last)
        if not math.isfinite(tolerance_pct) or not 0 <= tolerance_pct <= most:
            raise UserError(
                self.env._(
                    "%(order)s: a released order may grow by %(max)g %% at most, not by %(asked)g %%. The "
                    "limit is set in the settings of credit control.",
                    order=self.order_name,
                    max=most,
                    asked=tolerance_pct,
                )
            )
        if not today <= until <= last:
            raise UserError(
                self.env._(
                    "%(order)s: a release holds from today up to %(last)s, not until %(asked)s. The longest "
                    "release is set in the settings of credit control.",
                    order=self.order_name,
                    last=format_date(self.env, last),
                    asked=format_date(self.env, until),
                )
            )
        return until, tolerance_pct

    def _decide(self, state, note, **values):
        self._record_facts(
            {
                'state': state,
                'decided_by': self.env.uid,
                'decided_on': fields.Datetime.now(),
                'note': note,
                'recheck': False,
                'dialogue': False,
                **values,
            }
        )

    def action_release(self, note=None, valid_until=None, tolerance_pct=None, confirm=True, reason=None):
        """Release the orders for the amount that they are judged for, and confirm them in the same step.

        Each is judged again first. One that grew, or whose customer, terms or grade got worse, is routed for
        what it asks now; where that is for somebody else to decide, it stays on hold and is named.

        :param note: why; required.
        :param valid_until: last day of the release; default: today and the company's honour days.
        :param tolerance_pct: by how much the order may still grow; default: the company's.
        :param reason: reason code for releases.
        :return: True, or a notification naming the orders that are not released or not confirmed.
        :raise UserError: tolerance or last day are beyond what the company allows.
        """
        self._check_may_decide()
        self._check_note(note, self.env._("Enter why you release the order."))
        reason, user, problems = self._check_reason('release', reason), self.env.user.name, []
        for decision in self.sudo():
            if not decision.order_id:
                raise UserError(self.env._("The quotation %s was deleted.", decision.order_name))
            until, tolerance = decision._release_bounds(valid_until, tolerance_pct)
            decision._refresh()
            if not decision.sudo(False)._may_decide():
                problems.append(decision._not_yours())
                continue
            decision._decide(
                'released',
                note,
                reason_id=reason.id,
                amount=decision.order_amount,
                tolerance_pct=tolerance,
                valid_until=until,
            )
            decision._notify_seller(
                self.env._("Released from credit hold by %(user)s: %(note)s", user=user, note=note)
            )
            if problem := confirm and decision._confirm_order():
                problems.append(problem)
        if not problems:
            return True
        close = {'type': 'ir.actions.act_window_close'}
        return notification(self.env._("Not all is done"), ' '.join(problems), True, close)

    def _not_yours(self):
        people = self._approval_people() or self._approval_fallback()
        return self.env._(
            "%(order)s asks for %(amount)s by now: %(people)s decides, and has been notified.",
            order=self.order_name,
            amount=self.currency_id.format(self.order_amount),
            people=', '.join(people.mapped('name')) or self.env._("a credit controller"),
        )

    def action_reject(self, note=None, reason=None):
        """Refuse the orders; they stay quotations. The salesperson is notified of the reason."""
        self._check_may_decide()
        self._check_note(note, self.env._("Enter why you reject the order."))
        reason = self._check_reason('reject', reason)
        for decision in self.sudo():
            decision._decide('rejected', note, reason_id=reason.id)
            text = self.env._("Credit rejected by %(user)s: %(note)s", user=self.env.user.name, note=note)
            decision._notify_seller(text)
        return True

    def _notify_seller(self, text):
        self.activity_unlink([HELD_ORDER])
        self.order_id.activity_unlink([QUESTION])
        self.message_post(body=text)
        self.order_id.message_post(body=text, partner_ids=self.salesperson_id.partner_id.ids)

    def _close(self, state):
        """Close waiting decisions that need no decision any more."""
        self._record_facts(
            {'state': state, 'decided_on': fields.Datetime.now(), 'recheck': False, 'dialogue': False}
        )
        self.activity_unlink([HELD_ORDER])
        self.order_id.activity_unlink([QUESTION])

    # === What a release lets pass ===

    def _confirm_order(self):
        """Confirm the order the way it was stopped; return why that failed, or False. A release stands."""
        order = self.order_id
        if order.state not in ('draft', 'sent'):
            return False
        if self.origin != 'seller':
            order = order.with_context(send_email=True)
        try:
            with self.env.cr.savepoint():
                order.action_confirm()
        except UserError as error:
            return self.env._("%(order)s: %(error)s", order=order.name, error=str(error))
        return False

    def _covers(self, account):
        """Tell whether this release lets its order pass as it stands today.

        It does up to the released amount and tolerance and to its last day, for the same customer, on terms
        no longer than judged, unless the grade got worse or the customer was put on hold since.
        """
        self.ensure_one()
        bound = exact(self.amount) * (1 + exact(self.tolerance_pct) / 100)
        return (
            account == self.credit_account_id
            and fields.Date.context_today(self) <= self.valid_until
            and not exceeds(self.order_id._credit_value(), bound, self.currency_id.rounding)
            and self.order_id._credit_days() <= self.credit_days
            and not self._is_worse_grade(account.grade_id)
            and not any(hold.placed_on > self.decided_on for hold in account.hold_ids.filtered('active'))
        )

    def _is_worse_grade(self, grade):
        """Tell whether the grade is worse than the one that the order was judged with."""
        if not self.grade_id:
            return bool(grade) and not grade.limit_factor
        return bool(grade) and grade.sequence > self.grade_id.sequence
