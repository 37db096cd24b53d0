import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize
from odoo.tools.mail import formataddr, generate_tracking_message_id

from ...engine.handover import Answer, Handover, Refused


class Outage(Exception):
    """A mail server cannot be reached."""


class Post:
    """The connections of one round of the worker, one for each mail server and sender; a server that is down is asked once."""

    def __init__(self):
        self.open = {}
        self.down = {}

    def connect(self, servers, email_from):
        """Return a ``Handover`` on Odoo's own connection for the sender; one without connection where Odoo sends nothing.

        :raise Outage: the server cannot be reached, or refuses us.
        """
        server, smtp_from = servers._find_mail_server(email_from)
        key = (server.id if server else 0, smtp_from)
        if key in self.down:
            raise Outage(self.down[key])
        handover = self.open.pop(key, None)
        if not handover or (handover.smtp and not handover.reset()):
            handover = self._connect(servers, server, smtp_from, key)
        self.open[key] = handover
        return handover

    def _connect(self, servers, server, smtp_from, key):
        try:
            return Handover(
                servers._connect__(mail_server_id=server.id if server else None, smtp_from=smtp_from)
            )
        except (OSError, UserError) as error:
            self.down[key] = str(error)
            raise Outage(str(error)) from error

    def close(self):
        for handover in self.open.values():
            if handover.smtp:
                handover.close()
        self.open = {}


class ArDunningDelivery(models.Model):
    """A mail that the customer gets once, whatever dies in between.

    Everything up to the final dot is certain: the server has not taken the mail. Before the dot ``sending`` is committed, after
    the answer what came of it. A worker that dies between the two leaves ``sending``, which becomes ``unknown``.
    """

    _inherit = 'ar.dunning.delivery'

    def _mail(self, post):
        """Send the mail by a connection of ``post``, and commit what came of it.

        :raise Outage: nothing was tried.
        """
        servers = self._mail_servers()
        handover = post.connect(servers, self._prepare_sender()['email_from'])
        message = self._build_mail(servers)
        if not handover.smtp:
            # Odoo sends nothing, as in tests.
            self._note_sending()
            return self._answered(Answer(250, ''))
        sender, recipients, message = servers._prepare_email_message__(message, handover.smtp)
        try:
            handover.offer(sender, recipients, message)
        except Refused as refusal:
            return self._refused(refusal.answer)
        except OSError as error:
            handover.close()
            return self._refused(Answer(0, str(error)))
        self._note_sending()
        self._commit()
        return self._answered(handover.complete())

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

    def _prepare_sender(self):
        """Return from and reply-to: the collector writes; replies come to the letter where the company has a catch-all."""
        notice, company = self.notice_id, self.company_id
        sender = notice._letter_sender()
        own = sender.email_normalized and not sender._is_superuser()
        email_from = (
            sender.email_formatted if own else company.email_formatted or company.partner_id.email_formatted
        )
        reply_to = notice._notify_get_reply_to(default=email_from, author_id=sender.partner_id.id)[notice.id]
        return {'email_from': email_from, 'reply_to': reply_to}

    def _build_mail(self, servers):
        """Render the mail, keep exactly that, and return it for the wire. Its Message-ID is the same at every attempt."""
        notice = self.notice_id
        subject, body = notice._letter_mail()
        self._keep_documents(notice._letter_documents())
        self.write(
            {
                **self._prepare_sender(),
                'subject': subject,
                'body': body,
                'address': self.contact_id.email,
                'message_id': self.message_id or generate_tracking_message_id(f'{notice.id}-{notice._name}'),
            }
        )
        bounce = self.company_id.alias_domain_id.bounce_email or self.company_id.bounce_email
        return servers._build_email__(
            email_from=self.email_from,
            reply_to=self.reply_to,
            subject=subject,
            body=str(body),
            subtype='html',
            email_to=[formataddr((self.contact_id.name or '', email_normalize(self.address)))],
            message_id=self.message_id,
            object_id=f'{notice.id}-{notice._name}',
            headers={'Return-Path': bounce} if bounce else {},
            attachments=[
                (document.name, document.raw, document.mimetype)
                for document in self.attachment_ids.sorted('id')
            ],
        )

    def _note_sending(self):
        """From here on nobody knows, until the answer is written. The message is there for the bounce that may come."""
        self.write(
            {
                'state': 'sending',
                'attempts': self.attempts + 1,
                'sent_on': fields.Datetime.now(),
                'error': False,
                'next_try': False,
                'mail_message_id': self._post_message(self.subject, self.body, self.message_id).id,
            }
        )

    def _post_message(self, subject, body, message_id):
        """Note on the letter what the customer gets. The customer's reply and the bounce find the letter by it."""
        sender = self.notice_id._letter_sender()
        return self.env['mail.message'].create(
            {
                'model': 'ar.dunning.notice',
                'res_id': self.notice_id.id,
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

    def _answered(self, answer):
        """Write and commit what the server said to the whole mail, in spite of others who write to the same records."""
        for _attempt in range(5):
            try:
                self._note_answer(answer)
                self._commit()
                return
            except psycopg2.errors.SerializationFailure:
                self.env.cr.rollback()

    def _note_answer(self, answer):
        """Without an answer, nobody knows."""
        if answer.accepted:
            self._delivered()
        elif answer.code:
            self.mail_message_id.unlink()
            self._refused(answer, counted=True)
        else:
            self._lost(answer.text)

    def _lost(self, text=''):
        self.write(
            {
                'state': 'unknown',
                'error': self.env._(
                    "Nobody knows whether the mail server took it (%s). Ask the customer or look at the server's log.",
                    text or self.env._("the worker was stopped"),
                ),
            }
        )

    def _refused(self, answer, counted=False):
        """It did not go out, for certain: try again later, or the next channel where trying again is in vain."""
        if answer.permanent or self.attempts + 1 - counted >= self._max_attempts():
            self._not_delivered(
                self.env._(
                    "The mail server refused %(address)s: %(code)s %(text)s",
                    address=self.address,
                    code=answer.code or '',
                    text=answer.text,
                )
            )
        else:
            self.write({'attempts': self.attempts + 1 - counted})
            self._put_off(answer.text)

    @api.model
    def _max_attempts(self):
        return 8
