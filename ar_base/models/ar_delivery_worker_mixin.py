import logging
from datetime import timedelta
from typing import NamedTuple

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import format_date, format_datetime

from ..engine import worker
from ..mail.smtp import MailPool, Outage

_logger = logging.getLogger(__name__)

BATCH = 20
RETRY, LONGEST = timedelta(minutes=5), timedelta(hours=6)
MAX_ATTEMPTS, MAX_DEATHS = 8, 2


class Wait(NamedTuple):
    """Deliveries that wait for the same reason.

    :param is_trouble: somebody has to act; without it they leave by themselves, or a colleague has them.
    """

    count: int
    text: str
    remedy: str
    is_trouble: bool
    domain: list


class ArDeliveryWorkerMixin(models.AbstractModel):
    """The worker of a queue of deliveries, of which any number may run at a time.

    A worker takes deliveries with advisory locks of its connection: they outlive its commits and end with
    the connection, so a delivery in ``sending`` whose lock is free belongs to a worker that died. The row
    itself makes sure that two workers never write the same one: it is locked, and in a repeatable-read
    transaction a row that another one changed cannot be written.

    A document that kills its worker while it is made holds up nothing: what a dead worker had in hand is
    tried again after all others, and set aside and named once two workers died of it.
    """

    _name = 'ar.delivery.worker.mixin'
    _description = "Worker of Deliveries"
    _inherit = ['ar.fact.mixin']
    _only_recorded = True
    # External id of the job that sends.
    _worker = None

    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    state = fields.Selection(
        [
            ('queued', "In the Queue"),
            ('waiting', "Waiting"),
            ('sending', "Being Sent"),
            ('sent', "Sent"),
            ('failed', "Failed"),
            ('bounced', "Bounced"),
            ('unknown', "Unknown"),
            ('cancelled', "Cancelled"),
        ],
        required=True,
        default='queued',
        readonly=True,
        index=True,
    )
    attempts = fields.Integer(readonly=True)
    next_try = fields.Datetime(readonly=True)
    sent_on = fields.Datetime(readonly=True)
    error = fields.Char("Remark", readonly=True)
    in_hand = fields.Boolean(readonly=True, help="A worker is making it.")
    deaths = fields.Integer(readonly=True, aggregator=None, help="Workers that died while they had it.")

    _in_hand_idx = models.Index('(id) WHERE in_hand IS TRUE')

    # === Hooks ===

    @api.model
    def _open_companies(self, today):
        """Hook: return the companies for which something may go out today."""
        return self.env['res.company'].sudo().search([('active', '=', True)])

    def _review(self):
        """Hook: look again, before a batch is sent, at whether it is still to be sent."""

    def _send(self, pool):
        """Hook: send one: by ``_mail``, or by what else the model knows."""
        raise NotImplementedError

    def _delivered(self, moment=None):
        """Hook: it has reached the customer, as of the moment."""
        self._record_facts({'state': 'sent', 'sent_on': moment or fields.Datetime.now(), 'next_try': False})

    def _not_delivered(self, text, state='failed'):
        """Hook: it does not reach the customer this way, for certain."""
        self._record_facts({'state': state, 'error': text, 'next_try': False})

    def _lost(self, text=''):
        """Hook: without an answer it is unknown whether the mail went out."""
        self._record_facts(
            {
                'state': 'unknown',
                'error': self.env._(
                    "It is not known whether the mail server accepted it (%s). Ask the customer or look at "
                    "the server's log.",
                    text or self.env._("the worker was stopped"),
                ),
            }
        )

    def _set_aside(self, text):
        """Hook: making it stops the server; it waits for a person."""
        self._not_delivered(text)

    # === Why it waits ===

    @api.model
    def _waits(self, domain):
        """Return a ``Wait`` for each reason for which deliveries of the domain have not gone out."""
        by = ['state', 'company_id', 'error', *(['channel'] if 'channel' in self._fields else [])]
        waiting = Domain('state', 'in', ('queued', 'waiting', 'sending')) & Domain(domain)
        return [
            self._wait(Domain(domain), dict(zip(by, keys)), count, next_try, since)
            for *keys, count, next_try, since in self._read_group(
                waiting, by, ['__count', 'next_try:min', 'create_date:min']
            )
        ]

    @api.model
    def _wait(self, domain, keys, count, next_try, since):
        text, remedy, is_trouble = self._wait_words(keys, next_try, since)
        for name, value in keys.items():
            domain &= Domain(name, '=', value.id if isinstance(value, models.BaseModel) else value)
        return Wait(count, text, remedy, is_trouble, list(domain))

    @api.model
    def _wait_words(self, keys, next_try, since):
        """Return (why, what to do, whether somebody has to act) of deliveries that wait."""
        today, now = fields.Date.context_today(self), fields.Datetime.now()
        if keys['state'] == 'waiting':
            return (*self._wait_for_people(keys), False)
        if keys['state'] == 'sending':
            return self.env._("Being sent"), '', False
        if keys['company_id'] not in self._open_companies(today):
            day = self._next_open_day(keys['company_id'], today)
            text = self.env._("Closed day: nothing goes out before %s", self._day_words(day))
            return text, self.env._("It goes out by itself on that day."), False
        if keys['error']:
            remedy = self.env._(
                "Open the set-up check, or ask an administrator. Next attempt: %s.",
                self._moment_words(next_try),
            )
            return keys['error'], remedy, True
        if since and since < now - timedelta(hours=1):
            job = self.env.ref(self._worker).sudo()
            text = self.env._(
                "The job \"%(job)s\" has not sent it since %(moment)s",
                job=job.name,
                moment=self._moment_words(since),
            )
            return text, self.env._("Open the set-up check: it switches the job on."), True
        return self.env._("It goes out within minutes"), '', False

    @api.model
    def _wait_for_people(self, keys):
        """Hook: return (why, what to do) of what waits for a person or another queue."""
        return self.env._("Waits for a person"), ''

    @api.model
    def _next_open_day(self, company, today):
        """Return the next day on which something may go out; None within five weeks."""
        days = (today + timedelta(days=number) for number in range(1, 36))
        return next((day for day in days if company in self._open_companies(day)), None)

    @api.model
    def _day_words(self, day):
        return format_date(self.env, day) if day else self.env._("a day that is not entered as closed")

    @api.model
    def _moment_words(self, moment):
        return format_datetime(self.env, moment, dt_format='short') if moment else self.env._("soon")

    # === The job ===

    @api.model
    def _cron_send(self):
        """Send what is due, batch by batch, with progress; last of all what a worker died of before."""
        self._settle_interrupted()
        pool = MailPool()
        try:
            fresh, feared = Domain('deaths', '=', 0), Domain('deaths', '>', 0)
            if self._send_due(pool, fresh) and self._send_due(pool, feared):
                self._wake_for_next_try()
        finally:
            pool.close()

    @api.model
    def _send_due(self, pool, wanted):
        """Return whether everything due was looked at; False = the time is over."""
        last = 0
        while deliveries := self._take(wanted & Domain('id', '>', last)):
            last = deliveries.ids[-1]
            try:
                deliveries._send_batch(pool)
            finally:
                deliveries._release()
            left = self.search_count(self._due_domain() & wanted & Domain('id', '>', last))
            if not self.env['ir.cron']._commit_progress(len(deliveries), remaining=left):
                return False
        return True

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
        """Start the worker after this transaction, once however many deliveries it queues."""
        done = self.env.cr.precommit.data.setdefault(f'{self._name}.wake', set())
        if at not in done:
            done.add(at)
            self.env.ref(self._worker).sudo()._trigger(at)

    def _commit(self):
        self.env['ir.cron']._commit_progress()

    # === Taking ===

    @api.model
    def _due_domain(self):
        working = self._open_companies(fields.Date.context_today(self))
        return (
            Domain('state', '=', 'queued')
            & Domain('company_id', 'in', working.ids)
            & (Domain('next_try', '=', False) | Domain('next_try', '<=', fields.Datetime.now()))
        )

    @api.model
    def _take(self, wanted):
        """Return a batch of what is due and wanted, locked for this worker until ``_release``."""
        last = 0
        while ids := self.search(
            self._due_domain() & wanted & Domain('id', '>', last), order='id', limit=BATCH
        ).ids:
            last = ids[-1]
            locked = self.browse(self._lock(ids))
            # Only a new transaction sees what another worker did before it released them.
            self._commit()
            mine = locked.filtered(lambda delivery: delivery.state == 'queued')
            (locked - mine)._release()
            if mine:
                return mine
        return self.browse()

    def _pick_up(self):
        """Commit that it is being made: should the worker die, the next one knows of what."""
        self._record_facts({'in_hand': True})
        self._commit()

    def _put_down(self):
        """Commit that the worker lives and is done with it, even if others write to the same row."""
        for _attempt in range(5):
            try:
                if self.in_hand:
                    self._record_facts({'in_hand': False})
                self._commit()
                return
            except psycopg2.errors.SerializationFailure:
                self.env.cr.rollback()

    @api.model
    def _lock(self, ids):
        """Return the ids of those that could be locked."""
        return [row for (row,) in self.env.execute_query(worker.lock(self._table, ids))]

    def _release(self):
        """Release the locks. What is not committed is undone: the transaction may be a broken one."""
        if self:
            self.env.cr.rollback()
            self.env.execute_query(worker.unlock(self._table, self.ids))

    @api.model
    def _settle_interrupted(self):
        """Settle what a worker had when it died: a mail under way is unknown, all else was not sent."""
        for delivery in self.search(['|', ('state', '=', 'sending'), ('in_hand', '=', True)]):
            if self._lock(delivery.ids):
                try:
                    self._commit()  # what its worker did before it released the lock
                    delivery._settle_death()
                    self._commit()
                except psycopg2.errors.SerializationFailure:
                    _logger.info("Delivery %s was settled by its worker", delivery.id)
                finally:
                    delivery._release()

    def _settle_death(self):
        if self.state == 'sending':
            self._record_facts({'in_hand': False})
            return self._lost()
        if not self.in_hand:
            return None
        self._record_facts({'in_hand': False, 'deaths': self.deaths + 1})
        if self.state == 'queued' and self.deaths >= MAX_DEATHS:
            text = self.env._(
                "It is set aside: the server stopped %s times while it was made. Look at its documents, or "
                "send it another way.",
                self.deaths,
            )
            self._set_aside(text)
        return None

    # === Sending ===

    def _send_batch(self, pool):
        """Review what is to go out, then send one by one; one that fails stays queued and stops no other."""
        try:
            self._review()
            self._commit()
        except psycopg2.errors.SerializationFailure:
            self.env.cr.rollback()
            return
        for delivery in self:
            delivery.company_id._with_internal_lang(delivery)._send_safely(pool)

    def _send_safely(self, pool):
        try:
            if self.state == 'queued':
                self._pick_up()
            if self.try_lock_for_update().filtered_domain([('state', '=', 'queued')]):
                self._send(pool)
        except psycopg2.errors.SerializationFailure:
            # A person decided otherwise at the same time, and nothing was sent.
            self.env.cr.rollback()
        except Outage as outage:
            self._after_trouble(self._put_off, self.env._("The mail server cannot be reached: %s", outage))
        except Exception as error:  # whatever is wrong with one must not hold up the others
            _logger.exception("%s %s failed", self._name, self.id)
            self._after_trouble(self._stumbled, error)
        self._put_down()

    def _after_trouble(self, method, argument):
        self.env.cr.rollback()
        try:
            method(argument)
            self._commit()
        except psycopg2.errors.SerializationFailure:
            self.env.cr.rollback()

    def _put_off(self, text):
        """Try again later; the pause grows with each attempt that reached a server."""
        pause = min(RETRY * 2 ** max(self.attempts - 1, 0), LONGEST)
        next_try = fields.Datetime.now() + pause
        self._record_facts({'state': 'queued', 'next_try': next_try, 'error': text})

    def _stumbled(self, error):
        """It cannot be made: try again a few times, then it has failed."""
        if self.state == 'sending':
            return self._lost(str(error))
        self._record_facts({'attempts': self.attempts + 1})
        text = self.env._("The letter cannot be made: %s", error)
        if isinstance(error, UserError) or self.attempts >= MAX_ATTEMPTS:
            return self._not_delivered(text)
        return self._put_off(text)
