from odoo import models


class ArDeliveryDocumentMixin(models.AbstractModel):
    """A document that goes to its customer by ``ar.delivery``: once, and it reads sent only if it left.

    A model that takes it up has ``company_id``, ``mail.thread`` and the link that its mails carry.
    """

    _name = 'ar.delivery.document.mixin'
    _description = "Document that is Delivered"
    _inherit = ['ar.portal.link.mixin']

    # === Hooks ===

    def _delivery_template(self, purpose):
        """Hook: return the mail template of the purpose."""
        raise NotImplementedError

    def _delivery_link(self, delivery):
        """Hook: return the address of a new link for the customer."""
        raise NotImplementedError

    def _delivery_page(self):
        """Hook: return the address of the page for a customer who logs in."""
        raise NotImplementedError

    def _delivery_documents(self, delivery):
        """Hook: make and keep what is sent, and return it as attachments (superuser)."""
        raise NotImplementedError

    def _delivery_obstacle(self, delivery):
        """Hook: return why it is not to be sent any more, or False."""
        return False

    def _delivery_outcome(self, delivery):
        """Hook: ``delivery`` was sent, failed, bounced, or is unknown: take it over."""

    def _delivery_check_access(self):
        """Hook: check that the user may decide about what was sent."""
        self.check_access('write')

    # === Sending ===

    def _deliver(self, purpose, contact, channel='mail'):
        """Queue the documents for the worker, and return the deliveries (superuser).

        Sending again what is unknown is a person's decision: the unknown one is closed.

        :raise UniqueViolation: one of them is under way.
        """
        Delivery = self.env['ar.delivery'].sudo()
        before = Delivery._of(self)
        unknown = before.filtered(lambda delivery: delivery.state == 'unknown')
        unknown._record_facts({'state': 'cancelled', 'error': self.env._("Sent again.")})
        unknown.flush_recordset()
        asked_before = set(before.mapped('res_id'))
        deliveries = Delivery._create_with_facts(
            [
                {
                    'res_model': document._name,
                    'res_id': document.id,
                    'company_id': document.company_id.id,
                    'purpose': purpose,
                    'contact_id': contact(document).id if callable(contact) else contact.id,
                    'channel': channel,
                    'is_forced': document.id in asked_before,
                }
                for document in self
            ]
        )
        Delivery._wake()
        return deliveries

    def _under_way(self):
        """Return the deliveries that are queued or being sent (superuser)."""
        return (
            self.env['ar.delivery']
            ._of(self)
            .filtered(lambda delivery: delivery.state in ('queued', 'sending'))
        )

    def _delivery_mail(self, delivery):
        """Return the mail of the template, in the customer's language; see ``_prepare_mail``.

        What is kept leads to the same page, but only those who log in: the customer's own link is in the
        mail and nowhere else.
        """
        self.ensure_one()
        template = self._delivery_template(delivery.purpose).sudo()

        def render(name, link=None):
            options = {'post_process': True} if name == 'body_html' else {}
            linked = template.with_context(link=link)
            return linked._render_field(name, self.ids, compute_lang=True, options=options)[self.id]

        email_from = render('email_from') or self.company_id.email_formatted
        reply_to = template.reply_to and render('reply_to')
        return {
            'email_from': email_from,
            'reply_to': reply_to or self._notify_get_reply_to(default=email_from)[self.id],
            'subject': render('subject'),
            'body': render('body_html', self._delivery_link(delivery)),
            'kept': render('body_html', self._delivery_page()),
            'documents': self._delivery_documents(delivery),
        }
