from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize

from .ar_dunning_stage import CHANNELS

# How long the link of a mail opens the letter; after that the customer logs in.
LINK_DAYS = 90


class ArDunningDelivery(models.Model):
    """One attempt to deliver a letter by a channel: exactly what was sent, to whom, and what became of it.

    It cannot be edited. Worker and mail are those of ``ar.delivery.mixin``; the other channels only write to
    the database.
    """

    _name = 'ar.dunning.delivery'
    _description = "Delivery of a Dunning Letter"
    _journaled = frozenset(['sent', 'failed', 'bounced', 'unknown', 'cancelled'])
    _journal_fields = frozenset(['channel', 'address', 'sent_on', 'error', 'total'])
    _order = 'id desc'
    _rec_name = 'channel'
    _inherit = ['ar.delivery.mixin']
    _worker = 'ar_dunning.ir_cron_send'

    attachment_ids = fields.Many2many()  # declared here: the table between goes with this addon
    notice_id = fields.Many2one(
        'ar.dunning.notice', "Letter", required=True, readonly=True, index=True, ondelete='restrict'
    )
    partner_id = fields.Many2one(related='notice_id.partner_id', string="Customer", store=True)
    collector_id = fields.Many2one(related='notice_id.collector_id')
    stage_id = fields.Many2one(related='notice_id.stage_id')
    currency_id = fields.Many2one(related='notice_id.currency_id')
    total = fields.Monetary(related='notice_id.total', string="Claim")
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    sequence = fields.Integer(readonly=True, help="The first, second, ... attempt of the letter.")
    activity_id = fields.Many2one('mail.activity', readonly=True, index='btree_not_null', ondelete='set null')
    batch_id = fields.Many2one(
        'ar.dunning.print.batch', "Printing Batch", readonly=True, index='btree_not_null', ondelete='set null'
    )

    _to_send_idx = models.Index("(channel, next_try, id) WHERE state = 'queued'")
    # Two workers, or a worker and a person, cannot try two channels of a letter at the same time.
    _one_under_way = models.UniqueIndex(
        "(notice_id) WHERE state IN ('queued', 'waiting', 'sending', 'unknown')",
        "This letter is already under way.",
    )

    @api.depends('address', 'channel')
    def _compute_address_key(self):
        for delivery in self:
            delivery.address_key = delivery.channel == 'email' and email_normalize(delivery.address or '')

    # === Why it waits ===

    @api.model
    def _wait_for_people(self, keys):
        words = {
            'phone': (
                self.env._("A call waits for its collector"),
                self.env._("Call, and log the call: it counts as the letter."),
            ),
            'letter': (
                self.env._("Waits in the printing batch"),
                self.env._("Print the batch, and say when it was posted."),
            ),
            'sms': (self.env._("Waits in Odoo's SMS queue"), self.env._("It goes out by itself.")),
        }
        return words.get(keys['channel']) or super()._wait_for_people(keys)

    # === Decided by a person ===

    def _check_state(self, *states):
        """Check that the user may decide about the deliveries.

        :raise UserError: one is not in a state that the button is for.
        :raise AccessError: the user may not decide on letters.
        """
        self.notice_id.check_access('write')
        for delivery in self:
            if delivery.state not in states:
                raise UserError(
                    self.env._(
                        "The delivery to %(customer)s is %(state)s: there is nothing left to decide.",
                        customer=delivery.partner_id.display_name,
                        state=dict(self._fields['state']._description_selection(self.env))[delivery.state],
                    )
                )

    def _remark(self, text):
        return self.env._("%(user)s: %(what)s", user=self.env.user.name, what=text)

    def action_arrived(self):
        """Of an unknown mail: a person found out that it arrived."""
        self._check_state('unknown')
        for delivery in self.sudo():
            delivery._record_facts({'error': self._remark(self.env._("it arrived"))})
            delivery._delivered(delivery.sent_on)
        return True

    def action_send_again(self):
        """Of an unknown mail: a person found out that it did not arrive, or prefers two to none."""
        self._check_state('unknown')
        for delivery in self.sudo():
            delivery._record_facts({'state': 'cancelled', 'error': self._remark(self.env._("sent again"))})
            delivery.notice_id._deliver_by(delivery.channel, is_forced=True)
        return True

    def action_notified(self):
        """Of a call: the customer has been notified."""
        self._check_state('waiting')
        if self.filtered(lambda delivery: delivery.channel != 'phone'):
            raise UserError(
                self.env._(
                    "Only a phone call is logged this way; letters are posted with their printing batch."
                )
            )
        self.sudo()._mark_notified()
        return True

    def _mark_notified(self, text=None):
        """The call counts as the dunning notice."""
        for delivery in self:
            delivery._record_facts({'error': self._remark(text or self.env._("notified"))})
            delivery._delivered()
        activities = self.activity_id.filtered('active')
        self._record_facts({'activity_id': False})
        activities._action_done()

    def action_open_notice(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.dunning.notice',
            'res_id': self.notice_id.id,
            'view_mode': 'form',
        }

    # === Channels ===

    def _channel_obstacles(self):
        """Hook: return {channel: method that returns why it cannot reach the customer, or False}."""
        return {
            'email': self._obstacle_email,
            'sms': self._obstacle_sms,
            'letter': self._obstacle_letter,
            'phone': self._obstacle_phone,
            'portal': self._obstacle_portal,
        }

    def _channel_deliveries(self):
        """Hook: return {channel: method that delivers the letter}, but for mail, which the worker sends."""
        return {
            'sms': self._deliver_sms,
            'letter': self._deliver_letter,
            'phone': self._deliver_phone,
            'portal': self._deliver_portal,
        }

    def _obstacle(self):
        """Return why the channel cannot reach the customer, or False."""
        return self._channel_obstacles()[self.channel]()

    def _deliver(self):
        """Deliver by a channel that only writes to the database: with this transaction, or not at all."""
        self.ensure_one()
        return self._channel_deliveries()[self.channel]()

    # === The worker ===

    @api.model
    def _open_companies(self, today):
        """Nothing is dunned on days on which the company is closed."""
        return super()._open_companies(today).filtered(lambda company: company._ar_dunning_open(today))

    def _review(self):
        self.notice_id._recheck()

    def _send(self, pool):
        notice = self.notice_id
        if any(line.move_line_id.reconciled for line in notice.line_ids if line.included):
            notice._recheck()
        if notice.state != 'queued':
            self._cancel(self.env._("The letter is no longer queued"))
        elif text := self._obstacle():
            self._not_delivered(text)
        elif self.channel == 'email':
            self._mail(pool)
        else:
            self._deliver()

    def _set_aside(self, text):
        """No other channel is tried: the letter that stops a server stops it again."""
        self._record_facts({'state': 'failed', 'error': text, 'next_try': False})
        self.notice_id._mark_failed(text)

    # === What is sent ===

    def _document(self):
        return self.notice_id

    def _message_author(self):
        return self.notice_id._letter_sender()

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

    def _prepare_mail(self):
        notice = self.notice_id
        subject, body, kept = notice._letter_mail(notice._issue_link('read', self.contact_id, LINK_DAYS))
        documents = notice._letter_documents()
        words = {'subject': subject, 'body': body, 'kept': kept}
        return {**self._prepare_sender(), **words, 'documents': documents}

    def _figures(self):
        """Return the figures in the letter."""
        notice = self.notice_id
        return notice.total, notice.fee, [(line.id, line.included, line.amount) for line in notice.line_ids]

    # === Outcome ===

    def _delivered(self, moment=None):  # pylint: disable=missing-return
        """The letter has reached the customer: it is sent, as of the day on which that happened."""
        moment = moment or fields.Datetime.now()
        super()._delivered(moment)
        self.notice_id._reached(fields.Datetime.context_timestamp(self, moment).date())

    def _not_delivered(self, text, state='failed'):  # pylint: disable=missing-return
        """This channel does not reach the customer: the next one of the stage is tried."""
        for delivery in self:
            super(ArDunningDelivery, delivery)._not_delivered(text, state)
            delivery.notice_id._try_next_channel(delivery)

    def _bounced(self, text):
        """The mail came back, perhaps days later: it did not reach the customer."""
        for delivery in self.filtered(lambda delivery: delivery.state in ('sent', 'unknown', 'sending')):
            delivery._record_facts({'state': 'bounced', 'error': text})
            if delivery.notice_id._reopen():
                delivery.notice_id._try_next_channel(delivery)

    def _cancel(self, text):
        """Withdraw what is not under way yet."""
        waiting = self.filtered(lambda delivery: delivery.state in ('queued', 'waiting'))
        waiting._record_facts({'state': 'cancelled', 'error': text, 'next_try': False})
        activities = waiting.activity_id
        waiting._record_facts({'activity_id': False})
        activities.unlink()

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
        self._record_facts(
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
            return self.env._("No one can make the call: %s has no collector", self.partner_id.display_name)
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
        self._record_facts({'state': 'waiting', 'address': self._phone(), 'activity_id': activity.id})

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
        self._seal_documents()
        message = self._post_message(subject, body, None)
        self._record_facts(
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
            return self.env._("%s is on the phone blacklist", number)
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
        self._record_facts(
            {'state': 'waiting', 'address': number, 'body': body, 'mail_message_id': message.id}
        )
        self.env.ref('sms.ir_cron_sms_scheduler_action').sudo()._trigger()

    def _sms_answered(self, status, text):
        """Take the provider's answer, ``status`` of a ``mail.notification``."""
        if status in ('exception', 'bounce'):
            sent = self.filtered(lambda delivery: delivery.state == 'sent')
            sent._bounced(text)
            (self - sent).filtered(lambda delivery: delivery.state == 'waiting')._not_delivered(text)
        elif status in ('process', 'pending', 'sent'):
            self.filtered(lambda delivery: delivery.state == 'waiting')._delivered()
