from odoo import api, fields, models

WHY = [
    ('blocked', "Blocked"),
    ('disputed', "Disputed"),
    ('promise', "Promised"),
    ('payment_plan', "Payment plan"),
    ('not_overdue', "Not overdue"),
    ('below_first_level', "Before the first stage"),
    ('level_interval', "Asked too recently"),
    ('no_change', "No higher stage yet"),
    ('min_amount', "Below the minimum"),
    ('removed', "Taken out"),
]


class ArDunningNoticeLine(models.Model):
    """An item on a notice, or one left out of it and why. Facts are copied: what was claimed stays as it was told.

    ``claimed`` says that the item was, or is being, told at this level. The unique index holds that each item is told
    once at each level, whatever runs at the same time and whatever is killed in between; a stage that is always repeated counts
    its repetitions.
    """

    _name = 'ar.dunning.notice.line'
    _description = "Dunning Notice Item"
    _order = 'notice_id, kind desc, date_maturity, id'

    notice_id = fields.Many2one('ar.dunning.notice', required=True, index=True, ondelete='cascade')
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
        "Open Amount", help="What was open when the notice was made, without what is disputed."
    )
    disputed_amount = fields.Monetary("Disputed")
    days_in_arrears = fields.Integer("Days in Arrears")
    old_level = fields.Integer("Level Before")
    level = fields.Integer()
    repetition = fields.Integer(help="How many times the item was told at this level before.")
    last_notice = fields.Date()
    escalated = fields.Boolean("Broken Promise")
    included = fields.Boolean()
    why = fields.Selection(WHY, "Left Out")
    why_until = fields.Date("Left Out until")
    claimed = fields.Boolean(readonly=True, copy=False)
    dunned_on = fields.Date(readonly=True, copy=False, help="The day on which the customer was told.")
    explanation = fields.Char("Why this Level", compute='_compute_explanation')

    _dunned_once = models.UniqueIndex(
        '(move_line_id, level, repetition) WHERE claimed', "This item was told at this level already."
    )
    # The level of an item is the highest that it was told: read for thousands of items at a time.
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
        """Return in one sentence why the item stands where it stands."""
        _ = self.env._
        if self.kind == 'credit':
            return _("Not matched yet")
        if not self.included:
            why = dict(self._fields['why']._description_selection(self.env)).get(self.why)
            if not why:
                return _("The customer gets no letter")
            return _("%(why)s until %(date)s", why=why, date=self.why_until) if self.why_until else why
        if self.escalated:
            return _(
                "Level %(level)s: a promise was broken, one level above %(old)s",
                level=self.level,
                old=self.old_level,
            )
        if self.level == self.old_level:
            return _("Level %(level)s again: last told on %(date)s", level=self.level, date=self.last_notice)
        if not self.old_level:
            return _(
                "Level %(level)s: %(days)s days in arrears, not told before",
                level=self.level,
                days=self.days_in_arrears,
            )
        return _(
            "Level %(level)s: %(days)s days in arrears, level %(old)s was told on %(date)s",
            level=self.level,
            days=self.days_in_arrears,
            old=self.old_level,
            date=self.last_notice,
        )

    def action_take_out(self):
        """Leave the item out of a notice that is not sent yet."""
        self.notice_id._check_open()
        self.sudo().write({'included': False, 'why': 'removed'})
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
