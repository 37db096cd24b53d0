from odoo import api, fields, models
from odoo.tools import format_date

from ..engine import overdue


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    dunning_plan_id = fields.Many2one(
        'ar.dunning.plan',
        tracking=True,
        index='btree_not_null',
        help="Empty: the plan for the customer's grade or tags, else the general plan.",
    )
    dunning_contact_id = fields.Many2one(
        'res.partner',
        "Collections Contact",
        index='btree_not_null',
        domain="[('commercial_partner_id', '=', partner_id)]",
        help="Receives the letters. Empty: the invoice address.",
    )
    dunning_notice_ids = fields.One2many('ar.dunning.notice', 'credit_account_id', "Dunning Letters")
    dunning_block_ids = fields.One2many('ar.dunning.block', 'credit_account_id', "Dunning Blocks")
    dunning_level = fields.Integer(
        compute='_compute_dunning_level', help="The highest dunning level of the items still open."
    )
    last_dunned = fields.Date(compute='_compute_dunning_level')

    @api.depends('dunning_notice_ids.state')
    def _compute_dunning_level(self):
        levels = self._dunning_levels()
        last = dict(
            self.env['ar.dunning.notice']
            .sudo()
            ._read_group(
                [('credit_account_id', 'in', self.ids), ('state', '=', 'sent')],
                ['credit_account_id'],
                ['sent_on:max'],
            )
        )
        for account in self:
            account.dunning_level = levels.get(account._origin.id, 0)
            account.last_dunned = last.get(account._origin, False)

    @api.model
    def _dunning_level_sql(self, credit_account_id):
        self.env['ar.dunning.notice'].flush_model(['credit_account_id'])
        self.env['ar.dunning.notice.line'].flush_model(['move_line_id', 'level', 'dunned_on', 'notice_id'])
        self.env['account.move.line'].flush_model(['reconciled', 'parent_state'])
        return overdue.level(credit_account_id)

    def _knockout_facts(self, date):
        """A letter of a legal stage rules out a good grade, as long as something it demands is open."""
        facts = super()._knockout_facts(date)
        letters = (
            self.env['ar.dunning.notice']
            .sudo()
            .search(
                [
                    ('credit_account_id', '=', self.id),
                    ('state', '=', 'sent'),
                    ('stage_id.is_legal', '=', True),
                    ('sent_on', '<=', date),
                ]
            )
        )
        last = letters.filtered(lambda letter: letter._claims_on(date)).sorted('sent_on')[-1:]
        if last:
            facts['legal_dunning'] = self.env._(
                "%(stage)s of %(date)s", stage=last.stage_id.name, date=format_date(self.env, last.sent_on)
            )
        return facts

    def _merge_values(self, other):
        result = super()._merge_values(other)
        for name in ('dunning_plan_id', 'dunning_contact_id'):
            if not self[name] and other[name]:
                self[name] = other[name]
        return result

    def action_open_letters(self):
        self.ensure_one()
        return {
            **self.env['ir.actions.act_window']._for_xml_id('ar_dunning.ar_dunning_notice_action'),
            'domain': [('credit_account_id', '=', self.id)],
            'context': {'search_default_sent': 1},
        }
