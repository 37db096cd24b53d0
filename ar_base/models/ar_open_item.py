import json
from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import companies, open_items, parts
from ..engine.reads import OPEN_ITEMS
from ..report import ar_open_item_page as page
from ..rules.reads import merged
from .ar_aging_options import CONTEXT_KEYS

# Who sees every customer may print them; a sales viewer's page would not tie to the ledger.
PRINT_GROUPS = (
    'ar_base.group_collector',
    'ar_base.group_controller',
    'ar_base.group_accountant',
    'account.group_account_invoice',
)


class ArOpenItem(models.Model):
    """What is open at a date: one row per receivable journal item with a residual at the as-of date.

    Guarantee: the residuals of a company and account sum to the ledger balance of that account at the date,
    in every basis, scheme and treatment of credits, valued as booked. ``ar_tie_out`` shows it.

    The context says which aging it is: see ``ar.aging.options``.
    """

    _name = 'ar.open.item'
    _description = "Open Item"
    _inherit = ['ar.aging.options', 'ar.derived.mixin']
    _auto = False
    _order = 'date_maturity, id'
    _rec_name = 'move_id'
    _depends = merged(
        OPEN_ITEMS,
        parts.FLUSHED,
        {
            'account.move': ['invoice_date'],
            'res.partner': ['category_id'],
            'ar.credit.account': [
                'grade_id',
                'collector_id',
                'customer_group_id',
                'partner_id',
                'company_id',
            ],
            'ar.aging.bucket': ['lower', 'upper', 'sequence', 'aging_scheme_id'],
        },
    )

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
        help="The customer's only tag, or the tag chosen in its credit file.",
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
    disputed = _dated(
        fields.Monetary,
        currency_field='company_currency_id',
        help="The open amount that was under dispute at the date.",
    )
    secured = _dated(
        fields.Monetary,
        currency_field='company_currency_id',
        help="The open amount covered by insurance, a guarantee or other security.",
    )
    provisioned = _dated(
        fields.Monetary,
        currency_field='company_currency_id',
        help="The loss allowance that is booked for the open amount.",
    )

    # === The query ===

    @property
    def _table_query(self):
        params = self._aging_parameters()
        root = companies.root_among(SQL('t.company_id'), self.env['res.company']._ar_branch_roots())
        shown = self._presentation_currency().id if params.presentation else None
        return open_items.with_file(params, root, shown)

    @api.model
    def _read_group_postprocess_groupby(self, groupby_spec, raw_values):
        # An aging of all customers has each customer and bucket many times: each record is made once.
        distinct = list(dict.fromkeys(raw_values))
        made = dict(zip(distinct, super()._read_group_postprocess_groupby(groupby_spec, distinct)))
        return map(made.__getitem__, raw_values)

    def _field_to_sql(self, alias, fname, query=None):
        if fname in parts.PARTS and query is not None:
            return self._part_to_sql(alias, fname, query)
        # A translated aging shows every amount in the currency it was translated into.
        if fname == 'company_currency_id' and self.env.context.get('aging_currency_id'):
            return SQL.identifier(alias, 'shown_currency_id', to_flush=self._fields[fname])
        return super()._field_to_sql(alias, fname, query)

    def _part_to_sql(self, alias, fname, query):
        """Join the part to the query and return its amount: who does not ask for it does not pay for it."""
        params = self._aging_parameters()
        sources = self._aging_parts(params._replace(presentation=()))[fname]
        if not sources:
            return SQL('0.0')
        name = query.make_alias(alias, fname)
        on = SQL('%s = %s', SQL.identifier(name, 'line_id'), SQL.identifier(alias, 'id'))
        query.add_join('LEFT JOIN', name, parts.summed(sources), on)
        amount = SQL('COALESCE(%s, 0)', SQL.identifier(name, 'amount'))
        return open_items.translated(amount, SQL.identifier(alias, 'company_id'), params)

    def _execute_flushed(self, query):
        """Return the rows of ``query`` once everything that open items follow from is in the database."""
        for model, names in self._depends.items():
            self.env[model].flush_model(names)
        return self.env.execute_query(query)

    # === Parts ===

    @api.model
    def _aging_parts(self, params):
        """Hook: return {field: list of SQL of (line_id, amount)} for each of ``engine.parts.PARTS``.

        Extend it to say what is secured or provisioned; flush what your SQL reads. Amounts are in company
        currency.
        """
        partners = self._disputing_partners(params)
        disputed = [parts.disputed(params._replace(partner_ids=partners))] if partners else []
        amounts = self._secured_amounts(params.as_of)
        secured = [parts.spread(params, amounts)] if amounts else []
        return {'disputed': disputed, 'secured': secured, 'provisioned': []}

    @api.model
    def _secured_amounts(self, as_of):
        """Return SQL of (company_id, partner_id, amount) of what is secured; False = nothing is."""
        Account = self.env['ar.credit.account'].sudo()
        rows = [
            (company.id, partner_id, amount)
            for company in self.env.companies.root_id.sudo()
            for partner_id, amount in Account._secured_by_customer(company, as_of).items()
            if amount > 0
        ]
        return parts.amounts_of(rows) if rows else False

    @api.model
    def _disputing_partners(self, params):
        """Return the ids of the customers with a dispute open at the date, and of their contacts."""
        for model, names in parts.FLUSHED.items():
            self.env[model].flush_model(names)
        return tuple(
            partner_id
            for (partner_id,) in self.env.execute_query(parts.disputing(params))
            if params.partner_ids is None or partner_id in params.partner_ids
        )

    # === One customer ===

    @api.model
    def _of_customer(self, partner, company=None, as_of=None):
        """Return the open items of the customer's commercial family, the oldest due first; read as superuser.

        The caller decides who may see them: the items are those of ``partner`` and of no other customer.

        :param partner: any contact of the customer; its commercial entity counts, with all its contacts.
        :param company: only items of this company's tree, aged by its scheme; every company's without.
        :param as_of: the as-of date; default today.
        """
        customer = partner.sudo().commercial_partner_id
        items = self.sudo().with_context(
            as_of=fields.Date.to_string(as_of or fields.Date.context_today(self)),
            aging_partner_ids=self._family(customer).ids,
        )
        domain = Domain('commercial_partner_id', 'in', customer.ids)
        if company:
            scheme = company.root_id._ar_scheme()
            items = items.with_company(company.root_id).with_context(
                aging_scheme_id=scheme.id, aging_credits=scheme._statement_credits()
            )
            domain &= Domain('company_id', 'child_of', company.sudo().root_id.ids)
        return items.search(domain)

    @api.model
    def _family(self, customers):
        """Return the customers and all their contacts, archived ones too, as superuser."""
        Partner = self.env['res.partner'].sudo().with_context(active_test=False)
        return Partner.search([('id', 'child_of', customers.ids)])

    # === What other addons know of items ===

    @api.model
    def _dunning_exclusions(self, line_ids, on_date):
        """Hook: return {journal item id: (why, until)} of the items that are not dunned on the date.

        ``why`` is the code of what covers the item (``promise``, ``payment_plan``, or that of another addon),
        ``until`` the last day of the exclusion, inclusive. Extend what ``super()`` returns; the number of
        queries must not depend on the number of items.
        """
        return {}

    @api.model
    def _broken_commitments(self, line_ids, on_date):
        """Hook: return {journal item id: day} of the items whose latest commitment was broken by the date.

        A commitment is a promise or a payment plan. The day is the one after the missed date, whether or not
        a job has found it yet. An item that a later commitment covers is not among them. The number of
        queries must not depend on the number of items.
        """
        return {}

    def _next_instalments(self):
        """Hook: return [(id, due date, {journal item: amount})] of the next instalment of each running plan.

        The amounts are what is missing of it, on the plan's items among these, the oldest first.
        """
        return []

    def _undisputed(self):
        """Return {journal item: what is open and not disputed of it, in its currency} of the debits."""
        rest = {}
        for item in self.filtered(lambda item: item.residual > 0 and item.residual_currency > 0):
            share = 1 - item.disputed / item.residual
            amount = item.currency_id.round(item.residual_currency * share)
            if item.currency_id.compare_amounts(amount, 0) > 0:
                rest[item.move_line_id] = amount
        return rest

    # === Tie-out ===

    @api.model
    def ar_tie_out(self):
        """Compare the aging with the books, per company and account, in the company's currency.

        :return: list of dicts ``company_id``, ``account_id``, ``ledger``, ``aging``, ``difference`` for the
            companies that the user has selected; every account with a balance or an open item is listed.
            Nothing for users who see their own customers only.
        """
        self.check_access('read')
        if not self._may_print():
            return []
        params = self._aging_parameters()._replace(rates=(), presentation=())
        items = self.env['ar.open.item'].sudo()
        result = []
        for company_id, account_id, ledger, aging in items._execute_flushed(
            open_items.tie_out(params, self.env.companies.ids)
        ):
            currency = self.env['res.company'].browse(company_id).sudo().currency_id
            if not currency.is_zero(ledger) or not currency.is_zero(aging):
                result.append(
                    {
                        'company_id': company_id,
                        'account_id': account_id,
                        'ledger': currency.round(ledger),
                        'aging': currency.round(aging),
                        'difference': currency.round(ledger - aging),
                    }
                )
        return result

    # === The page and its toolbar ===

    @api.model
    def ar_aging_header(self):
        """Return what the page says about itself: its options, the tie-out, and why it may be empty."""
        self.check_access('read')
        return page.header(self)

    @api.model
    def _may_print(self):
        return self.env.su or any(self.env.user.has_group(group) for group in PRINT_GROUPS)

    @api.model
    def _check_may_print(self):
        """:raise AccessError: the user does not see every customer."""
        self.check_access('read')
        if not self._may_print():
            raise AccessError(
                self.env._(
                    "Only collectors, credit controllers and accountants can print the aging of all "
                    "customers. Ask one of them."
                )
            )

    @api.model
    def ar_print(self, kind, domain=None, filters=''):
        """Return the action that prints the aging.

        :param kind: ``pdf`` or ``xlsx``.
        :param domain: what the page filters; ``filters`` says it in the user's words.
        """
        self._check_may_print()
        options = {
            **self._aging_options(),
            'domain': domain or [],
            'filters': filters,
            'companies': self.env.companies.ids,
        }
        if kind == 'xlsx':
            query = urlencode({'options': json.dumps(options)})
            return {'type': 'ir.actions.act_url', 'url': f'/ar_base/aging.xlsx?{query}', 'target': 'download'}
        return self.env.ref('ar_base.ar_aging_report').report_action([], data=options, config=False)

    @api.model
    def ar_snapshot(self):
        """Freeze the aging that the page shows, for each selected main company, and open it."""
        params, scheme = self._aging_parameters(), self._aging_scheme()
        Snapshot = self.env['ar.aging.snapshot']
        taken = Snapshot.union(
            *(
                Snapshot.with_company(company)._take(
                    company,
                    params.as_of,
                    scheme,
                    basis=params.basis,
                    credits=params.credits,
                    valuation=self._aging_valuation(),
                )
                for company in self.env.companies.root_id
            )
        )
        action = self.env['ir.actions.act_window']._for_xml_id('ar_base.ar_aging_snapshot_action')
        if len(taken) == 1:
            return {**action, 'res_id': taken.id, 'views': [(False, 'form')]}
        return {**action, 'domain': [('id', 'in', taken.ids)]}

    @api.model
    def ar_compare(self):
        """Ask for the two dates to compare, with the page's options."""
        return {
            **self.env['ir.actions.act_window']._for_xml_id('ar_base.ar_aging_compare_action'),
            'context': self._aging_options(),
        }

    def action_open_document(self):
        """Open the entry behind the item."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'account.move',
            'res_id': self.move_id.id,
            'view_mode': 'form',
        }
