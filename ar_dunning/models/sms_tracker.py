from odoo import models


class SmsTracker(models.Model):
    _inherit = 'sms.tracker'

    def _update_sms_notifications(self, notification_status, failure_type=False, failure_reason=False):
        """The provider's answer decides whether a dunning letter was sent by SMS."""
        result = super()._update_sms_notifications(notification_status, failure_type, failure_reason)
        messages = self.mail_notification_id.mail_message_id
        if messages:
            deliveries = (
                self.env['ar.dunning.delivery']
                .sudo()
                .search([('mail_message_id', 'in', messages.ids), ('channel', '=', 'sms')])
            )
            deliveries._sms_answered(notification_status, failure_reason or self._failure_name(failure_type))
        return result

    def _failure_name(self, failure_type):
        names = dict(self.env['sms.sms']._fields['failure_type']._description_selection(self.env))
        return names.get(failure_type) or self.env._("The SMS was not delivered")
