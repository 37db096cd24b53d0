from odoo import fields, models
from odoo.tools import SQL

from ..engine import effect


class ArDunningEffect(models.Model):
    """What letters brought in, and what they cost: one row per letter sent, in company currency.

    The same receipt counts for every letter that demanded the item within the window, so the stages of a
    plan do not add up; they are compared. Rates are of the letters whose window has passed.
    """

    _name = 'ar.dunning.effect'
    _inherit = ['ar.derived.mixin']
    _description = "Effect of Dunning"
    _auto = False
    _order = 'sent_on desc, id desc'
    _rec_name = 'partner_id'
    _depends = {
        'ar.dunning.notice': [
            'credit_account_id',
            'collector_id',
            'company_id',
            'is_imported',
            'dunning_plan_id',
            'sent_on',
            'stage_id',
            'state',
        ],
        'ar.dunning.notice.line': ['amount', 'included', 'kind', 'move_line_id', 'notice_id', 'dunned_on'],
        'ar.dunning.delivery': ['channel', 'notice_id', 'state'],
        'ar.dunning.stage.channel': ['channel', 'cost', 'sequence', 'stage_id'],
        'account.move.line': ['amount_currency', 'balance', 'journal_id', 'parent_state', 'reconciled'],
        'account.partial.reconcile': ['amount', 'credit_move_id', 'debit_move_id', 'max_date'],
        'ar.credit.account': ['grade_id'],
    }

    credit_account_id = fields.Many2one('ar.credit.account', "Credit File", readonly=True)
    partner_id = fields.Many2one('res.partner', "Customer", readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    currency_id = fields.Many2one('res.currency', readonly=True)
    dunning_plan_id = fields.Many2one('ar.dunning.plan', readonly=True)
    stage_id = fields.Many2one('ar.dunning.stage', readonly=True)
    level = fields.Integer(readonly=True, aggregator=None)
    sent_on = fields.Date(readonly=True)
    channel = fields.Selection(
        lambda self: self.env['ar.dunning.stage.channel']._fields['channel']._description_selection(self.env),
        readonly=True,
    )
    grade_id = fields.Many2one('ar.credit.grade', readonly=True)
    collector_id = fields.Many2one('res.users', readonly=True)
    letters = fields.Integer(readonly=True)
    claimed = fields.Monetary(readonly=True)
    claimed_7 = fields.Monetary("Claimed, 7 Days Ago", readonly=True)
    claimed_14 = fields.Monetary("Claimed, 14 Days Ago", readonly=True)
    claimed_30 = fields.Monetary("Claimed, 30 Days Ago", readonly=True)
    collected_7 = fields.Monetary("Collected in 7 Days", readonly=True)
    collected_14 = fields.Monetary("Collected in 14 Days", readonly=True)
    collected_30 = fields.Monetary("Collected in 30 Days", readonly=True)
    rate_7 = fields.Float("% in 7 Days", readonly=True, aggregator='avg', digits=(5, 1))
    rate_14 = fields.Float("% in 14 Days", readonly=True, aggregator='avg', digits=(5, 1))
    rate_30 = fields.Float("% in 30 Days", readonly=True, aggregator='avg', digits=(5, 1))
    cost = fields.Monetary("Cost of Dunning", readonly=True)
    days_to_pay = fields.Integer(
        "Days to Pay (Median)",
        readonly=True,
        aggregator='avg',
        help="From the letter to the last receipt, of letters that are paid in full.",
    )

    @property
    def _table_query(self):
        return effect.letters(fields.Date.context_today(self))

    def _read_group_select(self, aggregate_spec, query):
        """A rate of many letters is what they brought in over what they claimed; days to pay are a median."""
        name, _sep, func = aggregate_spec.partition(':')
        if name in effect.RATES and func == 'avg':
            days = effect.RATES[name]
            return SQL(
                '100 * SUM(%s) / NULLIF(SUM(%s), 0)',
                self._field_to_sql(self._table, f'collected_{days}', query),
                self._field_to_sql(self._table, f'claimed_{days}', query),
            )
        if name == 'days_to_pay' and func == 'avg':
            return SQL(
                'PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY %s)',
                self._field_to_sql(self._table, name, query),
            )
        return super()._read_group_select(aggregate_spec, query)

    def action_open_letter(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.dunning.notice',
            'res_id': self.id,
            'view_mode': 'form',
        }
