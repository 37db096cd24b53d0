import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize
from odoo.tools.mail import formataddr, generate_tracking_message_id

from ..engine import worker
from ..mail import smtp
from ..mail.smtp import Answer, MailPool, Outage, Refused

_logger = logging.getLogger(__name__)

BATCH = 20
RETRY, LONGEST = timedelta(minutes=5), timedelta(hours=6)
MAX_ATTEMPTS = 8
# How long the link of a mail opens the letter; after that the customer logs in.
LINK_DAYS = 90


class ArDunningDelivery(models.Model):
    """The worker, of which any number may run at a time, and the mail that the customer gets exactly once.

    A worker takes deliveries with advisory locks of its connection: they outlive its commits and end with
    the connection, so a delivery in ``sending`` whose lock is free belongs to a worker that died. The row
    itself makes sure that two workers never write the same one: it is locked, and in a repeatable-read
    transaction a row that another one changed cannot be written.

    Up to the final dot of a mail everything is certain: the server has not taken it. Before the dot
    ``sending`` is committed, after the answer its outcome. A worker that dies between the two leaves
    ``sending``, which becomes ``unknown``.
    """

    _inherit = 'ar.dunning.delivery'

    # === The job ===

    @api.model
    def _cron_send(self):
        """Send what is due, batch by batch, with progress; nothing on days on which the company is closed."""
        self._settle_interrupted()
        pool, last = MailPool(), 0
        try:
            while deliveries := self._take(last):
                last = deliveries.ids[-1]
                try:
                    deliveries._send_batch(pool)
                finally:
                    deliveries._release()
                left = self.search_count(self._due_domain() & Domain('id', '>', last))
                if not self.env['ir.cron']._commit_progress(len(deliveries), remaining=left):
                    return
        finally:
            pool.close()
        self._wake_for_next_try()

    @api.model
    def _wake_for_next_try(self):
        first = self.search(
            [('state', '=', 'queued'), ('next_try', '!=', False)], order='next_try', limit=1
        ).next_try
        if first:
            self._wake(max(first, fields.Datetime.now()) + timedelta(seconds=1))
            self._commit()

    @api.model
    def _wake(self, at=None):
        """Start the worker after this transaction, once however many letters it queues."""
        done = self.env.cr.precommit.data.setdefault('ar_dunning_wake', set())
        if at not in done:
            done.add(at)
            self.env.ref('ar_dunning.ir_cron_send').sudo()._trigger(at)

    def _commit(self):
        self.env['ir.cron']._commit_progress()

    # === Taking ===

    @api.model
    def _due_domain(self):
        today = fields.Date.context_today(self)
        companies = self.env['res.company'].sudo().search([('active', '=', True)])
        working = companies.filtered(lambda company: company._ar_dunning_open(today))
        return (
            Domain('state', '=', 'queued')
            & Domain('company_id', 'in', working.ids)
            & (Domain('next_try', '=', False) | Domain('next_try', '<=', fields.Datetime.now()))
        )

    @api.model
    def _take(self, last):
        """Return a batch of due deliveries after ``last``, locked for this worker until ``_release``."""
        while ids := self.search(self._due_domain() & Domain('id', '>', last), order='id', limit=BATCH).ids:
            last = ids[-1]
            locked = self.browse(self._lock(ids))
            # Only a new transaction sees what another worker did before it released them.
            self._commit()
            mine = locked.filtered(lambda delivery: delivery.state == 'queued')
            (locked - mine)._release()
            if mine:
                return mine
        return self.browse()

    @api.model
    def _lock(self, ids):
        """Return the ids of those that could be locked."""
        return [row for (row,) in self.env.execute_query(worker.lock(ids))]

    def _release(self):
        """Release the locks. What is not committed is undone: the transaction may be a broken one."""
        if self:
            self.env.cr.rollback()
            self.env.execute_query(worker.unlock(self.ids))

    @api.model
    def _settle_interrupted(self):
        """What a worker was sending when it died is unknown: it is shown, and not sent again by itself."""
        for delivery in self.search([('state', '=', 'sending')]):
            if self._lock(delivery.ids):
                try:
                    delivery._lost()
                    self._commit()
                except psycopg2.errors.SerializationFailure:
                    _logger.info("Delivery %s was settled by its worker", delivery.id)
                finally:
                    delivery._release()

    # === Sending ===

    def _send_batch(self, pool):
        """Review the letters, then send one by one; one that fails stays queued and stops no other."""
        try:
            self.notice_id._recheck()
            self._commit()
        except psycopg2.errors.SerializationFailure:
            self.env.cr.rollback()
            return
        for delivery in self:
            delivery.company_id._with_internal_lang(delivery)._send_safely(pool)

    def _send_safely(self, pool):
        try:
            self._send(pool)
            self._commit()
        except psycopg2.errors.SerializationFailure:
            # A person decided otherwise at the same time, and nothing was sent.
            self.env.cr.rollback()
        except Outage as outage:
            self._after_trouble(self._put_off, self.env._("The mail server cannot be reached: %s", outage))
        except Exception as error:  # whatever is wrong with one letter must not hold up the others
            _logger.exception("Dunning delivery %s failed", self.id)
            self._after_trouble(self._stumbled, error)

    def _after_trouble(self, method, argument):
        self.env.cr.rollback()
        try:
            method(argument)
            self._commit()
        except psycopg2.errors.SerializationFailure:
            self.env.cr.rollback()

    def _send(self, pool):
        if not self.try_lock_for_update().filtered_domain([('state', '=', 'queued')]):
            return
        notice = self.notice_id
        if any(line.move_line_id.reconciled for line in notice.line_ids if line.included):
            notice._recheck()
        if notice.state != 'queued':
            self._cancel(self.env._("The letter was decided otherwise"))
        elif text := self._obstacle():
            self._not_delivered(text)
        elif self.channel == 'email':
            self._mail(pool)
        else:
            self._deliver()

    def _put_off(self, text):
        """Try again later; the pause grows with each attempt that reached a server."""
        pause = min(RETRY * 2 ** max(self.attempts - 1, 0), LONGEST)
        self.write({'state': 'queued', 'next_try': fields.Datetime.now() + pause, 'error': text})

    def _stumbled(self, error):
        """The letter cannot be made: try again a few times, then the next channel and the visible list."""
        if self.state == 'sending':
            return self._lost(str(error))
        self.attempts += 1
        text = self.env._("The letter cannot be made: %s", error)
        if isinstance(error, UserError) or self.attempts >= MAX_ATTEMPTS:
            return self._not_delivered(text)
        return self._put_off(text)

    # === Mail ===

    def _mail(self, pool):
        """Send the mail by a connection of the pool, and commit its outcome.

        :raise Outage: nothing was tried.
        """
        servers = self._mail_servers()
        connection = pool.connect(servers, self._prepare_sender()['email_from'])
        message = self._build_mail(servers)
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
                "The e-mail address %(address)s of %(contact)s is not a valid one",
                address=contact.email,
                contact=contact.display_name,
            )
        if self.env['mail.blacklist'].sudo().search_count([('email', '=', address)], limit=1):
            return self.env._("%s is on the list of addresses to which no mails go", address)
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
                date=fields.Date.to_string(last.write_date),
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

    def _prepare_sender(self):
        """Return from (the collector) and reply-to (the letter, if the company has a catch-all address)."""
        notice, company = self.notice_id, self.company_id
        sender = notice._letter_sender()
        own = sender.email_normalized and not sender._is_superuser()
        email_from = (
            sender.email_formatted if own else company.email_formatted or company.partner_id.email_formatted
        )
        reply_to = notice._notify_get_reply_to(default=email_from, author_id=sender.partner_id.id)[notice.id]
        return {'email_from': email_from, 'reply_to': reply_to}

    def _build_mail(self, servers):
        """Render the mail, keep exactly that, and return it for the wire. Its Message-ID stays the same.

        Only the customer's link, a new one with each mail, is not kept.
        """
        notice = self.notice_id
        subject, body, kept = notice._letter_mail(notice._issue_link('read', self.contact_id, LINK_DAYS))
        self._keep_documents(notice._letter_documents())
        message_id = self.message_id or generate_tracking_message_id(f'{notice.id}-{notice._name}')
        address, sender = self.contact_id.email, self._prepare_sender()
        self.write({**sender, 'subject': subject, 'body': kept, 'address': address, 'message_id': message_id})
        bounce = self.company_id.alias_domain_id.bounce_email or self.company_id.bounce_email
        return smtp.build(
            servers,
            email_from=self.email_from,
            reply_to=self.reply_to,
            subject=subject,
            body=str(body),
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
        """From here on the outcome is unknown, until the answer is written. A bounce finds the message."""
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

    def _lost(self, text=''):
        """Without an answer it is unknown whether the mail went out."""
        self.write(
            {
                'state': 'unknown',
                'error': self.env._(
                    "It is not known whether the mail server took it (%s). "
                    "Ask the customer or look at the server's log.",
                    text or self.env._("the worker was stopped"),
                ),
            }
        )

    def _refused(self, answer, counted=False):
        """It did not go out, for certain: try again later, or the next channel where that is in vain."""
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
            self.attempts = attempts
            self._put_off(answer.text)
