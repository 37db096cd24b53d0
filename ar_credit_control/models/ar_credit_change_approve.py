from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..rules import limits
from .ar_credit_change import APPROVED, ASKED, PARTS, TICKS

ANY_AMOUNT = float(limits.HIGHEST)


class ArCreditChange(models.Model):
    """Asking for a change, deciding on it, and applying it."""

    _inherit = 'ar.credit.change'

    @api.constrains('state', *ASKED)
    def _check_complete(self):
        for change in self.filtered(lambda c: c.state in ('submitted', 'approved')):
            if not any(change[tick] for tick in TICKS):
                raise ValidationError(self.env._("Tick what changes: the limit, the grade, the terms."))
            if not (change.reason or '').strip():
                name = change.partner_id.display_name
                raise ValidationError(self.env._("Enter why the credit of %s changes.", name))
            if change.change_temp and change.temp_limit and not change.temp_until:
                name = change.partner_id.display_name
                raise ValidationError(self.env._("Enter until when the temporary limit of %s counts.", name))

    # === Approval ===

    def _approval_kind(self):
        other = any(self[tick] for tick in TICKS - {'order_id'})
        return 'remainder' if self.order_id and not other else 'change'

    def _approval_amount(self):
        """Return the highest limit that counts once this is applied; unlimited is above every amount.

        Of the remaining credit of an order: the order's total.
        """
        account, amounts = self.credit_account_id.sudo(), []
        if self._approval_kind() == 'remainder':
            return float(self.sudo().order_id._credit_value())
        decided = not self.new_withdrawn if self.change_limit else account.limit_decided
        group = self.new_group_id if self.change_group else account.group_id
        if decided and (self.new_unlimited if self.change_limit else account.is_unlimited):
            return ANY_AMOUNT
        if decided:
            amounts.append(self.new_limit if self.change_limit else account.credit_limit)
        if group and (self.change_group or not decided):
            amounts.append(self.new_group_limit if self.change_group else group.credit_limit)
        if not decided and not group and (self.change_limit or self.change_group):
            company = account.company_id
            if company.ar_default_limit_policy != 'amount':
                return ANY_AMOUNT
            amounts.append(company.ar_default_limit)
        if self.change_temp:
            amounts.append(self.temp_limit)
        return max(amounts, default=0.0)

    def _approval_requesters(self):
        """The customer's salesperson gains by it."""
        return self.requested_by | self.sudo().partner_id.user_id | self.sudo().order_id.user_id

    def _approval_activity(self):
        return 'ar_credit_control.mail_activity_type_change', self.env._("Approve: %s", self.summary)

    def _only(self, *states):
        if any(change.state not in states for change in self):
            raise UserError(self.env._("This change has already been dealt with. Reload the page."))

    def action_submit(self):
        """Ask for the change: the people whom the approval matrix names are notified."""
        self.check_access('write')
        self._only('draft')
        for change in self.sudo():
            change._record_facts(
                {
                    **self._facts_before(change.credit_account_id),
                    'state': 'submitted',
                    'requested_by': self.env.uid,
                    'requested_on': fields.Datetime.now(),
                }
            )
            change._approval_request()
        return True

    def action_approve(self, note=None):
        """Approve the changes; what takes effect today is applied at once.

        :raise AccessError: the matrix names others, or the user asked for it.
        """
        self._decide('approved', note)
        today = fields.Date.context_today(self)
        self.filtered(lambda change: not change.apply_on or change.apply_on <= today).sudo()._apply()
        return True

    def action_reject(self, note=None):
        """Turn the changes down; nothing of the account changes."""
        self._decide('rejected', note)
        return True

    def _decide(self, state, note):
        self._only('submitted')
        self._approval_check()
        self.sudo()._record_facts(
            {
                'state': state,
                'decided_by': self.env.uid,
                'decided_on': fields.Datetime.now(),
                'decision_note': note,
            }
        )
        self.sudo()._close_activities()

    def action_cancel(self):
        """Take back what is not applied yet."""
        self.check_access('write')
        self._only('draft', 'submitted', 'approved')
        self.sudo()._record_facts({'state': 'cancelled'})
        self.sudo()._close_activities()
        return True

    def action_apply(self):
        """Apply approved changes now, before their day: only who may decide does so.

        :raise AccessError: the user may not decide on this change.
        """
        self._only('approved')
        self._approval_check()
        self.sudo()._apply()
        return True

    def _close_activities(self):
        self.activity_unlink(['ar_credit_control.mail_activity_type_change'])

    def _apply(self):
        for change in self:
            account = change.credit_account_id
            change._record_facts(
                {**self._facts_before(account), 'state': 'applied', 'applied_on': fields.Datetime.now()}
            )
            account.with_context(credit_change=APPROVED).write(change._account_values())
            if change.change_group and change.new_group_id:
                group = change.new_group_id.with_context(credit_change=APPROVED)
                group.credit_limit = change.new_group_limit
            if change.change_terms and change.new_payment_term_id:
                change._write_payment_term()
            if change.order_id:
                change._release_remainder()
            account.message_post(body=change.summary, subtype_xmlid='mail.mt_note')

    def _release_remainder(self):
        order = self.order_id
        order.credit_remainder_released = True
        order.message_post(body=self.env._("Remaining credit released: what is open will not ship."))
        self.credit_account_id._credit_queue_recheck()

    def _write_payment_term(self):
        for company in self.company_id._ar_tree():
            self.partner_id.with_company(company).property_payment_term_id = self.new_payment_term_id

    def _account_values(self):
        """Return what is written on the account."""
        values = {
            part.field: self._fields[part.after].convert_to_write(self[part.after], self)
            for part in PARTS
            if part.after and self[part.tick]
        }
        if self.change_limit and self.new_withdrawn:
            values |= {
                'credit_limit': 0.0,
                'is_unlimited': False,
                'limit_decided': False,
                'limit_valid_until': False,
            }
        return {**values, 'terms_decided': True} if self.change_terms else values

    @api.model
    def _record_direct(self, account, before, reason=None):
        """Leave an applied change for what somebody entered in the file directly.

        :param before: what ``ar.credit.account._credit_kept`` returned then.
        :param reason: why, as it was given.
        """
        after = account._credit_kept()
        changed = {part.tick for part in PARTS if after[part.before] != before[part.before]}
        if not changed:
            return
        now = fields.Datetime.now()
        values = {part.after: after[part.before] for part in PARTS if part.after}
        values |= {'new_withdrawn': not after['old_decided'], 'reason': reason}
        values |= {'new_group_limit': account.sudo().group_id.credit_limit, 'new_payment_term_id': False}
        facts = {
            **before,
            **values,
            **{tick: tick in changed and values.get(tick, True) for tick in TICKS},
            'credit_account_id': account.id,
            'origin': 'direct',
            'state': 'applied',
            'requested_by': self.env.uid,
            'requested_on': now,
            'decided_by': self.env.uid,
            'decided_on': now,
            'applied_on': now,
        }
        self.sudo()._create_with_facts([facts])

    @api.model
    def _cron_changes(self):
        """Apply approved changes whose day has come, and escalate overdue decisions."""
        self.sudo().search(
            [('state', '=', 'approved'), ('apply_on', '<=', fields.Date.context_today(self))]
        )._apply()
        self._approval_escalate([('state', '=', 'submitted')])
