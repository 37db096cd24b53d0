from datetime import timedelta

from odoo import api, fields, models


class ArBalanceConfirmation(models.Model):
    """Who does not answer is reminded at an interval, and then handed to a person."""

    _inherit = 'ar.balance.confirmation'

    @api.model
    def _cron_remind(self):
        """Remind every customer whose confirmation waits longer than the company's interval."""
        todo = self._to_remind()
        self.env['ir.cron']._commit_progress(remaining=len(todo))
        for confirmation in todo:
            confirmation = confirmation.try_lock_for_update().filtered(lambda c: c in c._to_remind())
            if confirmation:
                confirmation._remind()
            if not self.env['ir.cron']._commit_progress(1):
                break

    @api.model
    def _to_remind(self):
        """Return the confirmations whose customer is to be asked again today."""
        today = fields.Date.context_today(self)
        found = self.browse()
        for company, confirmations in (
            self.search([('state', '=', 'sent'), ('handed_over', '=', False), ('last_sent_on', '!=', False)])
            .grouped('company_id')
            .items()
        ):
            last = today - timedelta(days=company.ar_reminder_days)
            found |= confirmations.filtered(lambda c, last=last: c.last_sent_on <= last)
        return found

    def _remind(self):
        """Mail a reminder; a letter, an address that fails, or one reminder too many, is for the responsible person."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        if (
            self.channel == 'mail'
            and self.recipient_id.email_normalized
            and self.reminder_count < self.company_id.ar_reminder_max
        ):
            self._mail('ar_reconciliation.mail_template_confirmation_reminder')
            self.write({'reminder_count': self.reminder_count + 1, 'last_sent_on': today})
            return
        self.handed_over = True
        self.activity_schedule(
            'ar_reconciliation.mail_activity_type_reminder',
            user_id=(self.user_id or self._owner()).id,
            summary=self.env._(
                "%(customer)s has not answered %(letter)s: call",
                customer=self.partner_id.name,
                letter=self.name,
            ),
        )

    def action_remind(self):
        """Remind now."""
        for confirmation in self.filtered(lambda c: c.state == 'sent'):
            confirmation._check_recipient()
            confirmation._mail('ar_reconciliation.mail_template_confirmation_reminder')
            confirmation.write(
                {
                    'reminder_count': confirmation.reminder_count + 1,
                    'last_sent_on': fields.Date.context_today(self),
                }
            )
        return True
