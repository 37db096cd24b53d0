from odoo import models

# What a mail server reports of a mail that is not lost.
HARMLESS = {'delayed', 'delivered', 'relayed', 'expanded'}


class MailThread(models.AbstractModel):
    _inherit = 'mail.thread'

    def _routing_handle_bounce(self, email_message, message_dict):
        """A dunning letter that came back takes the next channel."""
        result = super()._routing_handle_bounce(email_message, message_dict)
        actions = {
            (part['Action'] or '').strip().lower()
            for report in email_message.walk()
            if report.get_content_type() == 'message/delivery-status'
            for part in report.walk()
        }
        if not HARMLESS & actions or 'failed' in actions:
            messages = message_dict.get('bounced_msg_ids') or message_dict['bounced_message'].mapped(
                'message_id'
            )
            deliveries = (
                self.env['ar.dunning.delivery'].sudo().search([('message_id', 'in', list(messages or ()))])
            )
            deliveries._bounced(
                self.env._("The mail to %s came back", message_dict.get('bounced_email') or '')
            )
        return result
