import psycopg2

from odoo import api, fields, models
from odoo.tools import email_normalize, format_date
from odoo.tools.mail import formataddr, generate_tracking_message_id

from ..mail import smtp
from ..mail.smtp import Answer, Refused
from .ar_delivery_worker_mixin import MAX_ATTEMPTS


class ArDeliveryMixin(models.AbstractModel):
    """A document that goes to a customer by mail, exactly once: what was sent, to whom, what became of it.

    Up to the final dot of a mail everything is certain: the server has not taken it. Before the dot
    ``sending`` is committed, after the answer its outcome. A worker that dies between the two leaves
    ``sending``, which becomes ``unknown``: it is shown, and not sent again by itself.
    """

    _name = 'ar.delivery.mixin'
    _description = "Delivery"
    _inherit = ['ar.delivery.worker.mixin']

    contact_id = fields.Many2one('res.partner', "To", readonly=True)
    address = fields.Char("Address or Number", readonly=True)
    address_key = fields.Char(compute='_compute_address_key', store=True, index='btree_not_null')
    email_from = fields.Char("From", readonly=True)
    reply_to = fields.Char(readonly=True)
    subject = fields.Char(readonly=True)
    body = fields.Html(readonly=True, sanitize=False, help="The words as they were sent.")
    message_id = fields.Char("Message-ID", readonly=True, index='btree_not_null')
    mail_message_id = fields.Many2one(
        'mail.message', readonly=True, index='btree_not_null', ondelete='set null'
    )
    attachment_ids = fields.Many2many('ir.attachment', string="Documents", readonly=True)
    is_forced = fields.Boolean(
        "Requested by Hand", readonly=True, help="It was requested despite an earlier bounce."
    )

    @api.depends('address')
    def _compute_address_key(self):
        """Keep the normalised address, by which an earlier bounce is found."""
        for delivery in self:
            delivery.address_key = email_normalize(delivery.address or '')

    # === Hooks ===

    def _prepare_mail(self):
        """Hook: return the mail: ``email_from``, ``reply_to``, ``subject``, ``body``, ``kept`` (the body
        without the customer's link) and ``documents`` [(file name, bytes)]."""
        raise NotImplementedError

    def _document(self):
        """Hook: return the record that is sent: the message is logged on it, replies come to it."""
        raise NotImplementedError

    # === Mail ===

    def _mail(self, pool):
        """Send the mail by a connection of the pool, and commit its outcome.

        :raise Outage: nothing was tried.
        """
        servers = self._mail_servers()
        mail = self._prepare_mail()
        if not email_normalize(mail['email_from'] or ''):
            return self._put_off(
                self.env._("There is no sender address: enter the e-mail address of %s", self.company_id.name)
            )
        connection = pool.connect(servers, mail['email_from'])
        message = self._build_mail(servers, **mail)
        try:
            connection.offer(servers, message)
        except Refused as refusal:
            return self._refused(refusal.answer)
        except OSError as error:
            connection.close()
            return self._refused(Answer(0, str(error)))
        self._note_sending()
        self._commit()
        return self._answered(connection.complete())

    def _obstacle_email(self):
        """Return why no mail can reach the customer, or False."""
        contact, address = self.contact_id, email_normalize(self.contact_id.email or '')
        if not contact.email:
            return self.env._("%s has no e-mail address", contact.display_name)
        if not address:
            return self.env._(
                "The e-mail address %(address)s of %(contact)s is not valid",
                address=contact.email,
                contact=contact.display_name,
            )
        if self.env['mail.blacklist'].sudo().search_count([('email', '=', address)], limit=1):
            return self.env._("%s is on the e-mail blacklist", address)
        last = self.search(
            [
                ('address_key', '=', address),
                ('state', 'in', ('sent', 'bounced')),
                ('id', '!=', self._origin.id),
            ],
            order='id desc',
            limit=1,
        )
        if last.state == 'bounced' and not self.is_forced:
            return self.env._(
                "Mails to %(address)s came back on %(date)s",
                address=address,
                date=format_date(self.env, last.write_date),
            )
        return False

    def _mail_servers(self):
        domain = self.company_id.alias_domain_id
        return (
            self.env['ir.mail_server']
            .sudo()
            .with_context(
                domain_notifications_email=domain.default_from_email,
                domain_bounce_address=domain.bounce_email,
            )
        )

    def _build_mail(self, servers, email_from, reply_to, subject, body, kept, documents):
        """Keep exactly what is sent, and return it for the wire. Its Message-ID stays the same.

        Only the customer's link, a new one with each mail, is not kept.
        """
        record = self._document()
        self._keep_documents(documents)
        thread = f'{record.id}-{record._name}'
        self._record_facts(
            {
                'email_from': email_from,
                'reply_to': reply_to,
                'subject': subject,
                'body': kept,
                'address': self.contact_id.email,
                'message_id': self.message_id or generate_tracking_message_id(thread),
            }
        )
        bounce = self.company_id.alias_domain_id.bounce_email or self.company_id.bounce_email
        return smtp.build(
            servers,
            email_from=self.email_from,
            reply_to=self.reply_to,
            subject=subject,
            body=str(body),
            email_to=[formataddr((self.contact_id.name or '', email_normalize(self.address)))],
            message_id=self.message_id,
            object_id=thread,
            headers={'Return-Path': bounce} if bounce else {},
            attachments=[
                (document.name, document.raw, document.mimetype)
                for document in self.attachment_ids.sorted('id')
            ],
        )

    def _note_sending(self):
        """From here on the outcome is unknown, until the answer is written. A bounce finds the message."""
        self._seal_documents()
        self._record_facts(
            {
                'state': 'sending',
                'in_hand': False,
                'attempts': self.attempts + 1,
                'sent_on': fields.Datetime.now(),
                'error': False,
                'next_try': False,
                'mail_message_id': self._post_message(self.subject, self.body, self.message_id).id,
            }
        )

    def _answered(self, answer):
        """Write and commit the server's answer, even if others write to the same records."""
        for _attempt in range(5):
            try:
                self._note_answer(answer)
                self._commit()
                return
            except psycopg2.errors.SerializationFailure:
                self.env.cr.rollback()

    def _note_answer(self, answer):
        if answer.accepted:
            self._delivered()
        elif answer.code:
            self.mail_message_id.unlink()
            self._refused(answer, counted=True)
        else:
            self._lost(answer.text)

    def _refused(self, answer, counted=False):
        """It did not go out, for certain: try again later, or give up where that is in vain."""
        attempts = self.attempts + 1 - counted
        if answer.permanent or attempts >= MAX_ATTEMPTS:
            text = self.env._(
                "The mail server refused %(address)s: %(code)s %(text)s",
                address=self.address,
                code=answer.code or '',
                text=answer.text,
            )
            self._not_delivered(text)
        else:
            self._record_facts({'attempts': attempts})
            self._put_off(answer.text)

    # === What is sent ===

    def _keep_documents(self, documents):
        """Attach exactly what is sent, in place of what an earlier attempt would have sent."""
        files = self.attachment_ids
        (files - self.env['ar.kept.document']._of(files).attachment_id).unlink()
        files = self.env['ir.attachment'].create(
            [
                {
                    'name': name,
                    'raw': content,
                    'mimetype': 'application/pdf',
                    'res_model': self._name,
                    'res_id': self.id,
                }
                for name, content in documents
            ]
        )
        self._record_facts({'attachment_ids': [fields.Command.set(files.ids)]})

    def _seal_documents(self):
        """What leaves now is kept for good, as it is."""
        for delivery in self:
            self.env['ar.kept.document']._keep_attachments(delivery, delivery.attachment_ids)

    def _message_author(self):
        """Return the user in whose name it goes out."""
        return self.create_uid

    def _post_message(self, subject, body, message_id):
        """Log on the document what the customer gets. A reply and a bounce find the document by it."""
        record, sender = self._document(), self._message_author()
        return self.env['mail.message'].create(
            {
                'model': record._name,
                'res_id': record.id,
                'message_type': 'email_outgoing',
                'subject': subject,
                'subtype_id': self.env.ref('mail.mt_comment').id,
                'body': body,
                'author_id': sender.partner_id.id,
                'email_from': self.email_from or sender.email_formatted,
                'reply_to': self.reply_to,
                'attachment_ids': self.attachment_ids.ids,
                **({'message_id': message_id} if message_id else {}),
            }
        )

    def _bounced(self, text):
        """The mail came back, perhaps days later: it did not reach the customer."""
        for delivery in self.filtered(lambda delivery: delivery.state in ('sent', 'unknown', 'sending')):
            delivery._not_delivered(text, 'bounced')

    @api.model
    def _queues(self):
        """Return the models that deliver."""
        mixin = self.env.registry['ar.delivery.mixin']
        return [
            self.env[name].sudo()
            for name, model in self.env.registry.items()
            if issubclass(model, mixin) and not model._abstract
        ]
