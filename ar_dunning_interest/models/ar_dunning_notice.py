import psycopg2

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import mute_logger

# A letter's costs are looked at again until it is sent.
PRICED = ('proposed', 'approved', 'queued')
LINE_COSTS = ('interest', 'interest_from', 'interest_until', 'interest_text', 'fixed_sum', 'fixed_sum_text')


class ArDunningNotice(models.Model):
    """What the letter costs the customer.

    Previewed with the proposal, claimed by the letter, charged once it is sent.
    """

    _inherit = 'ar.dunning.notice'

    _journal_parts = {'line_ids': ('interest', 'fixed_sum')}

    charge_ids = fields.One2many('ar.interest.charge', 'notice_id', "Interest and Fees")
    interest_total = fields.Monetary(
        "Interest", readonly=True, copy=False, help="Until the day of the run, not charged before."
    )
    fixed_sum_total = fields.Monetary("Fixed Sums", readonly=True, copy=False)
    memo_total = fields.Monetary(
        "Charged Before",
        readonly=True,
        copy=False,
        help="Interest and fees claimed before but not booked. Letters that cost nothing leave them out.",
    )
    amount_due = fields.Monetary("Claim with Costs", compute='_compute_amount_due')

    cost_text = fields.Text("Why these Costs", compute='_compute_cost_text')

    @api.depends('line_ids.charge_text')
    def _compute_cost_text(self):
        for notice in self:
            notice.cost_text = (
                '\n'.join(
                    f'{line.move_id.name}: {text}'
                    for line in notice.line_ids
                    if line.charge_text
                    for text in line.charge_text.splitlines()
                )
                or False
            )

    @api.depends('total', 'fee', 'interest_total', 'fixed_sum_total', 'memo_total')
    def _compute_amount_due(self):
        for notice in self:
            notice.amount_due = notice.currency_id.round(
                notice.total + notice.fee + notice.interest_total + notice.fixed_sum_total + notice.memo_total
            )

    # === The letter ===

    def _letter_extra_rows(self):
        rows = [
            (self.env._("Interest on arrears"), self.interest_total),
            (self.env._("Fixed sum for late payment"), self.fixed_sum_total),
            (self.env._("Interest and fees of earlier letters"), self.memo_total),
        ]
        return super()._letter_extra_rows() + [(label, amount) for label, amount in rows if amount]

    def _letter_legal_basis(self):
        charged = self.interest_total or self.fixed_sum_total
        own = charged and self._charge_scheme().letter_text
        return '\n'.join(filter(None, (super()._letter_legal_basis(), own)))

    # === Preview ===

    def _charge_scheme(self):
        """Return the scheme of the letter: the stage says whether, the customer's file may say which."""
        self.ensure_one()
        stage = self.stage_id.interest_scheme_id
        return stage and (self.credit_account_id.interest_scheme_id or stage)

    def _price(self):
        """Write what the items cost until the run's day; the queries depend on the schemes only."""
        notices = self.sudo().filtered(lambda notice: notice.state in PRICED and notice.run_id)
        lines = notices.line_ids.filtered('included')
        costs = {line: {} for line in notices.line_ids}
        groups = lines.grouped(lambda line: (line.notice_id._charge_scheme(), line.notice_id.run_id.run_date))
        for (scheme, day), group in groups.items():
            if scheme:
                group._cost_of(scheme, day, costs)
        self._store_costs(costs)
        notices._update_charges()

    def _store_costs(self, costs):
        """Write only what changes: most letters of a run cost nothing."""
        for line, values in costs.items():
            values = {name: values.get(name, False) for name in LINE_COSTS}
            if any(line[name] != value for name, value in values.items()):
                line._record_facts(values)

    def _update_charges(self):
        before = self._memo_totals()
        for notice in self:
            lines, currency = notice.line_ids, notice.currency_id
            values = {
                'interest_total': currency.round(sum(lines.mapped('interest'))),
                'fixed_sum_total': currency.round(sum(lines.mapped('fixed_sum'))),
                'memo_total': before.get(notice._key(), 0.0)
                if notice.fee or notice._charge_scheme()
                else 0.0,
            }
            if any(notice[name] != value for name, value in values.items()):
                notice._record_facts(values)

    def _memo_totals(self):
        """Return {(account, company, currency): amount} of earlier charges that are a memo and stay one."""
        domain = (
            Domain('credit_account_id', 'in', self.credit_account_id.ids)
            & Domain('state', '=', 'memo')
            & Domain('to_book', '=', False)
        )
        return {
            (account.id, company.id, currency.id): amount
            for account, company, currency, amount in self.env['ar.interest.charge']._read_group(
                domain, ['credit_account_id', 'company_id', 'currency_id'], ['amount:sum']
            )
        }

    def _update_totals(self):
        result = super()._update_totals()
        self._price()
        return result

    def _change_stage(self, stage, note):
        result = super()._change_stage(stage, note)
        self._price()
        return result

    # === Charging ===

    def _mark_sent(self, day=None):
        first = self.filtered(lambda notice: notice.state != 'sent')
        result = super()._mark_sent(day)
        first.sudo()._charge_letters()
        return result

    def _charge_letters(self):
        """Charge what the letters claim, to the cent as they say it.

        The letter is out: nothing here may undo that. No account is locked and nothing is booked yet; the
        database itself refuses days that were charged meanwhile, and the letter says so.
        """
        charges = self.env['ar.interest.charge']
        for notice in self:
            for values in notice._prepare_letter_charges():
                try:
                    with self.env.cr.savepoint(), mute_logger('odoo.sql_db'):
                        charges |= charges._create_with_facts(values)
                except (psycopg2.errors.ExclusionViolation, psycopg2.errors.UniqueViolation):
                    notice.message_post(
                        body=self.env._(
                            "Not charged, because it has been charged elsewhere in the meantime: %s",
                            values['explanation'] or '',
                        )
                    )
        charges._wake_booking()

    def _prepare_letter_charges(self):
        """Yield the values of each charge: the fee of the letter, then what each item costs."""
        scheme = self._charge_scheme()
        common = {
            'notice_id': self.id,
            'credit_account_id': self.credit_account_id.id,
            'partner_id': self.partner_id.id,
            'company_id': self.company_id.id,
            'currency_id': self.currency_id.id,
            'date': self.sent_on,
        }
        if self.fee:
            booked_by = scheme or self.credit_account_id._interest_scheme()
            yield {
                **common,
                'kind': 'fee',
                'amount': self.fee,
                'interest_scheme_id': booked_by.id,
                'to_book': booked_by.booking == 'invoice',
                'explanation': self.stage_id.name,
            }
        for line in self.line_ids.filtered('included'):
            item = {
                **common,
                'move_line_id': line.move_line_id.id,
                'interest_scheme_id': scheme.id,
                'to_book': scheme.booking == 'invoice',
            }
            if line.interest:
                yield {
                    **item,
                    'kind': 'interest',
                    'amount': line.interest,
                    'date_from': line.interest_from,
                    'date_until': line.interest_until,
                    'explanation': line.interest_text,
                }
            if line.fixed_sum:
                yield {
                    **item,
                    'kind': 'fixed_sum',
                    'amount': line.fixed_sum,
                    'explanation': line.fixed_sum_text,
                }
