import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import mute_logger

# What may go out of a stage that is for court or lawyer.
LEGAL_CHANNELS = ('letter', 'phone')


class ArDunningNotice(models.Model):
    """The letter on its way: channel after channel of its stage, until one reaches the customer or none is left."""

    _inherit = 'ar.dunning.notice'

    delivery_ids = fields.One2many('ar.dunning.delivery', 'notice_id', "Deliveries", readonly=True)
    delivery_state = fields.Selection(
        lambda self: self.env['ar.dunning.delivery']._fields['state']._description_selection(self.env),
        "Delivery",
        compute='_compute_delivery_state',
    )
    delivery_channel = fields.Selection(
        lambda self: self.env['ar.dunning.delivery']._fields['channel']._description_selection(self.env),
        "Channel",
        compute='_compute_delivery_state',
    )
    delivery_text = fields.Char("Why", compute='_compute_delivery_state')

    @api.depends('delivery_ids.state', 'delivery_ids.error')
    def _compute_delivery_state(self):
        for notice in self:
            deliveries = notice.delivery_ids.sorted('id')
            last, texts = deliveries[-1:], dict.fromkeys(deliveries.filtered('error').mapped('error'))
            notice.update(
                {
                    'delivery_state': last.state,
                    'delivery_channel': last.channel,
                    'delivery_text': '; '.join(texts) if last.state in ('failed', 'bounced') else last.error,
                }
            )

    # === Channels ===

    def _enqueue(self):
        result = super()._enqueue()
        for notice in self.sudo():
            notice._try_next_channel()
        return result

    def _channels(self):
        channels = self.stage_id.channel_ids.sorted(lambda channel: (channel.sequence, channel.id)).mapped(
            'channel'
        )
        return (
            [channel for channel in channels if channel in LEGAL_CHANNELS]
            if self.stage_id.is_legal
            else channels
        )

    def _try_next_channel(self, failed=None):
        """Deliver by the channel after the one that failed; none is left: the letter is on the list of failures."""
        self.ensure_one()
        if self.state != 'queued':
            return
        channels = self._channels()
        if failed:
            channels = channels[channels.index(failed.channel) + 1 :] if failed.channel in channels else []
        if channels:
            self._deliver_by(channels[0])
        elif failed:
            self._mark_failed(failed.error)
        else:
            self._mark_failed(
                self.env._("Stage %s has no channel by which a letter could go out", self.stage_id.name)
            )

    def _deliver_by(self, channel, is_forced=False):
        # The attempt that failed must not be in the way of the next one.
        self.env['ar.dunning.delivery'].flush_model(['state'])
        delivery = (
            self.env['ar.dunning.delivery']
            .sudo()
            .create(
                {
                    'notice_id': self.id,
                    'company_id': self.company_id.id,
                    'channel': channel,
                    'contact_id': self._letter_contact().id,
                    'sequence': len(self.sudo().delivery_ids) + 1,
                    'is_forced': is_forced,
                }
            )
        )
        delivery._wake()
        return delivery

    # === Outcome ===

    def _reached(self, day):
        """A delivery reached the customer. Fee, hold and the like follow once, however often the letter had to be brought."""
        self.ensure_one()
        if not self.sent_on:
            return self._mark_sent(day)
        self.sudo().line_ids.filtered('included').write({'claimed': True, 'dunned_on': day})
        self.sudo().write({'state': 'sent', 'sent_on': day})
        return self.run_id._close_if_done()

    def _reopen(self):
        """Make a letter that came back one that is being sent; return whether another channel may be tried."""
        self.ensure_one()
        if self.state == 'sent' and not self._back_to_queue():
            self._mark_failed(
                self.env._("It came back, and another letter to the customer is under way already")
            )
        return self.state == 'queued'

    def _back_to_queue(self):
        try:
            with self.env.cr.savepoint(), mute_logger('odoo.sql_db'):
                self.sudo().state = 'queued'
                self.env.flush_all()
        except psycopg2.errors.UniqueViolation:
            self.invalidate_recordset()
            return False
        return True

    def _mark_failed(self, text):
        """Whoever was not reached was not told."""
        result = super()._mark_failed(text)
        self.sudo().line_ids.filtered('dunned_on').write({'dunned_on': False})
        return result

    def _withhold(self, reason, until=None):
        result = super()._withhold(reason, until)
        self.sudo().delivery_ids._cancel(self.env._("Nothing is left to ask for"))
        return result

    # === Decided by a person ===

    def action_retry(self):
        """Try the channels of the stage anew, even where mails came back."""
        return self._retry()

    def action_retry_letter(self):
        return self._retry('letter')

    def action_retry_phone(self):
        return self._retry('phone')

    def _retry(self, channel=None):
        self._check_open(('failed',))
        for notice in self:
            if not notice._back_to_queue():
                raise UserError(
                    self.env._("Another letter to %s is under way already.", notice.partner_id.display_name)
                )
        self._recheck()
        for notice in self.filtered(lambda notice: notice.state == 'queued'):
            first = channel or next(iter(notice._channels()), None)
            if not first:
                raise UserError(
                    self.env._(
                        "Stage %s has no channel. Add one to the plan, or choose one here.",
                        notice.stage_id.name,
                    )
                )
            notice._deliver_by(first, is_forced=True)
        return True

    def action_arrived(self):
        self.delivery_ids.filtered(lambda delivery: delivery.state == 'unknown').action_arrived()
        return True

    def action_send_again(self):
        self.delivery_ids.filtered(lambda delivery: delivery.state == 'unknown').action_send_again()
        return True
