from odoo import fields, models
from odoo.fields import Domain


class ArDunningDelivery(models.Model):
    """The channels that only write to the database: paper, phone, portal, SMS."""

    _inherit = 'ar.dunning.delivery'

    # === Letter ===

    def _obstacle_letter(self):
        contact = self.contact_id
        if not contact.street or not (contact.city or contact.zip):
            return self.env._("The postal address of %s is not complete", contact.display_name)
        return False

    def _deliver_letter(self):
        """Render the letter into the company's open printing batch. It is sent once that is posted."""
        subject, body = self.notice_id._letter_words()
        self._keep_documents(self.notice_id._letter_documents(printed=True))
        self.write(
            {
                'state': 'waiting',
                'subject': subject,
                'body': body,
                'address': self.contact_id._display_address().replace('\n', ', '),
                'batch_id': self.env['ar.dunning.print.batch']._open_batch(self.company_id).id,
            }
        )

    # === Phone ===

    def _obstacle_phone(self):
        if not self._phone():
            return self.env._("%s has no phone number", self.contact_id.display_name)
        if not self._caller():
            return self.env._("There is no one to call: %s has no collector", self.partner_id.display_name)
        return False

    def _phone(self):
        return self.contact_id.phone or self.partner_id.phone

    def _caller(self):
        user = self.notice_id._letter_sender()
        return user if user.active and not user._is_superuser() else user.browse()

    def _deliver_phone(self):
        """Ask the collector to call, with the stage's script. The call counts once it is logged."""
        notice, caller = self.notice_id, self._caller()
        activity = notice.with_context(mail_activity_quick_update=True).activity_schedule(
            'mail.mail_activity_data_call',
            user_id=caller.id,
            date_deadline=fields.Date.context_today(self),
            summary=self.env._(
                "Call %(phone)s: %(amount)s overdue",
                phone=self._phone(),
                amount=notice.currency_id.format(notice.total),
            ),
            note=notice.stage_id.with_context(lang=caller.lang).call_script,
        )
        self.write({'state': 'waiting', 'address': self._phone(), 'activity_id': activity.id})

    # === Portal ===

    def _obstacle_portal(self):
        if not self._portal_users():
            return self.env._("No contact of %s has access to the portal", self.partner_id.display_name)
        return False

    def _portal_users(self):
        return (
            self.env['res.users']
            .sudo()
            .search(
                Domain('partner_id', 'child_of', self.partner_id.id)
                & Domain('share', '=', True)
                & Domain('active', '=', True)
            )
        )

    def _deliver_portal(self):
        """Put the letter on the customer's page."""
        subject, body = self.notice_id._letter_words()
        self._keep_documents(self.notice_id._letter_documents())
        message = self._post_message(subject, body, None)
        self.write(
            {
                'subject': subject,
                'body': body,
                'mail_message_id': message.id,
                'address': self.notice_id._letter_url(),
                'contact_id': self._portal_users()[:1].partner_id.id,
            }
        )
        self._delivered()

    # === SMS ===

    def _obstacle_sms(self):
        number = self._sms_number()
        if not number:
            return self.env._("%s has no phone number that takes an SMS", self.contact_id.display_name)
        if self.env['phone.blacklist'].sudo().search_count([('number', '=', number)], limit=1):
            return self.env._("%s is on the list of numbers to which nothing is sent", number)
        if not self.notice_id.stage_id.sms_text:
            return self.env._("Stage %s has no SMS text", self.notice_id.stage_id.name)
        return False

    def _sms_number(self):
        contact = self.contact_id if self.contact_id.phone else self.partner_id
        return contact._phone_format(fname='phone', country=contact.country_id or self.company_id.country_id)

    def _deliver_sms(self):
        """Give the text to Odoo's SMS queue, which sends it after this transaction; its answer decides.

        A mail goes out exactly once; how often an SMS does is up to Odoo's queue.
        """
        number, body = self._sms_number(), self.notice_id._sms_words()
        message = self.notice_id.with_context(mail_notify_author=False)._message_sms(
            body, partner_ids=[], sms_numbers=[number], put_in_queue=True
        )
        self.write({'state': 'waiting', 'address': number, 'body': body, 'mail_message_id': message.id})
        self.env.ref('sms.ir_cron_sms_scheduler_action').sudo()._trigger()

    def _sms_answered(self, status, text):
        """Take the provider's answer, ``status`` of a ``mail.notification``."""
        if status in ('exception', 'bounce'):
            sent = self.filtered(lambda delivery: delivery.state == 'sent')
            sent._bounced(text)
            (self - sent).filtered(lambda delivery: delivery.state == 'waiting')._not_delivered(text)
        elif status in ('process', 'pending', 'sent'):
            self.filtered(lambda delivery: delivery.state == 'waiting')._delivered()
