from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, float_round

from ..engine import open_items

# Context keys that select what a row is. A cached value is only good for the same keys.
CONTEXT_KEYS = (
    'as_of',
    'aging_scheme_id',
    'aging_basis',
    'aging_credits',
    'aging_valuation',
    'aging_currency_id',
    'aging_account_ids',
    'aging_partner_ids',
)


class ArOpenItem(models.Model):
    """What is open at a date: one row per receivable journal item with a residual at the as-of date.

    Guarantee: the residuals of a company and account sum to the ledger balance of that account at the date, in
    every basis, scheme and treatment of credits, valued as booked. ``ar_tie_out`` shows it.

    Context: ``as_of`` (date; default today), ``aging_scheme_id`` (default: the company's), and to override the
    scheme ``aging_basis``, ``aging_credits``; ``aging_valuation`` (``booked`` or ``closing``: residual in currency x
    rate of the date), ``aging_currency_id`` (translate every company into this currency), ``aging_account_ids``,
    ``aging_partner_ids`` (items of these contacts only: what is read of one customer costs what the customer has).
    """

    _name = 'ar.open.item'
    _description = "Open Item"
    _auto = False
    _order = 'date_maturity, id'
    _rec_name = 'move_id'
    _depends = {
        'account.move.line': [
            'account_id',
            'amount_residual',
            'amount_residual_currency',
            'balance',
            'company_id',
            'currency_id',
            'date',
            'date_maturity',
            'invoice_date',
            'journal_id',
            'matching_number',
            'move_id',
            'parent_state',
            'partner_id',
            'reconciled',
        ],
        'account.move': ['invoice_date', 'invoice_user_id', 'move_type'],
        'account.partial.reconcile': [
            'amount',
            'credit_amount_currency',
            'credit_move_id',
            'debit_amount_currency',
            'debit_move_id',
            'max_date',
        ],
        'account.account': ['account_type'],
        'res.partner': ['category_id', 'commercial_partner_id', 'country_id'],
        'ar.credit.account': ['grade_id', 'collector_id', 'customer_group_id', 'partner_id', 'company_id'],
        'ar.aging.bucket': ['lower', 'upper', 'sequence', 'aging_scheme_id'],
    }

    def _dated(field_class, *args, **kwargs):
        return field_class(*args, readonly=True, depends_context=CONTEXT_KEYS, **kwargs)

    move_line_id = fields.Many2one('account.move.line', "Journal Item", readonly=True)
    move_id = fields.Many2one('account.move', "Document", readonly=True)
    partner_id = fields.Many2one('res.partner', "Contact", readonly=True)
    commercial_partner_id = fields.Many2one('res.partner', "Customer", readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    account_id = fields.Many2one('account.account', readonly=True)
    journal_id = fields.Many2one('account.journal', readonly=True)
    currency_id = fields.Many2one('res.currency', "Document Currency", readonly=True)
    company_currency_id = _dated(fields.Many2one, 'res.currency', "Currency")
    country_id = fields.Many2one('res.country', readonly=True)
    salesperson_id = fields.Many2one('res.users', readonly=True)
    grade_id = fields.Many2one('ar.credit.grade', "Credit Grade", readonly=True)
    customer_group_id = fields.Many2one(
        'res.partner.category',
        readonly=True,
        help="The customer's only tag, or the one of its tags that its credit file names.",
    )
    collector_id = fields.Many2one('res.users', readonly=True)
    move_type = fields.Selection(
        lambda self: self.env['account.move']._fields['move_type']._description_selection(self.env),
        "Type",
        readonly=True,
    )
    date = fields.Date("Posting Date", readonly=True)
    invoice_date = fields.Date(readonly=True)
    date_maturity = fields.Date("Due Date", readonly=True)
    base_date = _dated(fields.Date, "Ages From")
    days_overdue = _dated(fields.Integer, "Days Overdue", aggregator='max')
    age_days = _dated(fields.Integer, "Age (Days)", aggregator='max')
    bucket_id = _dated(fields.Many2one, 'ar.aging.bucket', "Bucket")
    residual = _dated(fields.Monetary, "Open Amount", currency_field='company_currency_id')
    residual_currency = _dated(fields.Monetary, "Open in Document Currency", currency_field='currency_id')

    # === The query ===

    @property
    def _table_query(self):
        params = self._aging_parameters()
        return SQL(
            """SELECT t.*, ca.grade_id, ca.collector_id, COALESCE(ca.customer_group_id, tag.category_id) AS customer_group_id
                 FROM (%s) t
                 LEFT JOIN ar_credit_account ca ON ca.partner_id = t.commercial_partner_id AND ca.company_id = %s
                 LEFT JOIN (SELECT partner_id, MIN(category_id) AS category_id
                              FROM res_partner_res_partner_category_rel GROUP BY partner_id HAVING COUNT(*) = 1
                           ) tag ON tag.partner_id = t.commercial_partner_id""",
            self._presented(params),
            self._root_company(SQL('t.company_id')),
        )

    def _root_company(self, column):
        """Return SQL of the main company of the company in ``column``: no join, so that none is left where no file is read."""
        companies = (
            self.env['res.company']
            .sudo()
            .with_context(active_test=False)
            .search([('parent_id', '!=', False)])
        )
        if not companies:
            return column
        cases = SQL(' ').join(SQL('WHEN %s THEN %s', company.id, company.root_id.id) for company in companies)
        return SQL('CASE %s %s ELSE %s END', column, cases, column)

    def _presented(self, params):
        query = open_items.aged(params)
        if not params.presentation:
            return query
        return SQL("SELECT p.*, %s AS shown_currency_id FROM (%s) p", self._presentation_currency().id, query)

    def _field_to_sql(self, alias, fname, query=None):
        # A translated aging shows every amount in the currency it was translated into.
        if fname == 'company_currency_id' and self.env.context.get('aging_currency_id'):
            return SQL.identifier(alias, 'shown_currency_id', to_flush=self._fields[fname])
        return super()._field_to_sql(alias, fname, query)

    @api.model
    def _search(self, *args, **kwargs):
        # The ORM's cache does not know that these rows follow from others: what was read before may be stale by now.
        self.invalidate_model(flush=False)
        return super()._search(*args, **kwargs)

    @api.model
    def _read_group_postprocess_groupby(self, groupby_spec, raw_values):
        # An aging of all customers has each customer and bucket many times: the record is made once, not for each group.
        distinct = list(dict.fromkeys(raw_values))
        made = dict(zip(distinct, super()._read_group_postprocess_groupby(groupby_spec, distinct)))
        return map(made.__getitem__, raw_values)

    @api.model
    def _aging_parameters(self):
        """Return the engine's parameters that the context asks for.

        :raise UserError: a date, scheme, basis or currency in the context that does not exist.
        """
        context = self.env.context
        scheme = self._aging_scheme()
        as_of = self._as_of()
        account_ids, partner_ids = context.get('aging_account_ids'), context.get('aging_partner_ids')
        if (
            account_ids is None
        ):  # named, so that PostgreSQL knows from its statistics how many lines they have
            account_ids = (
                self.env['account.account']
                .sudo()
                .with_context(active_test=False)
                .search([('account_type', '=', 'asset_receivable')], order='id')
                .ids
            )
        return open_items.Parameters(
            as_of=as_of,
            basis=self._choice('aging_basis', 'basis', scheme),
            unit=scheme.unit or 'day',
            credits=self._choice('aging_credits', 'credits', scheme),
            buckets=tuple(scheme._effective_buckets()) if scheme else (),
            account_ids=tuple(account_ids),
            partner_ids=tuple(partner_ids) or (0,) if partner_ids is not None else None,
            rates=self._closing_rates(as_of) if context.get('aging_valuation') == 'closing' else (),
            presentation=self._presentation_rates(as_of) if context.get('aging_currency_id') else (),
        )

    @api.model
    def _as_of(self):
        value = self.env.context.get('as_of')
        try:
            return fields.Date.to_date(value) or fields.Date.context_today(self)
        except (ValueError, TypeError):
            raise UserError(
                self.env._(
                    "%s is not a date. Write the as-of date as year-month-day, for example 2026-12-31.", value
                )
            ) from None

    @api.model
    def _aging_scheme(self):
        aging_scheme_id = self.env.context.get('aging_scheme_id')
        if not aging_scheme_id:
            return self.env.company._ar_scheme()
        scheme = self.env['ar.aging.scheme'].sudo().browse(aging_scheme_id).exists()
        if not scheme:
            raise UserError(self.env._("This aging scheme no longer exists. Choose another one."))
        return scheme

    @api.model
    def _choice(self, key, field, scheme):
        value = self.env.context.get(key) or scheme[field]
        choices = dict(self.env['ar.aging.scheme']._fields[field].selection)
        if not value:
            return next(iter(choices))
        if value not in choices:
            raise UserError(
                self.env._(
                    "%(value)s is no way to age receivables. Choose one of: %(choices)s.",
                    value=value,
                    choices=', '.join(choices),
                )
            )
        return value

    @api.model
    def _closing_rates(self, as_of):
        """Return (company, currency, company currency per unit, rounding) of every foreign currency in use."""
        currencies = self.env['res.currency'].sudo().with_context(active_test=True).search([])
        return tuple(
            (
                company.id,
                currency.id,
                self._rate(currency, company.currency_id, company, as_of),
                company.currency_id.rounding,
            )
            for company in self.env['res.company'].sudo().search([])
            for currency in currencies - company.currency_id
        )

    @api.model
    def _presentation_currency(self):
        currency = self.env['res.currency'].sudo().browse(self.env.context['aging_currency_id']).exists()
        if not currency:
            raise UserError(
                self.env._("This currency does not exist. Activate it under Accounting, Currencies.")
            )
        return currency

    @api.model
    def _presentation_rates(self, as_of):
        shown = self._presentation_currency()
        return tuple(
            (company.id, self._rate(company.currency_id, shown, self.env.company, as_of), shown.rounding)
            for company in self.env['res.company'].sudo().search([])
        )

    @api.model
    def _rate(self, currency, to_currency, company, as_of):
        """Return the rate without the noise of the division that Odoo stores rates by."""
        rate = self.env['res.currency']._get_conversion_rate(currency, to_currency, company.sudo(), as_of)
        return float_round(rate, precision_digits=12)

    # === Tie-out ===

    @api.model
    def ar_tie_out(self):
        """Compare the aging with the books, per company and account, in the company's currency.

        :return: list of dicts ``company_id``, ``account_id``, ``ledger``, ``aging``, ``difference`` for the companies
            that the user has selected; every account with a balance or an open item is listed.
        """
        self.check_access('read')
        params = self._aging_parameters()._replace(rates=(), presentation=())
        rows = (
            self.env['ar.open.item']
            .sudo()
            ._execute_flushed(
                SQL(
                    """SELECT company_id, account_id, SUM(balance), SUM(residual) FROM (
                SELECT company_id, account_id, balance, 0 AS residual FROM (%s) g
                UNION ALL
                SELECT company_id, account_id, 0, residual FROM (%s) a
               ) t WHERE company_id IN %s GROUP BY company_id, account_id ORDER BY company_id, account_id""",
                    open_items.ledger(params),
                    open_items.aged(params),
                    tuple(self.env.companies.ids),
                )
            )
        )
        result = []
        for company_id, account_id, ledger, aging in rows:
            currency = self.env['res.company'].browse(company_id).sudo().currency_id
            difference = currency.round(ledger - aging)
            if currency.is_zero(ledger) and currency.is_zero(aging):
                continue
            result.append(
                {
                    'company_id': company_id,
                    'account_id': account_id,
                    'ledger': currency.round(ledger),
                    'aging': currency.round(aging),
                    'difference': difference,
                }
            )
        return result

    def _execute_flushed(self, query):
        for model, names in self._depends.items():
            self.env[model].flush_model(names)
        return self.env.execute_query(query)

    @api.model
    def ar_aging_header(self):
        """Return what the page says about itself: options, tie-out, and a notice where there is nothing to show."""
        self.check_access('read')
        _ = self.env._
        params = self._aging_parameters()
        tie_out = self.ar_tie_out()
        Account = self.env['account.account'].sudo()
        return {
            'as_of': fields.Date.to_string(params.as_of),
            'aging_scheme_id': self._aging_scheme().id,
            'schemes': [
                (s.id, s.name)
                for s in self.env['ar.aging.scheme']
                .sudo()
                .with_env(self.env(su=True))
                .search([('company_id', 'in', [False, *self.env.companies.root_id.ids])])
            ],
            'basis': params.basis,
            'bases': self.env['ar.aging.scheme']._fields['basis']._description_selection(self.env),
            'credits': params.credits,
            'credit_options': self.env['ar.aging.scheme']._fields['credits']._description_selection(self.env),
            'tie_out': [
                {
                    **row,
                    'company': self.env['res.company'].browse(row['company_id']).sudo().name,
                    'account': Account.with_company(row['company_id']).browse(row['account_id']).display_name,
                    'currency_id': self.env['res.company'].browse(row['company_id']).sudo().currency_id.id,
                }
                for row in tie_out
            ],
            'notice': self._aging_notice(params),
            'labels': {'ties': _("Ties to the ledger"), 'differs': _("Differs from the ledger")},
        }

    @api.model
    def _aging_notice(self, params):
        """Say why there may be nothing on the page, and the cure; False where there is nothing to say."""
        for company in self.env.companies.sudo():
            if (
                not self.env['account.account']
                .sudo()
                .search_count(
                    [
                        *self.env['account.account']._check_company_domain(company),
                        ('account_type', '=', 'asset_receivable'),
                    ],
                    limit=1,
                )
            ):
                return self.env._(
                    "%s has no receivable account: install a chart of accounts under Settings, Accounting, first.",
                    company.name,
                )
        first = (
            self.env['account.move.line']
            .sudo()
            .search(
                [
                    ('parent_state', '=', 'posted'),
                    ('company_id', 'in', self.env.companies.ids),
                    ('account_id.account_type', '=', 'asset_receivable'),
                ],
                order='date',
                limit=1,
            )
        )
        if not first:
            return self.env._("No receivable has been posted yet.")
        if first.date > params.as_of:
            return self.env._(
                "Nothing was posted by %(date)s: the first receivable entry is of %(first)s.",
                date=params.as_of,
                first=first.date,
            )
        return False

    # === What other addons know of items ===

    @api.model
    def _dunning_exclusions(self, line_ids, on_date):
        """Hook: return {journal item id: (why, until)} of the items that are not dunned on the date.

        ``why`` is the code of what covers the item (``promise``, ``payment_plan``, or that of another addon), ``until``
        the last day of the exclusion, inclusive. Extend what ``super()`` returns; the number of queries must not depend
        on the number of items.
        """
        return {}

    @api.model
    def _broken_commitments(self, line_ids, on_date):
        """Hook: return {journal item id: day} of the items whose latest commitment was broken by the date.

        A commitment is a promise or a payment plan. The day is the one after the missed date, whether or not a job has
        found it yet. An item that a later commitment covers is not among them. The number of queries must not depend on
        the number of items.
        """
        return {}

    # === Drill-down ===

    def action_open_document(self):
        """Open the entry behind the item."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'account.move',
            'res_id': self.move_id.id,
            'view_mode': 'form',
        }
