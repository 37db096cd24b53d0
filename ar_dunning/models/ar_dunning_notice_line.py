from odoo import api, fields, models
from odoo.tools import format_date

from ..engine import overdue
from ..rules.draft import NEVER, Dunned, Line

# ``promise`` and ``payment_plan`` come from ``ar.open.item._dunning_exclusions``, which other addons answer.
WHY = [
    ('blocked', "Blocked"),
    ('disputed', "Disputed"),
    ('promise', "Promised"),
    ('payment_plan', "Payment plan"),
    ('not_overdue', "Not overdue"),
    ('below_first_level', "Before the first stage"),
    ('level_interval', "Minimum interval not reached"),
    ('no_change', "No higher stage yet"),
    ('min_amount', "Below the minimum"),
    ('removed', "Taken out"),
]


class ArDunningNoticeLine(models.Model):
    """An item of a letter, or one left out of it and why. Facts are copied: what was demanded stays as sent.

    ``claimed`` says that the item has been, or is being, dunned at this level. The unique index guarantees
    that each item is dunned once at each level, whatever runs at the same time and whatever is killed in
    between; a stage that is always repeated counts its repetitions.
    """

    _name = 'ar.dunning.notice.line'
    _description = "Dunning Notice Item"
    _inherit = ['ar.fact.mixin']
    _order = 'notice_id, kind desc, date_maturity, id'
    _only_recorded = True
    _recorded_by = frozenset(['ar.dunning.notice'])

    notice_id = fields.Many2one('ar.dunning.notice', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', required=True, index=True)
    move_line_id = fields.Many2one(
        'account.move.line', "Item", required=True, index=True, ondelete='restrict'
    )
    move_id = fields.Many2one(related='move_line_id.move_id', string="Document")
    kind = fields.Selection([('debit', "Claim"), ('credit', "Credit")], required=True, default='debit')
    currency_id = fields.Many2one('res.currency', required=True)
    date = fields.Date()
    date_maturity = fields.Date("Due Date")
    amount = fields.Monetary(
        "Open Amount", help="The amount open when the notice was made, excluding disputed amounts."
    )
    disputed_amount = fields.Monetary("Disputed")
    days_in_arrears = fields.Integer("Days in Arrears")
    old_level = fields.Integer("Level Before")
    level = fields.Integer(required=True, default=0)
    repetition = fields.Integer(
        required=True, default=0, help="How many times the item was dunned at this level before."
    )
    last_notice = fields.Date()
    escalated = fields.Boolean("Broken Promise")
    included = fields.Boolean()
    why = fields.Selection(WHY, "Left Out")
    why_until = fields.Date("Left Out until")
    claimed = fields.Boolean(readonly=True, copy=False)
    dunned_on = fields.Date(
        readonly=True, copy=False, help="The day on which the notice reached the customer."
    )
    explanation = fields.Char("Why this Level", compute='_compute_explanation')

    _dunned_once = models.UniqueIndex(
        '(move_line_id, level, repetition) WHERE claimed', "This item has already been dunned at this level."
    )
    # The level of an item is the highest at which it was dunned: read for thousands of items at a time.
    _dunned_idx = models.Index('(move_line_id, dunned_on, level) WHERE dunned_on IS NOT NULL')

    @api.depends(
        'included',
        'why',
        'why_until',
        'level',
        'old_level',
        'days_in_arrears',
        'last_notice',
        'escalated',
        'kind',
        'repetition',
    )
    @api.depends_context('lang')
    def _compute_explanation(self):
        for line in self:
            line.explanation = line._explain()

    def _explain(self):
        """Hook: return in one sentence why the item is at its level, or why it is left out."""
        if self.kind == 'credit':
            return self.env._("Not matched yet")
        if not self.included:
            why = dict(self._fields['why']._description_selection(self.env)).get(self.why)
            if not why:
                return self.env._("The customer gets no letter")
            return (
                self.env._("%(why)s until %(date)s", why=why, date=format_date(self.env, self.why_until))
                if self.why_until
                else why
            )
        if self.escalated:
            return self.env._(
                "Level %(level)s: a promise was broken, one level above %(old)s",
                level=self.level,
                old=self.old_level,
            )
        if self.level == self.old_level:
            return self.env._(
                "Level %(level)s again: last dunned on %(date)s",
                level=self.level,
                date=format_date(self.env, self.last_notice),
            )
        if not self.old_level and not self.days_in_arrears:
            return self.env._(
                "Level %(level)s: due on %(date)s, not dunned before",
                level=self.level,
                date=self.date_maturity,
            )
        if not self.old_level:
            return self.env._(
                "Level %(level)s: %(days)s days in arrears, not dunned before",
                level=self.level,
                days=self.days_in_arrears,
            )
        return self.env._(
            "Level %(level)s: %(days)s days in arrears, dunned at level %(old)s on %(date)s",
            level=self.level,
            days=self.days_in_arrears,
            old=self.old_level,
            date=format_date(self.env, self.last_notice),
        )

    # === Actions ===

    def action_take_out(self):
        """Leave the item out of a notice that is not sent yet."""
        self.notice_id._check_open()
        self.sudo()._record_facts({'included': False, 'why': 'removed'})
        self.notice_id._update_totals()
        return True

    def action_open_dispute(self):
        """Open the disputes of the invoice, or a new one."""
        self.ensure_one()
        return self.move_id.action_open_dispute()

    def action_open_document(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'account.move',
            'res_id': self.move_id.id,
            'view_mode': 'form',
        }

    # === Storing ===

    @api.model
    def _insert(self, lines):
        """Store (notice id, *Line) in one statement: a run has tens of thousands, all of new notices."""
        lines = list(lines)
        if lines:
            # What is pending of other lines must not get lost with the cache.
            self.flush_model()
            columns = ', '.join(('notice_id', *Line._fields))
            self.env.cr.execute_values(f"INSERT INTO ar_dunning_notice_line ({columns}) VALUES %s", lines)
            self.invalidate_model(flush=False)
            self.env['ar.dunning.notice'].invalidate_model(['line_ids'], flush=False)

    # === What was dunned ===

    @api.model
    def _dunned_levels(self, line_ids):
        """Return {journal item id: Dunned} of those that were dunned; others are ``rules.draft.NEVER``."""
        self.flush_model(['move_line_id', 'level', 'dunned_on'])
        result = {}
        for line_id, level, on, times in self.env.execute_query(overdue.dunned(line_ids)):
            before = result.get(line_id, NEVER).on
            result[line_id] = Dunned(level, max(on, before) if before else on, times)
        return result

    @api.model
    def _claimed_counts(self, line_ids):
        """Return {(journal item id, level): how often the item was, or is being, dunned at that level}."""
        return {
            (line.id, level): count
            for line, level, count in self.sudo()._read_group(
                [('move_line_id', 'in', line_ids), ('claimed', '=', True)],
                ['move_line_id', 'level'],
                ['__count'],
            )
        }
