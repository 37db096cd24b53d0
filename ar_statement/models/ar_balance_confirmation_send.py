from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

TEMPLATES = {
    'confirmation': 'ar_statement.mail_template_confirmation',
    'reminder': 'ar_statement.mail_template_confirmation_reminder',
}


class ArBalanceConfirmation(models.Model):
    """The letter on its way: numbered and frozen, mailed by the worker, and a reminder where none answers.

    It waits for an answer once it has left. Those who work here do not hold the link by which the customer
    answers: it is in the mail alone.
    """

    _inherit = 'ar.balance.confirmation'

    def action_send(self):
        """Number the letters, freeze them, and hand them to the worker, or leave them to be printed."""
        for confirmation in self:
            if confirmation.state not in ('draft', 'queued') or confirmation._under_way():
                raise UserError(self.env._("%s has already been sent.", confirmation.name))
            if not confirmation.line_ids:
                confirmation.action_fill()
            confirmation._check_recipient()
            if confirmation.state == 'draft':
                sequence = self.env['ir.sequence'].sudo().with_company(confirmation.company_id)
                name = sequence.next_by_code('ar.balance.confirmation') or confirmation.name
                confirmation._record_facts({'state': 'queued', 'name': name})
            by_mail = confirmation.channel == 'mail'
            if not by_mail:
                confirmation._note_sent(fields.Datetime.now())
            confirmation._deliver('confirmation', confirmation.recipient_id, 'mail' if by_mail else 'file')
        return True

    def _note_sent(self, moment):
        self._record_facts(
            {'state': 'sent', 'sent_on': moment, 'last_sent_on': fields.Date.context_today(self, moment)}
        )

    def _check_recipient(self):
        if self.channel == 'mail' and not self.recipient_id.email_normalized:
            raise UserError(
                self.env._(
                    "%s has no valid e-mail address. Enter one, choose another recipient, "
                    "or send the confirmation as a letter.",
                    self.recipient_id.display_name,
                )
            )

    def _letter(self):
        """Return the PDF of the letter; made once and kept, from when it is numbered."""
        if not self.letter_id:
            content = self.env['report.ar_statement.ar_balance_confirmation_report']._pdf(self)
            if self.state == 'draft':
                return content
            letter = self.env['ar.kept.document']._keep(self, f'{self.name}.pdf', content)
            self.sudo()._record_facts({'letter_id': letter.id})
        return self.env['ar.kept.document']._content(self.sudo().letter_id)

    # === Delivery ===

    def _delivery_template(self, purpose):
        return self.env.ref(TEMPLATES[purpose])

    def _delivery_link(self, delivery):
        return self._issue_link('answer', delivery.contact_id)

    def _delivery_page(self):
        return self.get_base_url() + self._link_paths['answer'] % self.id

    def _delivery_documents(self, delivery):
        self._letter()
        return self.sudo().letter_id

    def _delivery_obstacle(self, delivery):
        waits = ('queued', 'sent') if delivery.purpose == 'confirmation' else ('sent',)
        return self.state not in waits and self.env._("%s has been answered or withdrawn.", self.name)

    def _delivery_outcome(self, delivery):
        if delivery.channel == 'file':
            if delivery.state != 'sent':
                self._alert_not_sent(delivery.error)
        elif delivery.state == 'sent':
            self._on_mailed(delivery)
        else:
            if delivery.state == 'bounced' and delivery.purpose == 'confirmation' and self.state == 'sent':
                self._record_facts({'state': 'queued', 'sent_on': False, 'last_sent_on': False})
            self._alert_not_sent(delivery.error)

    def _on_mailed(self, delivery):
        moment = delivery.sent_on
        if self.state == 'queued':
            self._note_sent(moment)
        if delivery.purpose == 'reminder':
            day = fields.Date.context_today(self, moment)
            self._record_facts({'reminder_count': self.reminder_count + 1, 'last_sent_on': day})
        self.message_post(
            body=self.env._(
                "Mailed to %(contact)s (%(email)s) with a link that is valid for %(days)s days.",
                contact=delivery.contact_id.display_name,
                email=delivery.address,
                days=self.company_id.ar_link_days,
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

    # === Remind ===

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
