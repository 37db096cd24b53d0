from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from .ar_dunning_stage import CHANNELS

STATES = [
    ('queued', "In the Queue"),
    ('waiting', "Waiting"),
    ('sending', "Being Sent"),
    ('sent', "Sent"),
    ('failed', "Failed"),
    ('bounced', "Bounced"),
    ('unknown', "Unknown"),
    ('cancelled', "Cancelled"),
]


class ArDunningDelivery(models.Model):
    """One attempt to deliver a letter by a channel: exactly what was sent, to whom, and what became of it.

    It cannot be edited. A mail of which it is not known whether the server took it is ``unknown``: it is
    not sent again by itself. ``ar_dunning_delivery_send`` is the worker, and its mail;
    ``ar_dunning_delivery_channel`` has the other channels.
    """

    _name = 'ar.dunning.delivery'
    _description = "Delivery of a Dunning Letter"
    _journaled = frozenset(['sent', 'failed', 'bounced', 'unknown', 'cancelled'])
    _journal_fields = frozenset(['channel', 'address', 'sent_on', 'error', 'total'])
    _order = 'id desc'
    _rec_name = 'channel'

    notice_id = fields.Many2one(
        'ar.dunning.notice', "Letter", required=True, readonly=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    partner_id = fields.Many2one(related='notice_id.partner_id', string="Customer", store=True)
    collector_id = fields.Many2one(related='notice_id.collector_id')
    stage_id = fields.Many2one(related='notice_id.stage_id')
    currency_id = fields.Many2one(related='notice_id.currency_id')
    total = fields.Monetary(related='notice_id.total', string="Claim")
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    sequence = fields.Integer(readonly=True, help="The first, second, ... attempt of the letter.")
    state = fields.Selection(STATES, required=True, default='queued', readonly=True, index=True)
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
    activity_id = fields.Many2one('mail.activity', readonly=True, index='btree_not_null', ondelete='set null')
    batch_id = fields.Many2one(
        'ar.dunning.print.batch', "Printing Batch", readonly=True, index='btree_not_null', ondelete='set null'
    )
    attachment_ids = fields.Many2many('ir.attachment', string="Documents", readonly=True)
    attempts = fields.Integer(readonly=True)
    next_try = fields.Datetime(readonly=True)
    sent_on = fields.Datetime(readonly=True)
    error = fields.Char("Remark", readonly=True)
    is_forced = fields.Boolean(
        "Requested by Hand", readonly=True, help="It was requested despite an earlier bounce."
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
            delivery.error = self._remark(self.env._("it arrived"))
            delivery._delivered(delivery.sent_on)
        return True

    def action_send_again(self):
        """Of an unknown mail: a person found out that it did not arrive, or prefers two to none."""
        self._check_state('unknown')
        for delivery in self.sudo():
            delivery.write({'state': 'cancelled', 'error': self._remark(self.env._("sent again"))})
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
            delivery.error = self._remark(text or self.env._("notified"))
            delivery._delivered()
        activities = self.activity_id.filtered('active')
        self.activity_id = False
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

    # === What is sent ===

    def _keep_documents(self, documents):
        """Keep exactly what is sent, in place of what an earlier attempt would have sent."""
        self.attachment_ids.unlink()
        self.attachment_ids = self.env['ir.attachment'].create(
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

    def _figures(self):
        """Return the figures in the letter."""
        notice = self.notice_id
        return notice.total, notice.fee, [(line.id, line.included, line.amount) for line in notice.line_ids]

    def _post_message(self, subject, body, message_id):
        """Log on the letter what the customer gets. A reply and a bounce find the letter by it."""
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

    # === Outcome ===

    def _delivered(self, moment=None):
        """The letter has reached the customer: it is sent, as of the day on which that happened."""
        moment = moment or fields.Datetime.now()
        self.write({'state': 'sent', 'sent_on': moment, 'next_try': False})
        self.notice_id._reached(fields.Datetime.context_timestamp(self, moment).date())

    def _not_delivered(self, text, state='failed'):
        """This channel does not reach the customer: the next one of the stage is tried."""
        for delivery in self:
            delivery.write({'state': state, 'error': text, 'next_try': False})
            delivery.notice_id._try_next_channel(delivery)

    def _bounced(self, text):
        """The mail came back, perhaps days later: it did not reach the customer."""
        for delivery in self.filtered(lambda delivery: delivery.state in ('sent', 'unknown', 'sending')):
            delivery.write({'state': 'bounced', 'error': text})
            if delivery.notice_id._reopen():
                delivery.notice_id._try_next_channel(delivery)

    def _cancel(self, text):
        """Withdraw what is not under way yet."""
        waiting = self.filtered(lambda delivery: delivery.state in ('queued', 'waiting'))
        waiting.write({'state': 'cancelled', 'error': text, 'next_try': False})
        activities = waiting.activity_id
        waiting.activity_id = False
        activities.unlink()
