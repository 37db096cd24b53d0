from odoo import models

# What a mail server reports of a mail that is not lost.
HARMLESS = {'delayed', 'delivered', 'relayed', 'expanded'}


class MailThread(models.AbstractModel):
    _inherit = 'mail.thread'

    def _routing_handle_bounce(self, email_message, message_dict):
        """A document that came back did not reach the customer."""
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
            text = self.env._("The mail to %s came back", message_dict.get('bounced_email') or '')
            for queue in self.env['ar.delivery']._queues():
                queue.search([('message_id', 'in', list(messages or ()))])._bounced(text)
        return result
