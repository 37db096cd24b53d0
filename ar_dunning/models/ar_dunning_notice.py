from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine import overdue

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
    ('interval', "Minimum interval not reached"),
    ('nothing_overdue', "All overdue items are excluded"),
    ('min_days_account', "Oldest item not old enough"),
    ('net_credit', "Credits cover the overdue amount"),
    ('nothing_to_dun', "No item has reached a new stage"),
    ('unmatched_receipt', "A receipt is not matched"),
    ('case', "With lawyer or agency"),
    ('no_plan', "No dunning plan"),
    ('paid', "Paid in the meantime"),
]


class ArDunningNotice(models.Model):
    """One letter per customer, company and currency, at the highest level of its items; or why not.

    This file holds what a letter is and what people decide about it; ``ar_dunning_notice_send`` takes it
    from approved to sent, ``ar_dunning_notice_letter`` writes it.
    """

    _name = 'ar.dunning.notice'
    _description = "Dunning Letter"
    _journaled = frozenset(['approved', 'sent', 'failed', 'dropped', 'postponed'])
    _journal_open = frozenset(['approved'])  # what is paid until it goes is left out
    _journal_fields = frozenset(['note', 'days_in_arrears', 'name', 'level', 'total', 'sent_on'])
    _journal_parts = {
        'line_ids': (
            ('move_line_id', 'kind', 'date_maturity', 'amount', 'disputed_amount', 'days_in_arrears')
            + ('level', 'included')
        )
    }
    _inherit = ['mail.thread', 'mail.activity.mixin', 'ar.portal.link.mixin', 'ar.fact.mixin']
    _order = 'id desc'
    # Decided by the actions, which check who may and ask why.
    _only_recorded = True
    _facts = frozenset(['line_ids', 'delivery_ids'])
    _parts = ('line_ids',)
    _link_paths = {'read': '/my/receivables/letters/%s'}

    name = fields.Char("Number", readonly=True, copy=False, help="Given when the letter is sent.")
    run_id = fields.Many2one('ar.dunning.run', readonly=True, index=True, ondelete='restrict')
    credit_account_id = fields.Many2one(
        'ar.credit.account', required=True, readonly=True, index=True, ondelete='restrict'
    )
    partner_id = fields.Many2one('res.partner', "Customer", required=True, readonly=True, index=True)
    collector_id = fields.Many2one(
        'res.users',
        readonly=True,
        index='btree_not_null',
        help="The customer's collector when the letter was made.",
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
        "Remark", readonly=True, tracking=True, help="Why the letter was dropped, postponed or changed."
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
        "Opening Level", readonly=True, help="A notice sent before this system was in use."
    )
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
    wait_text = fields.Char("Waits For", compute='_compute_wait_text')
    address_problem = fields.Char(
        "Wrong Address",
        compute='_compute_address_problem',
        help="Why no channel of the stage reaches the customer.",
    )

    _open_once = models.UniqueIndex(
        "(credit_account_id, company_id, currency_id) WHERE state IN ('approved', 'queued')",
        "A letter to this customer in this currency is already under way.",
    )

    @api.depends('name', 'partner_id', 'stage_id')
    @api.depends_context('lang')
    def _compute_display_name(self):
        for notice in self:
            notice.display_name = ' · '.join(
                filter(None, [notice.name, notice.stage_id.name, notice.partner_id.display_name])
            )

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

    @api.depends('state', 'delivery_ids.state', 'delivery_ids.error')
    @api.depends_context('lang')
    def _compute_wait_text(self):
        """Say of letters that were released and have not left what they wait for, and what helps."""
        queued = self.filtered(lambda notice: notice.state == 'queued')
        (self - queued).wait_text = False
        Delivery = self.env['ar.dunning.delivery']
        words = {}
        for notice in queued:
            last = notice.delivery_ids.sorted('id')[-1:]
            keys = {name: last[name] for name in ('state', 'company_id', 'error', 'channel')}
            known = (*keys.values(), last.next_try, last.create_date)
            if last and known not in words:
                words[known] = Delivery._wait_words(keys, last.next_try, last.create_date)
            text, remedy, _is_trouble = words.get(known, ('', '', False))
            notice.wait_text = self.env._("%(why)s. %(remedy)s", why=text, remedy=remedy) if text else False

    @api.depends('state', 'stage_id')
    def _compute_address_problem(self):
        """Say before the approval that a letter would not reach the customer by any channel of its stage."""
        for notice in self:
            problem = False
            if notice.state in ('proposed', 'approved'):
                texts = notice.sudo()._obstacles()
                problem = all(texts) and (texts[0] if texts else self.env._("The stage has no channel"))
            notice.address_problem = problem

    # === Facts ===

    def _refusal_to_edit(self, names):
        return self.env._(
            "Dunning letters cannot be edited. Use the buttons to approve, drop, postpone or change them."
        )

    def _refusal_to_delete(self):
        return self.env._("A dunning letter is kept as history. Drop it instead.")

    # === Actions ===

    def action_approve(self):
        """Approve; the letter goes out with the next sending.

        :raise AccessError: the stage asks for a credit controller.
        """
        self._check_open(('proposed',))
        for notice in self:
            if not notice._may_approve():
                raise AccessError(
                    self.env._(
                        "The letter to %(customer)s is of stage %(stage)s, "
                        "which a credit controller approves.",
                        customer=notice.partner_id.display_name,
                        stage=notice.stage_id.name,
                    )
                )
        self._approve()
        return True

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
        """Check that the user may still decide about the letters.

        :raise UserError: a letter was sent or decided already.
        :raise AccessError: the user may not decide on letters.
        """
        self.check_access('write')
        for notice in self:
            if notice.state not in states:
                raise UserError(
                    self.env._(
                        "The letter to %(customer)s is %(state)s: it can no longer be changed.",
                        customer=notice.partner_id.display_name,
                        state=dict(self._fields['state']._description_selection(self.env))[notice.state],
                    )
                )

    def _approve(self):
        self.sudo()._record_facts({'state': 'approved', 'approved_by': self.env.uid})

    def _drop(self, note, state='dropped'):
        """Withdraw letters with a reason; a later run may dun their items."""
        self._check_open(('proposed', 'approved', 'failed'))
        self.sudo().line_ids.filtered('claimed')._record_facts({'claimed': False})
        self.sudo()._record_facts({'state': state, 'note': note})

    def _postpone(self, until, note):
        """Suspend dunning of the customers until the date (inclusive), then propose again."""
        for account in self.credit_account_id:
            self.env['ar.dunning.block'].create(
                {'credit_account_id': account.id, 'until': until, 'reason': note}
            )
        self._drop(note, 'postponed')

    def _change_stage(self, stage, note):
        """Hook: make it a letter of another stage of the plan.

        Items of the letter's present level, and of levels above the new one, are dunned at the new one.
        """
        self._check_open()
        for notice in self.sudo():
            if stage.dunning_plan_id != notice.dunning_plan_id:
                raise UserError(
                    self.env._(
                        "Stage %(stage)s does not belong to plan %(plan)s: choose a stage of that plan, or "
                        "change the customer's plan.",
                        stage=stage.name,
                        plan=notice.dunning_plan_id.name,
                    )
                )
            lines = notice.line_ids.filtered('included')
            changed = lines.filtered(
                lambda line, top=notice.level: line.level == top or line.level > stage.level
            )
            counts = self.env['ar.dunning.notice.line']._claimed_counts(changed.move_line_id.ids)
            for line in changed:
                line._record_facts(
                    {'level': stage.level, 'repetition': counts.get((line.move_line_id.id, stage.level), 0)}
                )
            notice._record_facts(
                {'stage_id': stage.id, 'level': stage.level, 'fee': notice._fee_of(stage), 'note': note}
            )

    def _fee_of(self, stage):
        return stage._amounts(self.currency_id, self.company_id, self.run_id.run_date)[1]

    def _update_totals(self):
        """Hook: bring the totals and the stage in line with the items that are still included."""
        for notice in self.sudo():
            included = notice.line_ids.filtered('included')
            credits = notice.line_ids.filtered(lambda line: line.kind == 'credit')
            credit = notice.currency_id.round(sum(credits.mapped('amount')))
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
                    values['fee'] = notice._fee_of(stage)
            notice._record_facts(values)

    def _claims_on(self, date):
        """Tell whether anything that the letter demands is open at the end of the day."""
        self.ensure_one()
        lines = self.line_ids.filtered('included').move_line_id
        return bool(
            self.env['ar.open.item']
            .sudo()
            .with_context(as_of=fields.Date.to_string(date))
            .search_count([('move_line_id', 'in', lines.ids)], limit=1)
        )

    # === What a run asks ===

    def _key(self):
        return (self.credit_account_id.id, self.company_id.id, self.currency_id.id)

    @api.model
    def _last_letters(self, account_ids):
        """Return ({key: day of the last letter}, keys with a letter under way); see ``_key``."""
        self.flush_model(['credit_account_id', 'company_id', 'currency_id', 'sent_on', 'state'])
        last, under_way = {}, set()
        for *key, sent_on, is_under_way in self.env.execute_query(overdue.letters(account_ids)):
            if sent_on:
                last[tuple(key)] = sent_on
            if is_under_way:
                under_way.add(tuple(key))
        return last, under_way

    @api.model
    def _supersede(self, run, partner_ids):
        """Replace undecided proposals of earlier runs for the customers; delete those without a letter."""
        old = self.search(
            [
                ('partner_id', 'in', list(partner_ids)),
                ('company_id', 'child_of', run.company_id.id),
                ('run_id', '!=', run.id),
                ('state', 'in', ('withheld', 'proposed')),
            ]
        )
        silent = old.filtered(lambda notice: notice.state == 'withheld' and not notice.delivery_ids)
        silent._delete_recorded()
        (old - silent)._record_facts({'state': 'superseded'})
