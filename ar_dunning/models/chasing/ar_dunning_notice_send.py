import psycopg2

from odoo import api, fields, models
from odoo.tools import mute_logger

# Found when a letter is looked at again: the customer, or an item of it, must not be asked now.
STOPS = ('account_blocked', 'net_credit', 'unmatched_receipt', 'case')
ITEM_STOPS = ('blocked', 'disputed', 'promise', 'not_overdue')


class ArDunningNotice(models.Model):
    """From approved to sent: each item is told once at each level, and nobody is asked for what is paid by then."""

    _inherit = 'ar.dunning.notice'

    def action_send(self):
        """Queue the approved letters; the job sends them by the channels of their stage."""
        self._check_open(('approved',))
        self._recheck()
        for notice in self.filtered(lambda notice: notice.state == 'approved'):
            notice._queue()
        return True

    def _queue(self):
        """Claim the items at their levels and hand the letter to the senders.

        The unique index on claimed items decides between two runs that want to tell the same: the second letter is replaced.
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint(), mute_logger('odoo.sql_db'):
                self.sudo().line_ids.filtered('included').write({'claimed': True})
                self.sudo().write({'state': 'queued', 'name': self.name or self._next_number()})
                self.env.flush_all()
        except psycopg2.errors.UniqueViolation:
            self.invalidate_recordset()
            self.sudo().write(
                {'state': 'superseded', 'note': self.env._("Its items were told by another letter meanwhile")}
            )
            return
        self._enqueue()

    def _next_number(self):
        return self.env['ir.sequence'].sudo().with_company(self.company_id).next_by_code(
            'ar.dunning.notice'
        ) or str(self.id)

    def _enqueue(self):
        """Hook: make the first delivery. Without a sender, a letter that is queued counts as handed over by the user."""

    def _recheck(self):
        """Look again at letters that are approved or queued: what was paid, disputed, promised or blocked since is left out.

        A letter of which nothing is left, or whose customer must not be asked now, is withheld with its reason.
        """
        for run in self.run_id:
            notices = self.filtered(
                lambda notice, run=run: notice.run_id == run and notice.state in ('approved', 'queued')
            )
            keys = {notice._key(): notice for notice in notices}
            drafts = {draft[:3]: draft for draft in run._drafts(notices.partner_id.ids, ignore=set(keys))}
            for key, notice in keys.items():
                notice.sudo()._apply_recheck(drafts.get(key))

    def _key(self):
        return (self.credit_account_id.id, self.company_id.id, self.currency_id.id)

    def _apply_recheck(self, draft):
        if not draft:
            return self._withhold('paid')
        if draft.letter.reason in STOPS:
            return self._withhold(draft.letter.reason, draft.until)
        results = {result.key: result for result in draft.letter.items}
        amounts = {
            row.line_id: self.currency_id.round(
                row.amount - self.run_id._disputed_in_currency(row, draft.facts['disputed'], self.currency_id)
            )
            for row in draft.rows
        }
        for line in self.line_ids:
            result = results.get(line.move_line_id.id)
            if line.kind == 'debit' and line.included and (not result or result.why in ITEM_STOPS):
                line.write(
                    {'included': False, 'claimed': False, 'why': result.why if result else 'not_overdue'}
                )
            elif amounts.get(line.move_line_id.id, 0.0) != line.amount:
                line.amount = amounts.get(line.move_line_id.id, 0.0)
        if not self.line_ids.filtered('included'):
            return self._withhold('paid')
        return self._update_totals()

    def _withhold(self, reason, until=None):
        self.line_ids.filtered('claimed').write({'claimed': False})
        self.write({'state': 'withheld', 'reason': reason, 'reason_until': until})

    def _mark_sent(self, day=None):
        """The customer was told: the items stand at their levels from now on, and the stage's actions follow."""
        day = day or fields.Date.context_today(self)
        for notice in self:
            notice.sudo().line_ids.filtered('included').write({'claimed': True, 'dunned_on': day})
            notice.sudo().write({'state': 'sent', 'sent_on': day})
            notice.sudo()._follow_stage()
        self.run_id._close_if_done()

    def _mark_failed(self, text):
        """No channel reached the customer: the letter stays on the list of failures until somebody decides."""
        for notice in self:
            notice.sudo().write({'state': 'failed', 'note': text})

    def _follow_stage(self):
        """Do what the stage wants beside the letter. Other rooms extend it."""
        self.ensure_one()
        stage, account, told = (
            self.stage_id,
            self.credit_account_id,
            self.company_id._with_internal_lang(self),
        )
        if stage.collector_id and account.collector_id != stage.collector_id:
            account.collector_id = stage.collector_id
        if stage.place_hold and not account.hold_ids.filtered(
            lambda hold: hold.active and hold.source == 'automatic'
        ):
            self.env['ar.hold'].create(
                {
                    'credit_account_id': account.id,
                    'source': 'automatic',
                    'reason': told.env._(
                        "Dunning: %(stage)s, %(amount)s overdue",
                        stage=told.stage_id.name,
                        amount=self.currency_id.format(self.total),
                    ),
                }
            )

    @api.model
    def _record_opening_levels(self, lines, level, day, note):
        """Record what customers were told before, by another system or by word of mouth: the items stand at that level.

        :param lines: receivable journal items of one or more customers.
        :return: the notices, one per customer, company and currency.
        """
        notices = self.browse()
        groups = lines.grouped(
            lambda line: (line.partner_id.commercial_partner_id, line.company_id, line.currency_id)
        )
        for (partner, company, currency), items in groups.items():
            account = self.env['ar.credit.account'].sudo()._for_partner(partner, company)
            notice = self.sudo().create(
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
                    'claim': sum(items.mapped('amount_residual_currency')),
                    'total': sum(items.mapped('amount_residual_currency')),
                    'line_ids': [
                        fields.Command.create(self._prepare_opening_values(line, level, day))
                        for line in items
                    ],
                }
            )
            notices |= notice
        return notices

    @api.model
    def _prepare_opening_values(self, line, level, day):
        times = self.env['ar.dunning.run']._dunned_counts(line.ids).get((line.id, level), 0)
        return {
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
            'repetition': times,
        }
