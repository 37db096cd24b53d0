from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from ..engine import case_receipts
from ..report import ar_collection_case_report

KINDS = [('legal', "Legal"), ('agency', "Collection agency")]
OUTCOMES = [
    ('paid', "Paid"),
    ('settled', "Settled"),
    ('written_off', "Written off"),
    ('withdrawn', "Withdrawn"),
]
WITH_AGENT = ('referred', 'in_progress')


class ArCollectionCase(models.Model):
    """A claim in the hands of a lawyer, a court or a collection agency.

    From referral to closing the customer, or only the items of the case, gets no dunning letter, and the
    customer's credit is on hold. Amounts are frozen at referral, in company currency and in that of each
    document. What was received since is found from the receipts matched with the items.
    """

    _name = 'ar.collection.case'
    _description = "Legal or Agency Case"
    _journaled = frozenset(['referred', 'closed'])
    _journal_fields = frozenset(['kind', 'agent_id', 'claimed'])
    _journal_goes_on = frozenset(['kind', 'agent_id', 'cost_total'])
    _journal_parts = {'item_ids': ('move_line_id', 'amount', 'amount_currency')}
    _inherit = ['mail.thread', 'mail.activity.mixin', 'ar.approval.mixin']
    _order = 'id desc'
    _facts = frozenset(
        ('name', 'state', 'outcome', 'close_note', 'referred_on', 'closed_on', 'notice_id', 'hold_id')
        + ('pack_id',)
    )
    _set_once = frozenset(['credit_account_id'])
    _fixed_after = frozenset(['closed'])
    _free_fields = frozenset(['note', 'cost_ids'])
    _parts = ('item_ids', 'cost_ids')

    approver_ids = fields.Many2many()  # declared here: the table between goes with this addon
    name = fields.Char("Number", readonly=True, copy=False, default="/")
    credit_account_id = fields.Many2one(
        'ar.credit.account', "Customer", required=True, index=True, ondelete='restrict'
    )
    partner_id = fields.Many2one(
        related='credit_account_id.partner_id', string="Debtor", store=True, index=True
    )
    company_id = fields.Many2one(related='credit_account_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    kind = fields.Selection(KINDS, required=True, default='legal', tracking=True)
    agent_id = fields.Many2one('res.partner', "Lawyer or Agency", tracking=True, index='btree_not_null')
    user_id = fields.Many2one(
        'res.users',
        "Responsible",
        required=True,
        tracking=True,
        domain=[('share', '=', False)],
        default=lambda self: self.env.user,
    )
    reference = fields.Char("Court or File Number", tracking=True)
    state = fields.Selection(
        [
            ('draft', "Draft"),
            ('referred', "Referred"),
            ('in_progress', "In Progress"),
            ('closed', "Closed"),
        ],
        required=True,
        default='draft',
        readonly=True,
        tracking=True,
        copy=False,
        index=True,
    )
    outcome = fields.Selection(OUTCOMES, readonly=True, tracking=True, copy=False)
    close_note = fields.Char("Closing Remark", readonly=True, copy=False)
    stops = fields.Selection(
        [('customer', "All letters to the customer"), ('items', "Letters about these items")],
        required=True,
        default='customer',
        help="Which dunning letters are suspended while the case is open.",
    )
    referred_on = fields.Date(readonly=True, copy=False, tracking=True)
    closed_on = fields.Date(readonly=True, copy=False)
    next_step = fields.Char(help="What happens next: hearing, objection period, report of the agency.")
    next_date = fields.Date("Next Step On")
    success_fee_percent = fields.Float(
        "Success Fee (%)", digits=(5, 2), help="Of the amount recovered since referral."
    )
    item_ids = fields.One2many('ar.collection.case.item', 'case_id', "Items", copy=False)
    cost_ids = fields.One2many('ar.collection.case.cost', 'case_id', "Costs", copy=False)
    notice_id = fields.Many2one(
        'ar.dunning.notice',
        "Last Letter",
        readonly=True,
        index='btree_not_null',
        ondelete='restrict',
        copy=False,
    )
    hold_id = fields.Many2one(
        'ar.hold', readonly=True, copy=False, index='btree_not_null', ondelete='set null'
    )
    pack_id = fields.Many2one(
        'ir.attachment', "Referral Pack", readonly=True, copy=False, ondelete='set null'
    )
    note = fields.Html()
    claimed = fields.Monetary(
        compute='_compute_claimed', store=True, help="The open amount of the items at referral."
    )
    recovered = fields.Monetary(
        compute='_compute_figures',
        help="Receipts matched with the items that took effect on the day of referral or later.",
    )
    settled = fields.Monetary("Credited or Written Off", compute='_compute_figures')
    open_amount = fields.Monetary("Still Open", compute='_compute_figures')
    success_fee = fields.Monetary(compute='_compute_figures')
    cost_total = fields.Monetary("Total Costs", compute='_compute_cost_total', store=True)
    net_recovered = fields.Monetary(
        compute='_compute_figures', help="Recovered, less the success fee and the costs."
    )

    _percent_in_range = models.Constraint(
        'CHECK (success_fee_percent >= 0 AND success_fee_percent <= 100)',
        "A success fee must be between 0 and 100 percent.",
    )

    @api.model
    def default_get(self, fields):
        """Propose all that is overdue and not in another case."""
        values = super().default_get(fields)
        account = self.env['ar.credit.account'].browse(values.get('credit_account_id'))
        if account and 'item_ids' in fields and not values.get('item_ids'):
            values['item_ids'] = self._prepare_items(self._overdue_lines(account))
        return values

    # === Figures, in company currency ===

    @api.depends('item_ids.amount')
    def _compute_claimed(self):
        for case in self:
            case.claimed = case.currency_id.round(sum(case.item_ids.mapped('amount')))

    @api.depends('cost_ids.amount')
    def _compute_cost_total(self):
        for case in self:
            case.cost_total = case.currency_id.round(sum(case.cost_ids.mapped('amount')))

    @api.depends('success_fee_percent', 'cost_total', 'referred_on', 'item_ids.residual')
    def _compute_figures(self):
        found = self._matched_since()
        for case in self:
            mine = [amounts for (case_id, _line), amounts in found.items() if case_id == case._origin.id]
            currency = case.currency_id or self.env.company.currency_id
            case.recovered = currency.round(sum(amounts[0] for amounts in mine))
            case.settled = currency.round(sum(amounts[1] for amounts in mine))
            case.open_amount = currency.round(sum(case.item_ids.mapped('residual')))
            case.success_fee = currency.round(case.recovered * case.success_fee_percent / 100.0)
            case.net_recovered = currency.round(case.recovered - case.success_fee - case.cost_total)

    def _matched_since(self):
        """Return {(case id, item id): (received, credited or written off)} since referral, in one query."""
        if not self.ids:
            return {}
        for model, names in case_receipts.FLUSHED.items():
            self.env[model].flush_model(names)
        return {
            (case_id, line_id): (received, other)
            for case_id, line_id, received, other in self.env.execute_query(case_receipts.matched(self.ids))
        }

    # === Drawing up ===

    @api.model
    def _facts_of_new(self, vals):
        company = self.env['ar.credit.account'].browse(vals.get('credit_account_id')).company_id
        sequence = self.env['ir.sequence'].sudo().with_company(company)
        return {**super()._facts_of_new(vals), 'name': sequence.next_by_code(self._name) or "/"}

    def _is_kept(self):
        return self.state != 'draft'

    def _refusal_to_delete(self):
        return self.env._("A referred case is kept as history. Close it instead.")

    @api.model
    def _overdue_lines(self, account):
        return self.env['account.move.line'].search(
            [
                ('account_id.ar_is_receivable', '=', True),
                ('parent_state', '=', 'posted'),
                ('reconciled', '=', False),
                ('amount_residual', '>', 0),
                ('partner_id', 'child_of', account.partner_id.id),
                ('company_id', 'child_of', account.company_id.id),
                ('date_maturity', '<', fields.Date.context_today(self)),
                ('id', 'not in', self._taken(account).ids),
            ],
            order='date_maturity, id',
        )

    @api.model
    def _taken(self, account):
        return (
            self.env['ar.collection.case.item']
            .sudo()
            .search([('case_id.credit_account_id', '=', account.id), ('is_live', '=', True)])
            .move_line_id
        )

    @api.model
    def _prepare_items(self, lines):
        return [Command.create({'move_line_id': line.id}) for line in lines]

    @api.model
    def _from_notice(self, notice):
        """Draw up the case that a stage asks for, for the collector to review; none where one is open."""
        account = notice.credit_account_id
        if self.sudo().search_count(
            [('credit_account_id', '=', account.id), ('state', '!=', 'closed')], limit=1
        ):
            return self.browse()
        taken = self._taken(account)
        lines = (
            notice.line_ids.filtered(lambda line: line.included and line.kind == 'debit').move_line_id - taken
        )
        user = account._responsible_collector() or notice.approved_by or self.env.user
        values = {
            'credit_account_id': account.id,
            'kind': notice.stage_id.referral,
            'notice_id': notice.id,
            'user_id': user.id,
            'item_ids': self._prepare_items(lines),
        }
        case = self.sudo()._create_with_facts([values])
        case.activity_schedule(
            'mail.mail_activity_data_todo',
            user_id=user.id,
            summary=self.env._(
                "Refer: %(customer)s, %(amount)s",
                customer=case.partner_id.display_name,
                amount=case.currency_id.format(case.claimed),
            ),
        )
        return case

    # === From referral to closing ===

    def _check_may_refer(self):
        """:raise AccessError: referring costs money and the relation: a credit controller decides."""
        if not self.env.user.has_group('ar_base.group_controller'):
            raise AccessError(
                self.env._("Only a credit controller can refer a case. Ask one of them to look at it.")
            )

    def action_refer(self):
        """Freeze the claim, stop letters and credit, and make the pack for the agent.

        From the amount of the approval matrix on, this asks for approval, and another person refers it.

        :raise UserError: nothing is claimed, or no agent is named.
        """
        self._check_may_refer()
        asked = self.browse()
        for case in self.filtered(lambda case: case.state == 'draft'):
            if not case.agent_id:
                raise UserError(self.env._("%s: enter the lawyer or agency that takes the case.", case.name))
            case.item_ids._freeze()
            if (
                not case.item_ids
                or case.currency_id.compare_amounts(sum(case.item_ids.mapped('amount')), 0.0) <= 0
            ):
                raise UserError(
                    self.env._(
                        "%(case)s: none of these items of %(customer)s is open any more.",
                        case=case.name,
                        customer=case.partner_id.display_name,
                    )
                )
            if not case._approval_second_person():
                asked |= case
                continue
            case._record_facts({'state': 'referred', 'referred_on': fields.Date.context_today(case)})
            case._place_hold()
            case._make_pack()
        return asked._approval_asked() if asked else True

    def _approval_kind(self):
        return 'case'

    def _approval_amount(self):
        return self.claimed

    def _approval_grade(self):
        return self.credit_account_id.sudo().grade_id

    def _approval_requesters(self):
        return self.create_uid

    def _place_hold(self):
        self.ensure_one()
        hold = (
            self.env['ar.hold']
            .sudo()
            ._create_with_facts(
                {
                    'credit_account_id': self.credit_account_id.id,
                    'source': 'automatic',
                    'reason': self.env._(
                        "%(case)s: %(amount)s with %(agent)s",
                        case=self.name,
                        amount=self.currency_id.format(self.claimed),
                        agent=self.agent_id.display_name,
                    ),
                }
            )
        )
        self._record_facts({'hold_id': hold.id})

    def action_start(self):
        self.filtered(lambda case: case.state == 'referred')._record_facts({'state': 'in_progress'})
        return True

    def action_ask_close(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.collection.case.close',
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("Close the Case"),
            'context': {'default_case_id': self.id},
        }

    def _close(self, outcome, note):
        """Close with the outcome: what is still open may be dunned again, and the hold is lifted."""
        for case in self.filtered(lambda case: case.state != 'closed'):
            if case.hold_id.active:
                case.sudo().hold_id.lift_reason = self.env._("%s was closed.", case.name)
                case.sudo().hold_id.action_lift()
            case._record_facts(
                {
                    'state': 'closed',
                    'outcome': outcome,
                    'close_note': note,
                    'closed_on': fields.Date.context_today(case),
                }
            )

    # === The referral pack ===

    def action_make_pack(self):
        """Make the pack, as a draft to review or again after referral; the earlier one is kept."""
        for case in self:
            case._make_pack()
        return True

    def action_open_pack(self):
        self.ensure_one()
        return {'type': 'ir.actions.act_url', 'url': f'/web/content/{self.pack_id.id}', 'target': 'new'}

    def _make_pack(self):
        self.ensure_one()
        name = f"{self.name.replace('/', '-')} {fields.Date.context_today(self)}.pdf"
        content = ar_collection_case_report.pack(self)
        if self.state == 'draft':
            values = {'name': name, 'raw': content, 'mimetype': 'application/pdf'}
            values |= {'res_model': self._name, 'res_id': self.id}
            pack = self.env['ir.attachment'].sudo().create(values)
        else:
            pack = self.env['ar.kept.document']._keep(self, name, content)
        self._record_facts({'pack_id': pack.id})
        self.message_post(body=self.env._("Referral pack made: %s", name), attachment_ids=pack.ids)

    def _history(self):
        """Return the events of the customer up to now, the oldest first."""
        return (
            self.env['ar.collection.event']
            .sudo()
            .search([('credit_account_id', '=', self.credit_account_id.id)], order='date, id')
        )

    def _proofs(self):
        """Return the attachments that prove the claim, without the invoices' own prints."""
        moves = self.sudo().item_ids.move_line_id.move_id
        records = [moves]
        if 'sale_line_ids' in self.env['account.move.line']._fields:
            orders = moves.invoice_line_ids.sale_line_ids.order_id
            records.append(orders)
            if 'picking_ids' in orders._fields:
                records.append(orders.picking_ids)
        prints = moves.invoice_pdf_report_id
        domain = ['|'] * (len(records) - 1)
        for model in records:
            domain += ['&', ('res_model', '=', model._name), ('res_id', 'in', model.ids)]
        return (
            self.env['ir.attachment'].sudo().search([*domain, ('res_field', '=', False)], order='id') - prints
        )
