import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .ar_dunning_delivery_mail import Outage, Post

_logger = logging.getLogger(__name__)

BATCH = 20
RETRY, LONGEST = timedelta(minutes=5), timedelta(hours=6)
# The first of the two numbers of our advisory locks; the second is the delivery.
LOCK = 0x61726464


class ArDunningDelivery(models.Model):
    """The worker. Any number of them share a database.

    A worker takes deliveries with advisory locks of its connection: they outlive its commits and end with the connection, so a
    delivery in ``sending`` whose lock is free belongs to a worker that died. That two workers never write the same row is held
    by the row itself: it is locked, and in a repeatable-read transaction a row that somebody else changed cannot be written.
    """

    _inherit = 'ar.dunning.delivery'

    @api.model
    def _cron_send(self):
        """Send what is due, batch by batch, with progress. Nothing goes out on a day on which the company is closed."""
        self._settle_interrupted()
        post, last = Post(), 0
        try:
            while deliveries := self._take(last):
                last = deliveries.ids[-1]
                try:
                    deliveries._send_batch(post)
                finally:
                    deliveries._release()
                left = self.search_count(self._due_domain() & Domain('id', '>', last))
                if not self.env['ir.cron']._commit_progress(len(deliveries), remaining=left):
                    return
        finally:
            post.close()
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

    # === Taking ===

    @api.model
    def _due_domain(self):
        today = fields.Date.context_today(self)
        companies = (
            self.env['res.company']
            .sudo()
            .search([])
            .filtered(lambda company: company._ar_dunning_open(today))
        )
        return (
            Domain('state', '=', 'queued')
            & Domain('company_id', 'in', companies.ids)
            & (Domain('next_try', '=', False) | Domain('next_try', '<=', fields.Datetime.now()))
        )

    @api.model
    def _take(self, last):
        """Return up to a batch of due deliveries after ``last`` that no other worker has, locked until ``_release``."""
        while ids := self.search(self._due_domain() & Domain('id', '>', last), order='id', limit=BATCH).ids:
            last = ids[-1]
            locked = self.browse(self._lock(ids))
            # What another worker did before it let go is seen by a new transaction only.
            self._commit()
            mine = locked.filtered(lambda delivery: delivery.state == 'queued')
            (locked - mine)._release()
            if mine:
                return mine
        return self.browse()

    @api.model
    def _lock(self, ids):
        return [
            row
            for (row,) in self.env.execute_query(
                SQL("SELECT id FROM unnest(%s) id WHERE pg_try_advisory_lock(%s, id)", list(ids), LOCK)
            )
        ]

    def _release(self):
        """Let others have them. What is not committed is undone: the transaction may be a broken one."""
        if self:
            self.env.cr.rollback()
            self.env.execute_query(
                SQL("SELECT pg_advisory_unlock(%s, id) FROM unnest(%s) id", LOCK, list(self.ids))
            )

    @api.model
    def _settle_interrupted(self):
        """What a worker was sending when it died is unknown from now on: it is shown, and not sent again by itself."""
        for delivery in self.search([('state', '=', 'sending')]):
            if self._lock(delivery.ids):
                try:
                    delivery._lost()
                    self._commit()
                except psycopg2.errors.SerializationFailure:
                    _logger.info("Delivery %s was settled by its worker", delivery.id)
                finally:
                    delivery._release()

    def _commit(self):
        self.env['ir.cron']._commit_progress()

    # === Sending ===

    def _send_batch(self, post):
        """Look again at whom to ask, then send one by one; what fails stays in the queue and does not stop the others."""
        try:
            self.notice_id._recheck()
            self._commit()
        except psycopg2.errors.SerializationFailure:
            self.env.cr.rollback()
            return
        for delivery in self:
            delivery.company_id._with_internal_lang(delivery)._send_guarded(post)

    def _send_guarded(self, post):
        try:
            self._send(post)
            self._commit()
        except psycopg2.errors.SerializationFailure:
            # Somebody decided otherwise at the same time, and nothing was sent.
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

    def _send(self, post):
        if not self.try_lock_for_update().filtered_domain([('state', '=', 'queued')]):
            return
        notice = self.notice_id
        if any(line.move_line_id.reconciled for line in notice.line_ids if line.included):
            notice._recheck()
        if notice.state != 'queued':
            self._cancel(self.env._("The letter was decided otherwise"))
        elif self.channel != 'email':
            self._deliver()
        elif text := self._obstacle_email():
            self._not_delivered(text)
        else:
            self._mail(post)

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
        if isinstance(error, UserError) or self.attempts >= self._max_attempts():
            return self._not_delivered(text)
        return self._put_off(text)
