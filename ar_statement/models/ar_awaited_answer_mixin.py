from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class ArAwaitedAnswerMixin(models.AbstractModel):
    """A letter that waits for the customer's answer: who does not answer is reminded, then called.

    A model that takes it up has ``state`` (``sent`` while it waits), ``channel``, ``partner_id``,
    ``recipient_id``, ``user_id`` and ``_owner``, and is delivered by ``ar.delivery`` with the purpose
    ``reminder``. Interval and number of the reminders are the company's.
    """

    _name = 'ar.awaited.answer.mixin'
    _description = "Letter that Waits for an Answer"
    _inherit = ['ar.customer.reply.mixin', 'ar.job.mixin']
    _facts = frozenset(['sent_on', 'last_sent_on', 'reminder_count', 'needs_call'])

    sent_on = fields.Datetime(readonly=True, copy=False)
    last_sent_on = fields.Date("Last Asked", readonly=True, copy=False)
    reminder_count = fields.Integer("Reminders", readonly=True, copy=False)
    needs_call = fields.Boolean("To Be Called", readonly=True, copy=False)

    def _check_recipient(self):
        if self.channel == 'mail' and not self.recipient_id.email_normalized:
            raise UserError(
                self.env._(
                    "%s has no valid e-mail address. Enter one, choose another recipient, "
                    "or send the confirmation as a letter.",
                    self.recipient_id.display_name,
                )
            )

    def _alert_not_sent(self, text):
        """Give the letter, with what is in the way, to the responsible person."""
        self.activity_schedule(
            'mail.mail_activity_data_todo',
            user_id=(self.user_id or self.env.user).id,
            summary=self.env._("The confirmation could not be sent"),
            note=text,
        )

    @api.model
    def _cron_remind(self):
        """Remind every customer whose confirmation waits longer than the company's interval."""
        self._work_on(
            self._to_remind(),
            lambda confirmation: confirmation._remind(),
            still=lambda waiting: waiting.try_lock_for_update().filtered(lambda one: one._is_to_remind()),
        )

    @api.model
    def _job_failed(self, record, error):
        record._alert_not_sent(str(error))
        return None if isinstance(error, UserError) else super()._job_failed(record, error)

    @api.model
    def _to_remind(self):
        """Return the confirmations whose customer is to be asked again today."""
        waiting = self.search([('state', '=', 'sent'), ('needs_call', '=', False)])
        return waiting.filtered(lambda confirmation: confirmation._is_to_remind())

    def _is_to_remind(self):
        asked, days = self.last_sent_on, timedelta(days=self.company_id.ar_reminder_days)
        due = bool(asked) and asked + days <= fields.Date.context_today(self)
        return self.state == 'sent' and not self.needs_call and due and not self._under_way()

    def _remind(self):
        """Mail a reminder; without an address, or after the last one, the responsible person is to call."""
        self.ensure_one()
        if (
            self.channel == 'mail'
            and self.recipient_id.email_normalized
            and self.reminder_count < self.company_id.ar_reminder_max
        ):
            self.action_remind()
            return
        self._record_facts({'needs_call': True})
        self.activity_schedule(
            'ar_statement.mail_activity_type_reminder',
            user_id=(self.user_id or self._owner()).id,
            summary=self.env._(
                "%(customer)s has not answered %(letter)s: call",
                customer=self.partner_id.name,
                letter=self.name,
            ),
        )

    def action_remind(self):
        """Remind now; the reminder counts once it has left."""
        for confirmation in self.filtered(lambda c: c.state == 'sent' and not c._under_way()):
            confirmation._check_recipient()
            confirmation._deliver('reminder', confirmation.recipient_id)
        return True
