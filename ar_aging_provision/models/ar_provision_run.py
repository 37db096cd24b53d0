from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..report import ar_provision_run_report, ar_provision_run_xlsx
from ..rules.profiles import PROFILES
from odoo.addons.ar_base.report.download import download, download_kept


class ArProvisionRun(models.Model):
    """The loss allowance of a company and its branches at a date: computed, approved, booked as a difference.

    Once computed, the lines are frozen. The entry brings the allowance from what the ledger holds, whatever
    moved it, to what is required; a run on a date whose allowance is right books nothing.
    """

    _name = 'ar.provision.run'
    _description = "Provision Run"
    _journaled = frozenset(['approved', 'posted', 'reversed'])
    _journal_fields = frozenset(['as_of', 'policy_id', 'required', 'booked', 'adjustment'])
    _journal_parts = {
        'line_ids': ('document', 'residual', 'base', 'secured', 'rate', 'computed', 'allowance'),
        'adjustment_ids': ('category', 'required', 'booked', 'transfer', 'fx', 'adjustment'),
        'move_ids.line_ids': ('account_id', 'debit', 'credit'),
    }
    _inherit = [
        'mail.thread',
        'mail.activity.mixin',
        'ar.provision.review.mixin',
        'ar.fact.mixin',
        'ar.job.mixin',
    ]
    _order = 'as_of desc, id desc'
    _rec_names_search = ['policy_id']
    _check_company_auto = True
    _facts = frozenset(
        [
            'state',
            'required',
            'booked',
            'adjustment',
            'gross',
            'ledger_receivables',
            'parameters',
            'computed_by_id',
            'approved_by_id',
            'computed_on',
            'approved_on',
            'posted_on',
            'reversed_on',
            'reverse_reason',
        ]
    )
    _free_fields = frozenset(['note'])

    name = fields.Char(compute='_compute_name')
    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company.root_id
    )
    currency_id = fields.Many2one(related='company_id.currency_id')
    as_of = fields.Date("As of", required=True, default=lambda self: self._default_as_of(), tracking=True)
    policy_id = fields.Many2one(
        'ar.provision.policy',
        compute='_compute_policy_id',
        store=True,
        readonly=False,
        index=True,
        ondelete='restrict',
        domain="[('company_id', '=', company_id)]",
    )
    state = fields.Selection(
        [
            ('draft', "Draft"),
            ('computed', "Computed"),
            ('approved', "Approved"),
            ('posted', "Posted"),
            ('reversed', "Reversed"),
        ],
        default='draft',
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    gross = fields.Monetary("Open Receivables", readonly=True, copy=False)
    ledger_receivables = fields.Monetary(
        "Receivables in the Ledger",
        readonly=True,
        copy=False,
        help="Balance of the receivable accounts at the date, when the run was computed.",
    )
    moved_since = fields.Char("Since Then", compute='_compute_moved_since')
    carried_overrides = fields.Integer(compute='_compute_carried_overrides')
    required = fields.Monetary(
        readonly=True, copy=False, help="The allowance required for the items open at the date."
    )
    booked = fields.Monetary(
        "Booked Before", readonly=True, copy=False, help="Balance of the allowance in the ledger at the date."
    )
    adjustment = fields.Monetary(
        "To Book", readonly=True, copy=False, help="Required less booked: positive is a charge."
    )
    coverage = fields.Float("Allowance %", compute='_compute_coverage')
    nothing_to_book = fields.Char(compute='_compute_nothing_to_book')
    line_ids = fields.One2many('ar.provision.line', 'run_id', "Lines", readonly=True)
    adjustment_ids = fields.One2many('ar.provision.adjustment', 'run_id', "Differences", readonly=True)
    move_ids = fields.One2many('account.move', 'ar_provision_run_id', "Entries", readonly=True)
    move_count = fields.Integer(compute='_compute_move_count')
    line_count = fields.Integer(compute='_compute_line_count')
    previous_id = fields.Many2one('ar.provision.run', "Previous Run", compute='_compute_previous')
    previous_required = fields.Monetary(compute='_compute_previous')
    parameters = fields.Json(
        readonly=True,
        copy=False,
        prefetch=False,
        help="Policy, buckets, rates, exchange rates, assessments and security as they were.",
    )
    matrix_html = fields.Html("Allowance by Bucket", compute='_compute_matrix_html', sanitize=False)
    entry_html = fields.Html("Entry", compute='_compute_entry_html', sanitize=False)
    computed_by_id = fields.Many2one('res.users', readonly=True, copy=False)
    computed_on = fields.Datetime(readonly=True, copy=False)
    approved_by_id = fields.Many2one('res.users', readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    posted_on = fields.Datetime(readonly=True, copy=False)
    reversed_on = fields.Datetime(readonly=True, copy=False)
    reverse_reason = fields.Char(readonly=True, copy=False)
    note = fields.Html()

    _open_unique = models.UniqueIndex(
        "(company_id, as_of) WHERE state IN ('draft', 'computed', 'approved')",
        "There is already an open provision run for this date. Continue with that one.",
    )

    # === Defaults and computes ===

    @api.model
    def _default_as_of(self):
        today = fields.Date.context_today(self)
        return today.replace(day=1) - timedelta(days=1)

    @api.depends('as_of')
    @api.depends_context('lang')
    def _compute_name(self):
        for run in self:
            run.name = self.env._("Provision %s", format_date(self.env, run.as_of))

    @api.depends('company_id', 'as_of')
    def _compute_policy_id(self):
        for run in self:
            keep = run.state != 'draft' or not run.as_of
            run.policy_id = (
                run.policy_id
                if keep
                else self.env['ar.provision.policy']._for_date(run.company_id, run.as_of)
            )

    @api.depends('policy_id.profile', 'booked')
    @api.depends_context('lang')
    def _compute_nothing_to_book(self):
        for run in self:
            keeps = PROFILES[run.policy_id.sudo().profile or 'us'].allowance
            run.nothing_to_book = (
                False
                if keeps or not run.currency_id.is_zero(run.booked)
                else self.env._(
                    "Nothing to book: under this policy no allowance is kept. A loss is booked when the "
                    "receivable is written off."
                )
            )

    @api.depends('gross', 'required')
    def _compute_coverage(self):
        for run in self:
            run.coverage = run.required / run.gross if run.gross else 0.0

    @api.depends('move_ids')
    def _compute_move_count(self):
        for run in self:
            run.move_count = len(run.move_ids)

    def _compute_line_count(self):
        counts = dict(
            self.env['ar.provision.line']._read_group([('run_id', 'in', self.ids)], ['run_id'], ['__count'])
        )
        for run in self:
            run.line_count = counts.get(run, 0)

    @api.depends('line_ids.is_overridden')
    def _compute_carried_overrides(self):
        domain = [('run_id', 'in', self.ids), ('is_overridden', '=', True)]
        counts = {}
        for run, day, count in self.env['ar.provision.line']._read_group(
            domain, ['run_id', 'override_from:day'], ['__count']
        ):
            if day != run.as_of:
                counts[run] = counts.get(run, 0) + count
        for run in self:
            run.carried_overrides = counts.get(run, 0)

    @api.depends('as_of', 'company_id')
    def _compute_previous(self):
        for run in self:
            run.previous_id = run._previous()
            run.previous_required = run.previous_id.required

    def _previous(self):
        """Return the posted run before this one: of an earlier date, or earlier of the same date."""
        self.ensure_one()
        same_day = Domain('as_of', '=', self.as_of)
        if self._origin:
            same_day &= Domain('id', '<', self._origin.id)
        return self.search(
            Domain([('company_id', '=', self.company_id.id), ('state', '=', 'posted')])
            & (Domain('as_of', '<', self.as_of) | same_day),
            order='as_of desc, id desc',
            limit=1,
        )

    @api.depends('state')
    def _compute_moved_since(self):
        """Say what the ledger did to the date of a posted run after it was booked."""
        for run in self:
            run.moved_since = False
            if run.state != 'posted':
                continue
            open_now = run._receivables_now()
            held = run.env['ar.allowance.movement']._balance(run.company_id._ar_tree(), run.as_of)
            money, said = run.currency_id, []
            if money.compare_amounts(open_now, run.ledger_receivables):
                said.append(
                    self.env._(
                        "Receivables of %(date)s were %(then)s and are %(now)s.",
                        date=format_date(self.env, run.as_of),
                        then=money.format(run.ledger_receivables),
                        now=money.format(open_now),
                    )
                )
            if money.compare_amounts(held, run.required):
                said.append(
                    self.env._(
                        "The allowance of %(date)s was %(then)s and is %(now)s.",
                        date=format_date(self.env, run.as_of),
                        then=money.format(run.required),
                        now=money.format(held),
                    )
                )
            run.moved_since = ' '.join(said)

    @api.depends('required', 'line_ids.allowance')
    @api.depends_context('lang')
    def _compute_matrix_html(self):
        for run in self:
            run.matrix_html = (
                self.env['ir.qweb']._render('ar_aging_provision.run_matrix', run._report_values())
                if run.line_count
                else False
            )

    @api.depends('adjustment_ids', 'state')
    @api.depends_context('lang')
    def _compute_entry_html(self):
        for run in self:
            run.entry_html = (
                self.env['ir.qweb']._render(
                    'ar_aging_provision.run_entry', ar_provision_run_report.entry(run)
                )
                if run.state != 'draft'
                else False
            )

    # === Checks ===

    @api.constrains('company_id')
    def _check_company_is_root(self):
        for run in self:
            if run.company_id.root_id != run.company_id:
                raise ValidationError(
                    self.env._(
                        "%(branch)s is a branch: its receivables are part of the runs of %(company)s.",
                        branch=run.company_id.name,
                        company=run.company_id.root_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.flush_model(['state', 'as_of', 'company_id'])  # the index counts what is still to be written
        return super().create(vals_list)

    def _is_fixed(self):
        return self.state != 'draft' or bool(self.job_state)

    def _is_kept(self):
        return self.state in ('approved', 'posted', 'reversed')

    @api.model
    def _refusal_to_edit(self, names):
        if self._declared('_facts').intersection(names):
            return self.env._("The figures of a run are computed and cannot be entered.")
        return self.env._("A computed run keeps its date and policy. Send it back to draft first.")

    def _refusal_to_delete(self):
        return self.env._("An approved or booked run cannot be deleted.")

    def _require(self, *states):
        for run in self:
            if run.state not in states:
                labels = dict(self._fields['state']._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(run)s is %(state)s. This is only possible for runs that are: %(states)s.",
                        run=run.name,
                        state=labels[run.state],
                        states=', '.join(labels[state] for state in states),
                    )
                )

    # === Actions ===

    @api.model
    def _start(self, company, as_of):
        """Return the open run of the company and date, created if there is none."""
        return self.search(
            [
                ('company_id', '=', company.root_id.id),
                ('as_of', '=', as_of),
                ('state', 'in', ('draft', 'computed', 'approved')),
            ],
            limit=1,
        ) or self.create({'company_id': company.root_id.id, 'as_of': as_of})

    def action_open_lines(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('ar_aging_provision.ar_provision_line_action')
        return {**action, 'domain': [('run_id', '=', self.id)], 'context': {}}

    def action_compare(self):
        """Open the lines of this run and the one before, side by side."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('ar_aging_provision.ar_provision_line_action')
        return {
            **action,
            'name': self.env._("Comparison"),
            'views': [(False, 'pivot'), (False, 'list')],
            'domain': [('run_id', 'in', (self | self.previous_id).ids)],
            'context': {
                'pivot_row_groupby': ['bucket_id'],
                'pivot_column_groupby': ['run_id'],
                'pivot_measures': ['residual', 'allowance'],
            },
        }

    def action_open_moves(self):
        """Open the journal items of the run's entries: Odoo's own form shows them to fewer roles."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('ar_aging_provision.allowance_entry_action')
        return {**action, 'domain': [('move_id', 'in', self.move_ids.ids)]}

    def action_what_if(self):
        self.ensure_one()
        self._require('computed', 'approved', 'posted', 'reversed')
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.provision.what.if',
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("What If"),
            'context': {'default_run_id': self.id},
        }

    # === Paper ===

    def _report_values(self):
        """Return the figures of the disclosure table, all from the frozen lines."""
        self.ensure_one()
        return ar_provision_run_report.figures(self)

    def action_print(self):
        return self.env.ref('ar_aging_provision.run_report').report_action(self)

    def action_export(self):
        """Return the working paper: every open item with formulas that recompute its allowance.

        Of a run that is booked, the first one that was handed out is kept.
        """
        self.ensure_one()
        name = self.env._("Working paper %s", self.as_of) + '.xlsx'
        make = partial(ar_provision_run_xlsx.working_paper, self)
        if self.state in ('posted', 'reversed'):
            return download_kept(self, name, make)
        return download(self.env, name, make(), self)
