from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

STATES = [
    ('withheld', "No letter"),
    ('proposed', "Proposed"),
    ('approved', "Approved"),
    ('queued', "Being Sent"),
    ('sent', "Sent"),
    ('failed', "Failed"),
    ('dropped', "Dropped"),
    ('postponed', "Postponed"),
    ('superseded', "Replaced"),
]
REASONS = [
    ('account_blocked', "Customer blocked"),
    ('interval', "Got a letter too recently"),
    ('nothing_overdue', "All that is overdue is kept back"),
    ('min_days_account', "Oldest item not old enough"),
    ('net_credit', "Credits cover what is overdue"),
    ('nothing_to_dun', "No item has reached a new stage"),
    ('unmatched_receipt', "A receipt is not matched"),
    ('case', "With lawyer or agency"),
    ('no_plan', "No dunning plan"),
    ('paid', "Paid meanwhile"),
]
# Decided by the actions, which check who may and ask why; nobody edits them.
FACTS = {
    'credit_account_id',
    'partner_id',
    'company_id',
    'currency_id',
    'dunning_plan_id',
    'stage_id',
    'level',
    'state',
    'reason',
    'name',
    'claim',
    'credit',
    'total',
    'fee',
    'approved_by',
    'sent_on',
    'line_ids',
    'collector_id',
}


