import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import mute_logger

# Found when a letter is reviewed: the customer, or an item of it, must not be dunned now.
STOPS = ('account_blocked', 'net_credit', 'unmatched_receipt', 'case')
ITEM_STOPS = ('blocked', 'disputed', 'promise', 'not_overdue')
# By what a letter of a stage that is for court or lawyer may go out.
LEGAL_CHANNELS = ('letter', 'phone')


class ArDunningNotice(models.Model):
    """From approved to sent: review, claim the items, try channel after channel, follow the stage.

    Each item is dunned once at each level, and nothing is demanded that is paid by then.
    """

    _inherit = 'ar.dunning.notice'

    # === Actions ===

    def action_send(self):
        """Queue the approved letters; the job sends them by the channels of their stage."""
        self._check_open(('approved',))
        self._recheck()
        for notice in self.filtered(lambda notice: notice.state == 'approved'):
            notice._queue()
        return True

    def action_retry(self):
        """Try the channels of the stage again, even where mails came back."""
        return self._retry()

    def action_retry_letter(self):
        return self._retry('letter')

    def action_retry_phone(self):
        return self._retry('phone')

    def action_arrived(self):
        self.delivery_ids.filtered(lambda delivery: delivery.state == 'unknown').action_arrived()
        return True

    def action_send_again(self):
        self.delivery_ids.filtered(lambda delivery: delivery.state == 'unknown').action_send_again()
        return True

    # === Reviewing ===

    def _recheck(self):
        """Review approved or queued letters: what was paid, disputed, promised or blocked since is left out.

        A letter of which nothing is left, or whose customer must not be dunned now, is withheld with its
        reason.
        """
        for run in self.run_id:
            notices = self.filtered(
                lambda notice, run=run: notice.run_id == run and notice.state in ('approved', 'queued')
            )
            by_key = {notice._key(): notice for notice in notices}
            drafts = {draft.key: draft for draft in run._drafts(notices.partner_id.ids, ignore=set(by_key))}
            for key, notice in by_key.items():
                notice.sudo()._apply_recheck(drafts.get(key))

    def _apply_recheck(self, draft):
        if not draft:
            return self._withhold('paid')
        if draft.letter.reason in STOPS:
            return self._withhold(draft.letter.reason, draft.until)
        results, amounts = draft.results(), draft.amounts(self.currency_id.round)
        for line in self.line_ids:
            result, amount = results.get(line.move_line_id.id), amounts.get(line.move_line_id.id, 0.0)
            if line.kind == 'debit' and line.included and (not result or result.why in ITEM_STOPS):
                why = result.why if result else 'not_overdue'
                line._record_facts({'included': False, 'claimed': False, 'why': why})
            elif amount != line.amount:
                line._record_facts({'amount': amount})
        if not self.line_ids.filtered('included'):
            return self._withhold('paid')
        return self._update_totals()

    def _withhold(self, reason, until=None):
        self.line_ids.filtered('claimed')._record_facts({'claimed': False})
        self._record_facts({'state': 'withheld', 'reason': reason, 'reason_until': until})
        self.sudo().delivery_ids._cancel(self.env._("Nothing is left to demand"))

    # === Queueing ===

    def _queue(self):
        """Claim the items at their levels and hand the letter to its first channel.

        The unique index on claimed items decides between two runs that dun the same item: the second letter
        is replaced.
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint(), mute_logger('odoo.sql_db'):
                self.sudo().line_ids.filtered('included')._record_facts({'claimed': True})
                self.sudo()._record_facts({'state': 'queued', 'name': self.name or self._next_number()})
                self.env.flush_all()
        except psycopg2.errors.UniqueViolation:
            self.invalidate_recordset()
            note = self.env._("Its items have been dunned by another letter in the meantime")
            self.sudo()._record_facts({'state': 'superseded', 'note': note})
            return
        self.sudo()._try_next_channel()

    def _next_number(self):
        return self.env['ir.sequence'].sudo().with_company(self.company_id).next_by_code(
            'ar.dunning.notice'
        ) or str(self.id)

    def _channels(self):
        """Return the channels of the stage in the order in which they are tried."""
        steps = self.stage_id.channel_ids.sorted(lambda step: (step.sequence, step.id))
        return [
            channel
            for channel in steps.mapped('channel')
            if not self.stage_id.is_legal or channel in LEGAL_CHANNELS
        ]

    def _try_next_channel(self, failed=None):
        """Deliver by the channel after the one that failed; where none is left, the letter has failed."""
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
                self.env._("Stage %s has no channel that can send a letter", self.stage_id.name)
            )

    def _deliver_by(self, channel, is_forced=False):
        # The attempt that failed must not be in the way of the next one.
        self.env['ar.dunning.delivery'].flush_model(['state'])
        values = self._prepare_delivery_values(channel)
        values |= {'sequence': len(self.sudo().delivery_ids) + 1, 'is_forced': is_forced}
        delivery = self.env['ar.dunning.delivery'].sudo()._create_with_facts(values)
        delivery._wake()
        return delivery

    def _prepare_delivery_values(self, channel):
        return {
            'notice_id': self.id,
            'company_id': self.company_id.id,
            'channel': channel,
            'contact_id': self._letter_contact().id,
        }

    def _obstacles(self):
        """Return, for each channel of the stage, why it cannot reach the customer; False where it can."""
        Delivery = self.env['ar.dunning.delivery']
        return [
            Delivery.new(self._prepare_delivery_values(channel))._obstacle() for channel in self._channels()
        ]

    # === Outcome ===

    def _reached(self, day):
        """A delivery reached the customer.

        Fee, hold and the like follow once, however many deliveries the letter takes.
        """
        self.ensure_one()
        if not self.sent_on:
            return self._mark_sent(day)
        self.sudo().line_ids.filtered('included')._record_facts({'claimed': True, 'dunned_on': day})
        self.sudo()._record_facts({'state': 'sent', 'sent_on': day})
        return self.run_id._close_if_done()

    def _mark_sent(self, day=None):
        """Hook: the items have been dunned at their levels as of the day, and the stage's actions follow."""
        day = day or fields.Date.context_today(self)
        for notice in self:
            included = notice.sudo().line_ids.filtered('included')
            included._record_facts({'claimed': True, 'dunned_on': day})
            notice.sudo()._record_facts({'state': 'sent', 'sent_on': day})
            notice.sudo()._follow_stage()
        self.run_id._close_if_done()

    def _follow_stage(self):
        """Hook: do what the stage asks for besides the letter."""
        self.ensure_one()
        stage, account = self.stage_id, self.credit_account_id
        if stage.collector_id and account.collector_id != stage.collector_id:
            account.collector_id = stage.collector_id
        if stage.place_hold and not account.hold_ids.filtered(
            lambda hold: hold.active and hold.source == 'automatic'
        ):
            internal = self.company_id._with_internal_lang(self)
            reason = internal.env._(
                "Dunning: %(stage)s, %(amount)s overdue",
                stage=internal.stage_id.name,
                amount=self.currency_id.format(self.total),
            )
            self.env['ar.hold']._create_with_facts(
                {'credit_account_id': account.id, 'source': 'automatic', 'reason': reason}
            )

    def _mark_failed(self, text):
        """No channel reached the customer: the letter stays on the list of failures until a person decides.

        An undelivered letter does not count as a dunning notice.
        """
        for notice in self.sudo():
            notice._record_facts({'state': 'failed', 'note': text})
            notice.line_ids.filtered('dunned_on')._record_facts({'dunned_on': False})

    def _reopen(self):
        """Queue a letter again that came back; return whether another channel may be tried."""
        self.ensure_one()
        if self.state == 'sent' and not self._back_to_queue():
            self._mark_failed(
                self.env._("It came back, and another letter to the customer is already under way")
            )
        return self.state == 'queued'

    def _back_to_queue(self):
        try:
            with self.env.cr.savepoint(), mute_logger('odoo.sql_db'):
                self.sudo()._record_facts({'state': 'queued'})
                self.env.flush_all()
        except psycopg2.errors.UniqueViolation:
            self.invalidate_recordset()
            return False
        return True

    def _retry(self, channel=None):
        """Queue failed letters again, by the channel or the first one of their stage."""
        self._check_open(('failed',))
        for notice in self:
            if not notice._back_to_queue():
                raise UserError(
                    self.env._("Another letter to %s is already under way.", notice.partner_id.display_name)
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

    # === Opening levels ===

    @api.model
    def _record_opening_levels(self, lines, level, day, note):
        """Record how far items were dunned before this system was in use: they are at that level.

        :param lines: receivable journal items of one or more customers.
        :return: the notices, one per customer, company and currency.
        """
        notices = self.browse()
        groups = lines.grouped(
            lambda line: (line.partner_id.commercial_partner_id, line.company_id, line.currency_id)
        )
        for (partner, company, currency), items in groups.items():
            account = self.env['ar.credit.account'].sudo()._for_partner(partner, company)
            claim = sum(items.mapped('amount_residual_currency'))
            notices |= self.sudo()._create_with_facts(
                {
                    'credit_account_id': account.id,
                    'partner_id': partner.id,
                    'company_id': company.id,
                    'currency_id': currency.id,
                    'level': level,
                    'state': 'sent',
                    'sent_on': day,
                    'note': note,
                    'is_imported': True,
                    'item_count': len(items),
                    'claim': claim,
                    'total': claim,
                    'line_ids': [
                        fields.Command.create(values)
                        for values in self._prepare_opening_lines(items, level, day)
                    ],
                }
            )
        return notices

    @api.model
    def _prepare_opening_lines(self, lines, level, day):
        counts = self.env['ar.dunning.notice.line']._claimed_counts(lines.ids)
        for line in lines:
            yield {
                'company_id': line.company_id.id,
                'move_line_id': line.id,
                'currency_id': line.currency_id.id,
                'date': line.date,
                'date_maturity': line.date_maturity or line.date,
                'amount': line.amount_residual_currency,
                'level': level,
                'included': True,
                'claimed': True,
                'dunned_on': day,
                'repetition': counts.get((line.id, level), 0),
            }
