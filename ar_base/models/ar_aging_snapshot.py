from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..engine import aging_snapshot

# What a snapshot is a snapshot of. Everything else is computed and frozen.
KEY_FIELDS = ('company_id', 'as_of', 'aging_scheme_id', 'basis', 'credits', 'valuation')
GROUP_FIELDS = (
    'company_id',
    'commercial_partner_id',
    'bucket_id',
    'account_id',
    'currency_id',
    'salesperson_id',
    'grade_id',
    'customer_group_id',
    'country_id',
)
CHANGES = 100  # customers listed whose open amount is another one by now
SUM_FIELDS = ('residual', 'residual_currency', 'disputed', 'secured', 'provisioned')


class ArAgingSnapshot(models.Model):
    """The aging of a company at a date, frozen.

    A later change of the books (a match undone, an entry reset, another due date) changes the aging of the
    past; a snapshot keeps what was shown. It is never changed; a manager may archive it, which lets another
    be taken.
    """

    _name = 'ar.aging.snapshot'
    _description = "Aging Snapshot"
    _order = 'as_of desc, id desc'
    _rec_name = 'as_of'
    _inherit = ['ar.fact.mixin', 'ar.job.mixin']
    _facts = frozenset(
        [
            'month_end',
            'parameters',
            'computed_on',
            'computed_by',
            'total',
            'booked',
            'ledger',
            'difference',
            'line_ids',
        ]
    )
    _free_fields = frozenset(['active'])
    _journal_fields = frozenset(KEY_FIELDS)
    _journal_parts = {'line_ids': ('item_count', *SUM_FIELDS)}

    company_id = fields.Many2one(
        'res.company',
        required=True,
        index=True,
        ondelete='restrict',
        default=lambda self: self.env.company.root_id,
        domain=[('parent_id', '=', False)],
    )
    currency_id = fields.Many2one(related='company_id.currency_id')
    as_of = fields.Date("As of", required=True, default=fields.Date.context_today)
    aging_scheme_id = fields.Many2one(
        'ar.aging.scheme',
        required=True,
        ondelete='restrict',
        default=lambda self: self.env.company._ar_scheme(),
    )
    basis = fields.Selection(
        lambda self: self.env['ar.aging.scheme']._fields['basis']._description_selection(self.env),
        "Age From",
        required=True,
        compute='_compute_from_scheme',
        store=True,
        readonly=False,
        precompute=True,
    )
    credits = fields.Selection(
        lambda self: self.env['ar.aging.scheme']._fields['credits']._description_selection(self.env),
        "Unallocated Credits",
        required=True,
        compute='_compute_from_scheme',
        store=True,
        readonly=False,
        precompute=True,
    )
    valuation = fields.Selection(
        [('booked', "As booked"), ('closing', "At the closing rate")], required=True, default='booked'
    )
    active = fields.Boolean(default=True)
    month_end = fields.Boolean(
        "Month-End",
        readonly=True,
        help="Taken for the last day of a month, with the company's default aging.",
    )
    parameters = fields.Json(
        readonly=True, help="The buckets, rates and accounts that the figures were made with."
    )
    computed_on = fields.Datetime("Taken On", readonly=True)
    computed_by = fields.Many2one('res.users', "Taken By", readonly=True)
    total = fields.Monetary("Open Amount", readonly=True)
    booked = fields.Monetary("As Booked", readonly=True)
    ledger = fields.Monetary(readonly=True, help="The balance of the receivable accounts on the date.")
    difference = fields.Monetary(
        "Difference to the Ledger",
        readonly=True,
        help="Ledger less open items as booked; if not zero, it is listed by account.",
    )
    moved_since = fields.Char("Since Then", compute='_compute_moved_since')
    changes_html = fields.Html("Changes since Then", compute='_compute_changes_html')
    tie_out_html = fields.Html("Ledger by Account", compute='_compute_tie_out_html')
    line_ids = fields.One2many('ar.aging.snapshot.line', 'snapshot_id', "Lines", readonly=True)

    _key_unique = models.UniqueIndex(
        '(company_id, as_of, aging_scheme_id, basis, credits, valuation) WHERE active',
        "There is already a snapshot of this date with these options. Open that one, or ask a manager to "
        "archive it first.",
    )

    @api.depends('aging_scheme_id')
    def _compute_from_scheme(self):
        for snapshot in self:
            snapshot.basis = snapshot.aging_scheme_id.basis
            snapshot.credits = snapshot.aging_scheme_id.credits

    @api.depends('as_of', 'aging_scheme_id')
    def _compute_display_name(self):
        for snapshot in self:
            snapshot.display_name = (
                f"{snapshot.as_of} · {snapshot.aging_scheme_id.name}" if snapshot.as_of else ""
            )

    @api.depends('parameters')
    def _compute_tie_out_html(self):
        for snapshot in self:
            snapshot.tie_out_html = self.env['ir.qweb']._render(
                'ar_base.aging_tie_out',
                {
                    'rows': (snapshot.parameters or {}).get('tie_out', []),
                    'money': snapshot.currency_id.format,
                },
            )

    @api.depends('ledger')
    def _compute_moved_since(self):
        """Say what the ledger did to the date after the aging was frozen."""
        for snapshot in self:
            snapshot.moved_since = False
            if not snapshot.computed_on:
                continue
            now = sum(row['ledger'] for row in snapshot._items().ar_tie_out())
            if snapshot.currency_id.compare_amounts(now, snapshot.ledger):
                snapshot.moved_since = self.env._(
                    "The ledger of %(date)s was %(then)s and is %(now)s.",
                    date=format_date(self.env, snapshot.as_of),
                    then=snapshot.currency_id.format(snapshot.ledger),
                    now=snapshot.currency_id.format(now),
                )

    @api.depends('moved_since')
    def _compute_changes_html(self):
        for snapshot in self:
            snapshot.changes_html = snapshot.moved_since and self.env['ir.qweb']._render(
                'ar_base.aging_changes', {'rows': snapshot._changes(), 'money': snapshot.currency_id.format}
            )

    def _changes(self):
        """Return (customer, frozen, open by the ledger of today) where the two differ, the largest first."""
        items, amounts = self._items(), {}
        lines = self.env['ar.aging.snapshot.line'].sudo()
        for place, model, domain in (
            (0, lines, [('snapshot_id', '=', self.id)]),
            (1, items, [('company_id', 'in', items.env.companies.ids)]),
        ):
            for partner, amount in model._read_group(domain, ['commercial_partner_id'], ['residual:sum']):
                amounts.setdefault(partner.id, [0.0, 0.0])[place] += amount
        Partner, currency = self.env['res.partner'].sudo(), self.currency_id
        return sorted(
            (
                (Partner.browse(key).display_name or self.env._("No customer"), then, now)
                for key, (then, now) in amounts.items()
                if currency.compare_amounts(then, now)
            ),
            key=lambda row: (-abs(row[2] - row[1]), row[0]),
        )[:CHANGES]

    # === Taken once ===

    @api.model_create_multi
    def create(self, vals_list):
        # Figures that come along, as from a form that shows them, are not refused: they are computed here.
        keys = [{name: vals[name] for name in KEY_FIELDS if name in vals} for vals in vals_list]
        snapshots = super().create(keys)
        for snapshot in snapshots:
            snapshot._fill()
        return snapshots

    @api.model
    def _take(self, company, as_of, scheme=None, **options):
        """Return the snapshot of the company's tree with these options, taken now if there is none."""
        scheme = scheme or company._ar_scheme()
        values = {
            'company_id': company.root_id.id,
            'as_of': as_of,
            'aging_scheme_id': scheme.id,
            'basis': scheme.basis,
            'credits': scheme.credits,
            'valuation': 'booked',
            **options,
        }
        return self.search([(name, '=', value) for name, value in values.items()], limit=1) or self.create(
            values
        )

    def write(self, vals):
        if 'active' in vals and not self.env.user.has_group('ar_base.group_manager'):
            self._refuse_edit(['active'])
        return super().write(vals)

    def _is_fixed(self):
        return True

    @api.model
    def _refusal_to_edit(self, names):
        return self.env._(
            "A snapshot cannot be changed: it shows what was open when it was taken. A receivables manager "
            "may archive it and take another."
        )

    def _refusal_to_delete(self):
        return self.env._("A snapshot cannot be deleted. A receivables manager may archive it.")

    # === Filling ===

    def _fill(self):
        """Freeze the figures: lines by one INSERT … SELECT, and what they add up to next to the ledger."""
        self.ensure_one()
        if self.as_of > fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "%s is in the future: the open items of that day are not known yet. Take the snapshot "
                    "on that day or later.",
                    format_date(self.env, self.as_of),
                )
            )
        items = self._items()
        self._insert_lines(items)
        tie_out = items.ar_tie_out()
        [[total]] = self.env.execute_query(aging_snapshot.total(self.id))
        self.sudo()._record_facts(
            {
                'total': total,
                'booked': sum(row['aging'] for row in tie_out),
                'ledger': sum(row['ledger'] for row in tie_out),
                'difference': sum(row['difference'] for row in tie_out),
                'parameters': self._frozen_parameters(items, tie_out),
                'month_end': self._is_month_end(),
                'computed_on': fields.Datetime.now(),
                'computed_by': self.env.uid,
            }
        )
        self.env['ar.aging.snapshot.line'].invalidate_model(flush=False)
        self._journal('taken')

    def _items(self):
        """Return the open items, as superuser, in the context of the snapshot's options."""
        return (
            self.env['ar.open.item']
            .sudo()
            .with_company(self.company_id)
            .with_context(
                allowed_company_ids=self.company_id._ar_tree().ids,
                as_of=fields.Date.to_string(self.as_of),
                aging_scheme_id=self.aging_scheme_id.id,
                aging_basis=self.basis,
                aging_credits=self.credits,
                aging_valuation=self.valuation,
                aging_currency_id=False,
                aging_account_ids=None,
            )
        )

    def _insert_lines(self, items):
        query = items._search([('company_id', 'in', items.env.companies.ids)], order='id')
        query.order = None
        columns = {name: items._field_to_sql(query.table, name, query) for name in GROUP_FIELDS + SUM_FIELDS}
        query.groupby = SQL(', ').join(columns[name] for name in GROUP_FIELDS)
        grouped = query.select(
            *(SQL('%s AS %s', columns[name], SQL.identifier(name)) for name in GROUP_FIELDS),
            *(SQL('SUM(%s) AS %s', columns[name], SQL.identifier(name)) for name in SUM_FIELDS),
            SQL('COUNT(*) AS item_count'),
        )
        self.env.flush_all()
        self.env.cr.execute(aging_snapshot.insert_lines(self, grouped, self.env.lang or 'en_US'))

    def _frozen_parameters(self, items, tie_out):
        params = items._aging_parameters()
        names = {bucket.id: bucket.name for bucket in self.aging_scheme_id.sudo().bucket_ids}
        Account = items.env['account.account']
        return {
            'scheme': self.aging_scheme_id.sudo().name,
            'unit': params.unit,
            'buckets': [[names.get(b.key, ""), b.lower, b.upper] for b in params.buckets],
            'rates': [[company, currency, rate] for company, currency, rate, _rounding in params.rates],
            'tie_out': [
                {**row, 'account': Account.browse(row['account_id']).display_name} for row in tie_out
            ],
        }

    def _is_month_end(self):
        scheme = self.company_id._ar_scheme()
        return (self.as_of + timedelta(days=1)).day == 1 and (
            self.aging_scheme_id.id,
            self.basis,
            self.credits,
            self.valuation,
        ) == (scheme.id, scheme.basis, scheme.credits, 'booked')

    # === Month end ===

    @api.model
    def _cron_month_end(self):
        """Take the snapshot of the previous month for each main company that wants it, once."""
        today = fields.Date.context_today(self)
        as_of = today.replace(day=1) - timedelta(days=1)
        self._work_on(
            self._companies_without(as_of, today.day),
            lambda company: self.with_company(company)._take(company, as_of),
        )

    def _companies_without(self, as_of, day):
        companies = self.env['res.company'].search(
            [('parent_id', '=', False), ('ar_snapshot_monthly', '=', True), ('ar_snapshot_day', '<=', day)]
        )
        # One that was archived is not taken again on its own.
        done = (
            self.with_context(active_test=False)
            .search([('as_of', '=', as_of), ('month_end', '=', True)])
            .company_id
        )
        posted = self.env['account.move.line']._read_group(
            [
                ('company_id', 'child_of', companies.ids),
                ('parent_state', '=', 'posted'),
                ('date', '<=', as_of),
                ('account_id', 'any', self.env['account.account']._ar_receivable_domain()),
            ],
            ['company_id'],
        )
        with_items = self.env['res.company'].union(*(company for (company,) in posted)).root_id
        return (companies & with_items - done).filtered(lambda company: company._ar_scheme())

    # === Drill-down ===

    def action_open_lines(self):
        """Open the frozen lines: customers by bucket."""
        self.ensure_one()
        return {
            **self.env['ir.actions.act_window']._for_xml_id('ar_base.ar_aging_snapshot_line_action'),
            'name': self.display_name,
            'display_name': self.display_name,
            'domain': [('snapshot_id', '=', self.id)],
            'context': {},
        }
