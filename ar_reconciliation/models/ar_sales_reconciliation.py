from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..demo import ar_reconciliation_demo
from ..rules.period import COLUMNS

# Who sees what all customers of the company owe.
SEES_ALL = 'ar_base.group_collector,ar_base.group_controller,ar_base.group_accountant'


class ArSalesReconciliation(models.Model):
    """A period of a company, of all or of one salesperson or team, that sales and finance agree on and sign.

    Guarantees: opening + invoiced - credited - collected - written off + exchange + other = closing for every
    customer, from the ledger; the parts of all salespersons and of none sum to the whole, and the whole is
    the ledger's balance at both ends. Both signatures are on the same frozen figures. A change of what was
    signed makes them void and says what changed.
    """

    _name = 'ar.sales.reconciliation'
    _description = "Sales Reconciliation"
    _journaled = frozenset(['reopened', 'signed'])
    _journal_open = frozenset(['reopened'])
    _journal_goes_on = frozenset(['needs_check', 'reminded'])  # what the jobs note for themselves
    _journal_parts = {'line_ids': ('partner_id', 'gap', *COLUMNS)}
    _inherit = [
        'mail.thread',
        'mail.activity.mixin',
        'ar.period.figures.mixin',
        'ar.fact.mixin',
        'ar.job.mixin',
    ]
    _order = 'date_to desc, scope, id'
    _rec_names_search = ['salesperson_id.name', 'team_id.name']
    _mail_post_access = 'read'
    _check_company_auto = True
    _facts = frozenset(
        [
            *COLUMNS,
            'state',
            'gap',
            'fingerprint',
            'frozen_on',
            'ledger_opening',
            'ledger_closing',
            'company_opening',
            'company_closing',
            'needs_check',
            'difference_ids',
            'reminded',
            'line_ids',
            'signature_ids',
            'change_ids',
        ]
    )
    _fixed_after = frozenset(['open', 'reopened', 'signed'])
    _parts = ('line_ids',)
    _free_fields = frozenset(['sales_owner_id', 'finance_owner_id', 'deadline', 'note'])

    name = fields.Char(compute='_compute_name')
    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related='company_id.currency_id')
    date_from = fields.Date("From", required=True, default=lambda self: self._default_month()[0])
    date_to = fields.Date("To", required=True, default=lambda self: self._default_month()[1])
    scope = fields.Selection(
        [('all', "All"), ('salesperson', "Salesperson"), ('team', "Sales team")],
        "Of",
        required=True,
        default='all',
    )
    salesperson_id = fields.Many2one(
        'res.users',
        index='btree_not_null',
        help="Empty: amounts without a salesperson, such as receipts not matched yet.",
    )
    team_id = fields.Many2one(
        'crm.team', "Sales Team", index='btree_not_null', help="Empty: amounts without a team."
    )
    state = fields.Selection(
        [('draft', "Draft"), ('open', "To sign"), ('reopened', "Reopened"), ('signed', "Signed")],
        default='draft',
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    sales_owner_id = fields.Many2one(
        'res.users',
        "Sales Signs",
        compute='_compute_sales_owner_id',
        store=True,
        readonly=False,
        tracking=True,
        index='btree_not_null',
        domain=[('share', '=', False)],
    )
    finance_owner_id = fields.Many2one(
        'res.users',
        "Finance Signs",
        tracking=True,
        domain=[('share', '=', False)],
        default=lambda self: self.env.company.ar_difference_finance_owner_id,
    )
    deadline = fields.Date(compute='_compute_deadline', store=True, readonly=False, tracking=True)
    note = fields.Html("Explanation")
    sales_gap = fields.Monetary(
        "Receivables outside Sales Invoices",
        compute='_compute_ties',
        compute_sudo=True,
        help=(
            "Amounts posted to receivable accounts by the invoices of the period, less their totals with tax."
        ),
    )
    company_opening = fields.Monetary("Opening of the Company", readonly=True, copy=False, groups=SEES_ALL)
    company_closing = fields.Monetary("Closing of the Company", readonly=True, copy=False, groups=SEES_ALL)
    ledger_opening = fields.Monetary("Ledger at the Start", readonly=True, copy=False, groups=SEES_ALL)
    ledger_closing = fields.Monetary("Ledger at the End", readonly=True, copy=False, groups=SEES_ALL)
    ties = fields.Boolean("Ties to the Ledger", compute='_compute_ties', compute_sudo=True)
    has_other = fields.Boolean(compute='_compute_has_other')
    fingerprint = fields.Char(readonly=True, copy=False, help="Of the frozen figures: what both sides sign.")
    frozen_on = fields.Datetime(readonly=True, copy=False)
    needs_check = fields.Boolean(
        readonly=True, copy=False, help="A document that may change the figures was entered since."
    )
    reminded = fields.Selection([('before', "Before"), ('after', "After")], readonly=True, copy=False)
    line_ids = fields.One2many(
        'ar.sales.reconciliation.line', 'reconciliation_id', "Customers", readonly=True
    )
    signature_ids = fields.One2many(
        'ar.sales.reconciliation.signature', 'reconciliation_id', "Signatures", readonly=True
    )
    change_ids = fields.One2many(
        'ar.sales.reconciliation.change', 'reconciliation_id', "Changes", readonly=True
    )
    difference_ids = fields.Many2many(
        'ar.sales.difference',
        'ar_sales_reconciliation_difference_rel',
        'reconciliation_id',
        'difference_id',
        "Differences",
        readonly=True,
        copy=False,
    )
    difference_count = fields.Integer(compute='_compute_difference_count')
    open_difference_count = fields.Integer("Open Differences", compute='_compute_difference_count')
    sales_signature_id = fields.Many2one('ar.sales.reconciliation.signature', compute='_compute_signatures')
    finance_signature_id = fields.Many2one('ar.sales.reconciliation.signature', compute='_compute_signatures')
    is_stale = fields.Boolean(
        "Changed since It Was Frozen",
        compute='_compute_is_stale',
        help="The ledger no longer agrees with the frozen figures.",
    )
    is_late = fields.Boolean("Late", compute='_compute_is_late', search='_search_is_late')

    _part_unique = models.UniqueIndex(
        '(company_id, date_from, date_to, scope, COALESCE(salesperson_id, 0), COALESCE(team_id, 0))',
        "This part of the period already has a reconciliation. Continue with that one.",
    )
    _signed_idx = models.Index("(company_id, date_to) WHERE state <> 'draft'")

    # === Defaults and computes ===

    @api.model
    def _default_month(self):
        """Return the first and last day of the month before this one."""
        last = fields.Date.subtract(fields.Date.context_today(self).replace(day=1), days=1)
        return last.replace(day=1), last

    @api.depends('date_from', 'date_to', 'scope', 'salesperson_id', 'team_id')
    @api.depends_context('lang')
    def _compute_name(self):
        for reconciliation in self.sudo():
            start, end = reconciliation.date_from, reconciliation.date_to
            whole = start and end and start.day == 1 and fields.Date.add(start, months=1, days=-1) == end
            period = (
                start.strftime('%Y-%m')
                if whole
                else f"{format_date(self.env, start)} – {format_date(self.env, end)}"
            )
            reconciliation.name = f"{period} {reconciliation._part_name()}"

    def _part_name(self):
        match self.scope:
            case 'salesperson':
                return self.salesperson_id.name or self.env._("No salesperson")
            case 'team':
                return self.team_id.name or self.env._("No team")
        return self.env._("All")

    @api.depends('scope', 'salesperson_id', 'team_id')
    def _compute_sales_owner_id(self):
        for reconciliation in self:
            match reconciliation.scope:
                case 'salesperson':
                    reconciliation.sales_owner_id = reconciliation.salesperson_id
                case 'team':
                    reconciliation.sales_owner_id = reconciliation.team_id.user_id
                case _:
                    reconciliation.sales_owner_id = reconciliation.sales_owner_id

    @api.depends('date_to', 'company_id')
    def _compute_deadline(self):
        for reconciliation in self.filtered('date_to'):
            reconciliation.deadline = fields.Date.add(
                reconciliation.date_to, days=reconciliation.company_id.ar_reconciliation_days
            )

    @api.depends(
        'ledger_opening',
        'ledger_closing',
        'company_opening',
        'company_closing',
        'gap',
        'invoiced',
        'sales_total',
    )
    def _compute_ties(self):
        for reconciliation in self:
            currency = reconciliation.currency_id or reconciliation.env.company.currency_id
            reconciliation.sales_gap = reconciliation.invoiced - reconciliation.sales_total
            reconciliation.ties = not (
                currency.compare_amounts(reconciliation.ledger_opening, reconciliation.company_opening)
                or currency.compare_amounts(reconciliation.ledger_closing, reconciliation.company_closing)
                or not currency.is_zero(reconciliation.gap)
            )

    @api.depends('line_ids.exchange', 'line_ids.other')
    def _compute_has_other(self):
        found = {
            part
            for [part] in self.env['ar.sales.reconciliation.line']._read_group(
                [('reconciliation_id', 'in', self.ids), '|', ('exchange', '!=', 0), ('other', '!=', 0)],
                ['reconciliation_id'],
            )
        }
        for reconciliation in self:
            reconciliation.has_other = reconciliation in found

    @api.depends('difference_ids.state')
    def _compute_difference_count(self):
        for reconciliation in self:
            differences = reconciliation.sudo().difference_ids
            reconciliation.difference_count = len(differences)
            reconciliation.open_difference_count = len(
                differences.filtered(lambda difference: difference.state == 'open')
            )

    @api.depends('signature_ids.revoked_on')
    def _compute_signatures(self):
        for reconciliation in self:
            valid = {
                signature.side: signature
                for signature in reconciliation.signature_ids
                if not signature.revoked_on
            }
            reconciliation.sales_signature_id = valid.get('sales')
            reconciliation.finance_signature_id = valid.get('finance')

    @api.depends('fingerprint', 'needs_check', 'state')
    def _compute_is_stale(self):
        """Compare with the ledger where one reconciliation is opened; lists show only that a check is due."""
        for reconciliation in self:
            reconciliation.is_stale = reconciliation.needs_check
        if len(self) == 1 and self.id and self.state != 'draft' and not self.needs_check:
            [figures] = self.sudo()._figures().values()
            self.is_stale = self._fingerprint_of(figures.rows) != self.fingerprint

    @api.depends('deadline', 'state')
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for reconciliation in self:
            deadline = reconciliation.deadline
            reconciliation.is_late = reconciliation.state != 'signed' and bool(deadline and deadline < today)

    @api.model
    def _search_is_late(self, operator, value):
        if operator != 'in':
            return NotImplemented
        late = fields.Domain('state', '!=', 'signed') & fields.Domain(
            'deadline', '<', fields.Date.context_today(self)
        )
        return late if True in value else ~late

    # === Constraints, and what is not written ===

    @api.constrains('date_from', 'date_to')
    def _check_dates(self):
        for reconciliation in self:
            if reconciliation.date_from > reconciliation.date_to:
                raise ValidationError(self.env._("The period %s ends before it starts.", reconciliation.name))

    @api.constrains('scope', 'salesperson_id', 'team_id')
    def _check_scope(self):
        for reconciliation in self:
            if (reconciliation.scope != 'salesperson' and reconciliation.salesperson_id) or (
                reconciliation.scope != 'team' and reconciliation.team_id
            ):
                raise ValidationError(
                    self.env._(
                        "A reconciliation covers the whole company, one salesperson or one sales team."
                    )
                )

    @api.onchange('scope')
    def _onchange_scope(self):
        if self.scope != 'salesperson':
            self.salesperson_id = False
        if self.scope != 'team':
            self.team_id = False

    def _is_kept(self):
        return bool(self.sudo().signature_ids)

    @api.model
    def _refusal_to_edit(self, names):
        if self._declared('_facts').intersection(names):
            return self.env._("The figures of a reconciliation come from the ledger.")
        return self.env._("The period and scope of a reconciliation with frozen figures cannot be changed.")

    def _refusal_to_delete(self):
        return self.env._("%s has been signed and cannot be deleted.", self.name)

    @api.model
    def _load_demo(self, salesperson, accountant):
        """Load two months of the salesperson's sales, and their reconciliations; once. See ``demo/``."""
        ar_reconciliation_demo.load(self.env, salesperson, accountant)

    # === Drill-down ===

    def action_open_differences(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.sales.difference',
            'name': self.env._("Differences"),
            'view_mode': 'list,form',
            'domain': [('id', 'in', self.sudo().difference_ids.ids)],
        }

    def action_open_items(self):
        """Open what was open at the end of the period, in this part."""
        self.ensure_one()
        domain = [('company_id', '=', self.company_id.id)]
        if self.scope == 'salesperson':
            domain.append(('salesperson_id', '=', self.salesperson_id.id))
        elif self.scope == 'team':
            domain.append(('move_id.team_id', '=', self.team_id.id))
        return {
            **self.env['ir.actions.act_window']._for_xml_id('ar_base.ar_open_item_action'),
            'domain': domain,
            'views': [(False, 'list'), (False, 'pivot')],
            'context': {'as_of': fields.Date.to_string(self.date_to)},
        }