class ArDunningNotice(models.Model):
    """One letter to a customer of a company in a currency, at the highest level of its items; or why there is none."""

    _name = 'ar.dunning.notice'
    _description = "Dunning Letter"
    _inherit = ['mail.thread', 'mail.activity.mixin', 'portal.mixin']
    _order = 'id desc'

    name = fields.Char("Number", readonly=True, copy=False, help="Given when the letter is sent.")
    run_id = fields.Many2one('ar.dunning.run', readonly=True, index=True, ondelete='cascade')
    credit_account_id = fields.Many2one(
        'ar.credit.account', "Credit Account", required=True, readonly=True, index=True, ondelete='restrict'
    )
    partner_id = fields.Many2one('res.partner', "Customer", required=True, readonly=True, index=True)
    collector_id = fields.Many2one(
        'res.users',
        readonly=True,
        index='btree_not_null',
        help="Who looked after the customer when the letter was made.",
    )
    grade_id = fields.Many2one(related='credit_account_id.grade_id')
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    dunning_plan_id = fields.Many2one(
        'ar.dunning.plan', readonly=True, ondelete='restrict', index='btree_not_null'
    )
    stage_id = fields.Many2one(
        'ar.dunning.stage',
        readonly=True,
        ondelete='restrict',
        index='btree_not_null',
        tracking=True,
        domain="[('dunning_plan_id', '=', dunning_plan_id)]",
    )
    level = fields.Integer(readonly=True)
    state = fields.Selection(
        STATES, required=True, default='proposed', readonly=True, tracking=True, index=True
    )
    reason = fields.Selection(REASONS, "Why no Letter", readonly=True)
    reason_until = fields.Date("Until", readonly=True)
    note = fields.Char(
        "Remark", readonly=True, tracking=True, help="Why somebody dropped, postponed or changed it."
    )
    line_ids = fields.One2many('ar.dunning.notice.line', 'notice_id', "Items")
    claim = fields.Monetary("Overdue", readonly=True)
    credit = fields.Monetary("Credits", readonly=True)
    total = fields.Monetary(
        "Claim", readonly=True, help="Overdue items less unallocated credits, without fee and interest."
    )
    fee = fields.Monetary(readonly=True)
    days_in_arrears = fields.Integer("Oldest (Days)", readonly=True, aggregator='max')
    item_count = fields.Integer("Number of Items", readonly=True)
    approved_by = fields.Many2one('res.users', readonly=True)
    sent_on = fields.Date(readonly=True, index=True)
    is_imported = fields.Boolean(
        "Told Before", readonly=True, help="What a customer had been told before this system knew."
    )

    _open_once = models.UniqueIndex(
        "(credit_account_id, company_id, currency_id) WHERE state IN ('approved', 'queued')",
        "A letter to this customer in this currency is under way already.",
    )

    @api.depends('name', 'partner_id', 'stage_id')
    @api.depends_context('lang')
    def _compute_display_name(self):
        for notice in self:
            notice.display_name = ' · '.join(
                filter(None, [notice.name, notice.stage_id.name, notice.partner_id.display_name])
            )

    def _compute_access_url(self):  # pylint: disable=missing-return
        super()._compute_access_url()
        for notice in self:
            notice.access_url = f'/my/receivables/letters/{notice.id}'

    def write(self, vals):
        if not self.env.su and FACTS & set(vals):
            raise AccessError(
                self.env._(
                    "Dunning letters are not edited. Approve, drop, postpone or change them with their buttons."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _keep_history(self):
        if any(notice.state != 'withheld' for notice in self):
            raise UserError(self.env._("A dunning letter is kept as history. Drop it instead."))

    # === Deciding ===

    def _may_approve(self):
        """Return whether the user may approve: a legal or late stage may ask for a credit controller."""
        self.ensure_one()
        if self.stage_id.approval == 'controller':
            return self.env.user.has_group('ar_base.group_controller')
        return self.env.user.has_group('ar_base.group_collector') or self.env.user.has_group(
            'ar_base.group_controller'
        )

    def _check_open(self, states=('proposed', 'approved')):
        """:raise UserError: a letter was sent or decided already. :raise AccessError: the user may not decide on letters."""
        self.check_access('write')
        for notice in self:
            if notice.state not in states:
                raise UserError(
                    self.env._(
                        "The letter to %(customer)s is %(state)s: nothing can be changed in it any more.",
                        customer=notice.partner_id.display_name,
                        state=dict(self._fields['state']._description_selection(self.env))[notice.state],
                    )
                )

    def action_approve(self):
        """Approve; the letter goes out with the next sending.

        :raise AccessError: the stage asks for a credit controller.
        """
        self._check_open(('proposed',))
        for notice in self:
            if not notice._may_approve():
                raise AccessError(
                    self.env._(
                        "The letter to %(customer)s is of stage %(stage)s, which a credit controller approves.",
                        customer=notice.partner_id.display_name,
                        stage=notice.stage_id.name,
                    )
                )
        self._approve()
        return True

    def _approve(self):
        self.sudo().write({'state': 'approved', 'approved_by': self.env.uid})

    def _drop(self, note, state='dropped'):
        """Withdraw letters with a reason; their items can be told by a later run."""
        self._check_open(('proposed', 'approved', 'failed'))
        self.sudo().line_ids.filtered('claimed').write({'claimed': False})
        self.sudo().write({'state': state, 'note': note})

    def _postpone(self, until, note):
        """Ask nobody until the date (inclusive), then propose again."""
        for account in self.credit_account_id:
            self.env['ar.dunning.block'].create(
                {'credit_account_id': account.id, 'until': until, 'reason': note}
            )
        self._drop(note, 'postponed')

    def _change_stage(self, stage, note):
        """Make it a letter of another stage of the plan: items of its present level, and items above, are told at that one."""
        self._check_open()
        for notice in self.sudo():
            if stage.dunning_plan_id != notice.dunning_plan_id:
                raise UserError(
                    self.env._(
                        "Stage %(stage)s is not one of plan %(plan)s: choose one of that plan, or change the customer's plan.",
                        stage=stage.name,
                        plan=notice.dunning_plan_id.name,
                    )
                )
            lines = notice.line_ids.filtered('included')
            changed = lines.filtered(
                lambda line, top=notice.level: line.level == top or line.level > stage.level
            )
            told = self.env['ar.dunning.run']._dunned_counts(changed.move_line_id.ids)
            for line in changed:
                line.write(
                    {'level': stage.level, 'repetition': told.get((line.move_line_id.id, stage.level), 0)}
                )
            fee = stage._amounts(notice.currency_id, notice.company_id, notice.run_id.run_date)[1]
            notice.write({'stage_id': stage.id, 'level': stage.level, 'fee': fee, 'note': note})

    def _update_totals(self):
        """Bring the totals and the stage in line with the items that are still included."""
        for notice in self.sudo():
            included = notice.line_ids.filtered('included')
            credit = notice.currency_id.round(
                sum(notice.line_ids.filtered(lambda line: line.kind == 'credit').mapped('amount'))
            )
            claim = notice.currency_id.round(sum(included.mapped('amount')))
            level = max(included.mapped('level'), default=0)
            values = {
                'claim': claim,
                'credit': credit,
                'total': claim + credit,
                'item_count': len(included),
                'days_in_arrears': max(included.mapped('days_in_arrears'), default=0),
            }
            if level and level != notice.level:
                stage = notice.dunning_plan_id.stage_ids.filtered(
                    lambda stage, level=level: stage.level == level
                )
                values |= {'level': level, 'stage_id': stage.id}
                if stage:
                    values['fee'] = stage._amounts(
                        notice.currency_id, notice.company_id, notice.run_id.run_date
                    )[1]
            notice.write(values)

    def action_open_decide(self):
        """Ask for the reason to drop, postpone or change."""
        return {
            **self.env['ir.actions.act_window']._for_xml_id('ar_dunning.ar_dunning_decide_action'),
            'context': {**self.env.context, 'default_notice_ids': self.ids},
        }

    def action_open_account(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.credit.account',
            'res_id': self.credit_account_id.id,
            'view_mode': 'form',
        }
