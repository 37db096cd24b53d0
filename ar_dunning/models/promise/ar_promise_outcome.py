from datetime import timedelta

from odoo import api, fields, models

from ...rules.promise import promise_state


class ArPromise(models.Model):
    """What becomes of promises: found from receipts, by the cron and on reconciliation."""

    _inherit = 'ar.promise'

    def _take_outcomes(self, outcomes, today):
        """Write what the rules found; what follows from a change of state happens once, with the change."""
        for promise in self:
            outcome = outcomes[promise._name, promise.id]
            state = promise_state(outcome)
            if state == promise.state or (state == 'open' and promise._has_successor()):
                if promise.state == 'open':
                    promise._take_received(outcome)
                continue
            promise._take_received(outcome)
            previous = promise.state
            promise.write({'state': state, 'closed_on': self._closing_day(outcome, state, today)})
            promise.flush_recordset()  # of two workers the second fails here and is replayed, before anybody is told
            promise._on_decided(previous)

    @api.model
    def _closing_day(self, outcome, state, today):
        """Return the day from which it counts: of the last receipt, or the day after the date that was missed."""
        return {'open': False, 'kept': outcome.met_on, 'cancelled': today}.get(
            state, outcome.missed_on and outcome.missed_on + timedelta(days=1)
        )

    def _on_decided(self, previous):
        """What follows: a broken promise goes to the collector and, where the company wants it, puts the customer on hold."""
        self = self.company_id._with_internal_lang(self)  # noqa: PLW0642
        figures = {
            'customer': self.partner_id.display_name,
            'received': self.currency_id.format(self.received),
            'amount': self.currency_id.format(self.amount),
            'promise': self.name,
        }
        if self.state in ('broken', 'partly'):
            self._alert(
                self.env._("Promise not kept: %s", self.partner_id.display_name),
                self.env._("%(promise)s: %(received)s of %(amount)s came. Call the customer.", **figures),
            )
        else:
            self._settle_alert(self.env._("%(received)s of %(amount)s came.", **figures))
        if self.state == 'cancelled':
            self.cancel_reason = self.env._("Credit notes left nothing to pay.")
        if self.state == 'broken' and self.company_id.ar_promise_hold and not self.hold_id.active:
            self.hold_id = self.env['ar.hold'].create(
                {
                    'credit_account_id': self.credit_account_id.id,
                    'source': 'automatic',
                    'reason': self.env._("%(promise)s broken: %(received)s of %(amount)s came.", **figures),
                }
            )
        elif self.state in ('kept', 'open') and previous == 'broken':
            self._lift_hold(
                self.env._("%(promise)s was kept after all: the receipt was booked late.", **figures)
            )

    def _lift_hold(self, reason):
        for hold in self.hold_id.filtered('active'):
            hold.lift_reason = reason
            hold.action_lift()

    @api.model
    def _lift_paid_holds(self, accounts):
        """Lift the holds that broken promises placed, once nothing is open of the items they covered."""
        for promise in self.search(
            [('credit_account_id', 'in', accounts.ids), ('hold_id.active', '=', True)]
        ):
            if not any(promise.item_ids.mapped('residual')):
                promise._lift_hold(self.env._("What %s covered is settled.", promise.name))

    @api.model
    def _cron_follow(self):
        """Once a day, and after a match was undone, find what became of promises and agreements, customer by customer."""
        Account = self.env['ar.credit.account'].with_context(active_test=False)
        today = fields.Date.context_today(self)
        domain = Account._to_follow_domain(today)
        todo = Account.search(domain, limit=500, order='id')
        self.env['ir.cron']._commit_progress(remaining=Account.search_count(domain))
        for start in range(0, len(todo), 50):
            accounts = (
                todo[start : start + 50].try_lock_for_update(allow_referencing=True).filtered_domain(domain)
            )
            accounts._follow_commitments(today)
            accounts.write({'commitments_followed_on': today, 'commitments_recheck': False})
            if not self.env['ir.cron']._commit_progress(len(todo[start : start + 50])):
                break
