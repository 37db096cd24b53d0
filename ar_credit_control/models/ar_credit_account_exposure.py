"""What a customer owes, has ordered and could come to owe: the figures behind every credit check."""

from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import exposure as engine
from ..engine import facts as engine_facts
from ..engine import orders
from ..rules import exposure, hold
from ..rules.exposure import SECURED, Component, Document, Sums
from odoo.addons.ar_base.engine.planner import NO_JIT
from odoo.addons.ar_base.rules.money import exact, rounded

# More customers than this are read without naming them: the tables are read once.
NAMED = 1000
# What documents are named by.
NAMING = {'display_name', 'move_id', 'move_name', 'name', 'product_id', 'ref'}


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    exposure = fields.Monetary(
        compute='_compute_exposure',
        search='_search_exposure',
        help="Net of security, in company currency.",
    )
    exposure_gross = fields.Monetary("Gross Exposure", compute='_compute_exposure')
    exposure_secured = fields.Monetary("Secured", compute='_compute_exposure')
    available_credit = fields.Monetary(
        compute='_compute_exposure', search='_search_available_credit', help="0 where no limit is set."
    )
    limit_used_pct = fields.Float("Limit Used %", compute='_compute_exposure')
    has_limit = fields.Boolean("Limit Applies", compute='_compute_exposure')
    effective_limit = fields.Monetary(
        compute='_compute_exposure', help="The lower of the customer's own and the group's limit."
    )
    open_items = fields.Monetary("Open Receivables", compute='_compute_exposure')
    unallocated_credits = fields.Monetary(compute='_compute_exposure')
    draft_invoices = fields.Monetary(compute='_compute_exposure')
    delivered_not_invoiced = fields.Monetary(compute='_compute_exposure')
    open_orders = fields.Monetary(compute='_compute_exposure')
    bills = fields.Monetary("Bills and Notes", compute='_compute_exposure')
    payments_in_transit = fields.Monetary(compute='_compute_exposure')
    group_exposure = fields.Monetary(
        compute='_compute_exposure', help="Of all members of the credit group, net of security."
    )

    @api.depends_context('uid')
    @api.depends(
        'partner_id',
        'credit_limit',
        'is_unlimited',
        'limit_decided',
        'group_id',
        'security_ids',
        'temp_limit',
        'temp_until',
    )
    def _compute_exposure(self):
        accounts = self.sudo()
        exposures = (accounts | accounts.group_id.account_ids)._credit_exposures()
        nothing = exposure.total(None, [component.code for component in self._credit_components()], None, 1)
        for account in self:
            result = exposures.get(account._origin.id) or nothing
            limit, used, left = account.sudo()._credit_left(result, exposures)
            account.exposure = result.net
            account.exposure_gross = result.gross
            account.exposure_secured = result.secured
            account.has_limit = limit is not None
            account.effective_limit = limit or 0.0
            account.group_exposure = used
            account.available_credit = left
            account.overdue = result.overdue_beyond
            account.overdue_days = result.oldest_overdue_days
            account.limit_used_pct = 100 * result.net / exact(limit) if limit else 0.0
            for component in self._credit_components():
                if component.code in self._fields:
                    account[component.code] = result.components.get(component.code, 0.0)

    def _credit_left(self, result, exposures):
        """Return (effective limit, group's exposure, available credit); without a limit None and 0."""
        self.ensure_one()
        limit, group = self._credit_effective_limit(), self.group_id
        used = sum(exposures[member.id].net for member in group.account_ids)
        left = 0.0 if limit is None else exact(limit) - result.net
        if limit is not None and group:
            left = min(left, exact(group.credit_limit) - used)
        return limit, used, left

    # === Searching and sorting: one pass over all customers ===

    @api.model
    def _credit_figures_of_all(self, name):
        """Return {account id: ``exposure`` or ``available_credit``} of all accounts that the user may see."""
        accounts = (
            self.sudo()
            .with_context(active_test=False)
            .search([('company_id', 'in', self.env.companies.root_id.ids)], order='id')
        )
        exposures = accounts._credit_exposures()
        if name == 'exposure':
            return {account_id: float(found.net) for account_id, found in exposures.items()}
        return {
            account.id: float(account._credit_left(exposures[account.id], exposures)[2])
            for account in accounts
        }

    def _search_exposure(self, operator, value):
        return self._credit_search('exposure', operator, value)

    def _search_available_credit(self, operator, value):
        return self._credit_search('available_credit', operator, value)

    @api.model
    def _credit_search(self, name, operator, value):
        compare = {
            '<': lambda x: x < value,
            '<=': lambda x: x <= value,
            '>': lambda x: x > value,
            '>=': lambda x: x >= value,
            'in': lambda x: any(abs(x - float(wanted)) < 0.000001 for wanted in value),
        }.get(operator)
        if not compare:
            return NotImplemented
        found = self._credit_figures_of_all(name)
        return [('id', 'in', [account_id for account_id, amount in found.items() if compare(amount)])]

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        # EXTENDS 'base': the figures are not stored.
        if field_name not in ('exposure', 'available_credit'):
            return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        if query.is_empty():  # a view asks whether it may sort
            return SQL('id')
        figures = self._credit_figures_of_all(field_name)
        rank = query.make_alias(alias, field_name)
        condition = SQL('%s = %s', SQL.identifier(alias, 'id'), SQL.identifier(rank, 'id'))
        query.add_join('LEFT JOIN', rank, engine.ranks(figures), condition)
        return SQL('%s %s %s', SQL.identifier(rank, 'amount'), direction, nulls)

    # === Components and their documents ===

    @api.model
    def _credit_components(self):
        """Hook: return the table of components, in the order in which they are shown. Addons append theirs.

        Each has its documents in one SELECT (``rules.exposure.Component``): an account's figure is their sum,
        and what opens behind the figure are its rows. Nothing else is needed: the total, the drill-down, the
        snapshot of a decision and every rule that looks at the exposure follow this table.
        """
        items, parts = engine.items, engine.order_parts
        return [
            Component('open_items', 'account.move.line', items, reads=engine.FLUSHED),
            Component('unallocated_credits', 'account.move.line', items),
            Component('draft_invoices', 'account.move', engine.draft_invoices),
            Component('delivered_not_invoiced', 'sale.order', parts, reads=orders.FLUSHED),
            Component('open_orders', 'sale.order', parts),
            Component('bills', 'account.move.line', items),
            Component('payments_in_transit', 'account.payment', engine.payments_in_transit),
        ]

    @api.model
    def _credit_component_names(self):
        """Return {code: label} of the components and of what security takes off."""
        labels = self.fields_get(attributes=['string'])
        names = {
            component.code: str(component.label)
            or labels.get(component.code, {}).get('string', component.code)
            for component in self._credit_components()
        }
        return {**names, SECURED: labels['exposure_secured']['string']}

    def _credit_scope(self, check_date, without=()):
        """Return the ``engine.Scope`` of the documents of these accounts."""
        partner_ids = None if len(self) > NAMED else tuple(self.partner_id.ids)
        trees = tuple(company._credit_tree(check_date) for company in self.company_id)
        elsewhere = self.env['sale.order.line']._credit_invoiced_elsewhere()
        self.env['account.move.line'].flush_model(['parent_state', 'matching_number'])
        drafts_matched = bool(self.env.execute_query(engine.drafts_matched()))
        return engine.Scope(
            partner_ids, trees, tuple(without), elsewhere, tuple(self.company_id.ids), drafts_matched
        )

    def _credit_books(self, scope):
        """Return the SELECTs of the documents of the scope, what they read being flushed."""
        components = self._credit_components()
        for component in components:
            for model, names in component.reads.items():
                self.env[model].flush_model(names)
        return [documents(scope) for documents in dict.fromkeys(c.documents for c in components)]

    def _credit_documents(self, check_date=None, limit=None, without=()):
        """Return every ``Document`` behind the exposure; by component they add up to the figures shown.

        :param limit: how many of each component, those that fell due first; default: all.
        :param without: ids of orders not to count.
        """
        self.ensure_one()
        account = self.sudo()
        check_date = check_date or fields.Date.context_today(self)
        scope = account._credit_scope(check_date, without)
        query = engine.documents(scope, account._credit_books(scope), limit)
        found = [
            (code, res_id, due, currency_id, exact(amount), exact(balance))
            for code, res_id, due, currency_id, amount, balance in self.env.execute_query(query)
        ]
        records = account._credit_browse([row[:2] for row in found])
        return [Document(row[0], records[row[:2]], *row[2:]) for row in found]

    def _credit_secured_documents(self, result, check_date):
        """Return a ``Document`` for each security, negative: with the others they sum up to the net."""
        self.ensure_one()
        left, found = result.secured, []
        for security in self.sudo()._credit_securities(check_date).get(self, ()):
            covered = min(self.sudo()._credit_secured(result.gross, check_date, security), left)
            left -= covered
            if covered:
                due, currency_id = security.valid_until or None, self.currency_id.id
                found.append(Document(SECURED, security, due, currency_id, -covered))
        return found

    def _credit_browse(self, found):
        """Return {(component code, id): document}; those of one model are read together."""
        models_ = {component.code: component.model for component in self._credit_components()}
        ids = {}
        for code, res_id in found:
            ids.setdefault(models_[code], []).append(res_id)
        records = {}
        for model, own in ids.items():
            documents = self.env[model].browse(own)
            documents.fetch(NAMING & documents._fields.keys())  # these models have dozens of columns more
            if 'move_id' in documents._fields:
                documents.move_id.fetch(['name'])
            records |= {(model, record.id): record for record in documents}
        return {(code, res_id): records[models_[code], res_id] for code, res_id in found}

    def action_open_exposure(self):
        """Open the documents behind the exposure, or behind the component named in the context."""
        self.ensure_one()
        self.check_access('read')
        lines = self.env['ar.credit.exposure.line']._create_for(self)
        code = self.env.context.get('component')
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.credit.exposure.line',
            'view_mode': 'list',
            'views': [(False, 'list')],
            'name': self.env._("Exposure of %s", self.partner_id.display_name),
            'domain': [('id', 'in', lines.ids)] + ([('component', '=', code)] if code else []),
            'context': {'create': False, **({} if code else {'group_by': 'component'})},
        }

    # === Figures ===

    def _credit_exposures(self, check_date=None, needs=hold.Needs(), without=()):
        """Return the exposure of each account: dict of account id to ``Exposure``.

        One query, whatever their number. The answer is the same for every user: record rules and selected
        companies do not matter.

        :param check_date: date of rates, overdue days, horizon and security; default today.
        :param needs: what the rules in force ask of the books (``rules.hold.Needs``).
        :param without: ids of orders that do not count.
        """
        accounts = self.sudo().filtered('id')
        if not accounts:
            return {}
        check_date = check_date or fields.Date.context_today(self)
        accounts.fetch(['partner_id', 'company_id'])
        found = {}
        accounts._credit_add_books(found, check_date, needs, without)
        asked = accounts.filtered(lambda account: account.id not in found or found[account.id].may_be_secured)
        securities = asked._credit_securities(check_date) if asked else {}
        codes = [component.code for component in self._credit_components()]
        exposures = {}
        for company, members in accounts.grouped('company_id').items():
            convert, unit = company._credit_converter(check_date), exact(company.currency_id.rounding)
            for account in members:
                secure = None
                if account in securities:
                    secure = partial(
                        account._credit_secured, check_date=check_date, securities=securities[account]
                    )
                exposures[account.id] = exposure.total(
                    found.get(account.id), codes, convert, unit, secure, needs.oldest_amount
                )
        return exposures

    def _credit_add_books(self, found, check_date, needs, without):
        """Everything, by account, component and currency: one query."""
        scope = self._credit_scope(check_date, without)
        books = self._credit_books(scope)
        columns = self._credit_fact_columns(scope, needs.facts, check_date)
        account_ids = self.ids
        if len(self) > NAMED:
            account_ids = None
            self.env.cr.execute(NO_JIT)
        for account_id, component, currency_id, *values in self.env.execute_query(
            engine.totals(scope, books, account_ids, check_date, needs, list(columns.values()))
        ):
            amount, balance, beyond_oldest, beyond_ratio, oldest, *facts = values
            sums = found.setdefault(account_id, Sums())
            sums.facts = dict(zip(columns, facts))
            sums.may_be_secured = sums.facts.pop('secured', True)
            if not component:
                continue
            sums.add(component, currency_id, amount)
            if component == 'open_items':
                sums.balance += exact(balance)
                if oldest:
                    sums.beyond_oldest += exact(beyond_oldest)
                    sums.beyond_ratio += exact(beyond_ratio)
                    sums.oldest = max(sums.oldest, oldest)

    def _credit_fact_columns(self, scope, facts, check_date):
        """Return {fact: its SQL, of the account ``ca``} of those ``facts`` that come with the exposure."""
        columns = {}
        if len(self) <= NAMED:  # a query less for those who have none
            self.env['ar.credit.security'].flush_model(['credit_account_id', 'state'])
            columns['secured'] = engine_facts.SECURED
        if 'last_payment' in facts:
            columns['last_payment'] = engine.last_payment(scope, check_date)
        if 'unpaid_orders' in facts:
            for model, names in engine_facts.FLUSHED.items():
                self.env[model].flush_model(names)
            columns['unpaid_orders'] = engine_facts.unpaid_orders(scope, check_date)
        if 'dunning_level' in facts:
            columns['dunning_level'] = self._dunning_level_sql(SQL('ca.id'))
        return columns

    def _credit_convert(self, amount, currency_id, check_date):
        return self.company_id._credit_convert(amount, currency_id, check_date)

    # === Securities ===

    def _credit_securities(self, check_date):
        """Return the securities in force on the day: {account: securities}."""
        return (
            self.env['ar.credit.security']
            .sudo()
            .search_fetch(
                [
                    ('credit_account_id', 'in', self.ids),
                    ('state', '=', 'approved'),
                    '|',
                    ('valid_from', '=', False),
                    ('valid_from', '<=', check_date),
                    '|',
                    ('valid_until', '=', False),
                    ('valid_until', '>=', check_date),
                ],
                ['credit_account_id', 'kind', 'amount', 'currency_id', 'cover'],
            )
            .grouped('credit_account_id')
        )

    def _credit_secured(self, gross, check_date, securities):
        """Return what these securities cover, in company currency."""
        return rounded(
            sum(
                exposure.secured(
                    security.kind,
                    self._credit_convert(security.amount, security.currency_id.id, check_date),
                    exact(security.cover) / 100,
                    exact(gross),
                )
                for security in securities
            ),
            self.currency_id.rounding,
        )

    @api.model
    def _secured_by_customer(self, company, date):
        # EXTENDS 'ar_base': guarantees, deposits, collateral and insurance in force on the date, at that
        # day's rates. An insurance covers its share of what is open, up to the insured limit.
        securities = self.env['ar.credit.security'].sudo().search([('company_id', '=', company.root_id.id)])
        securities = securities.credit_account_id.with_context(active_test=False)._credit_securities(date)
        secured = super()._secured_by_customer(company, date)
        balances = self._open_by_customer(company, date, [account.partner_id.id for account in securities])
        for account, records in securities.items():
            customer = account.partner_id.id
            amount = account._credit_secured(balances.get(customer, 0.0), date, records)
            secured[customer] = secured.get(customer, 0.0) + float(amount)
        return secured

    @api.model
    def _open_by_customer(self, company, date, partner_ids):
        """Return {customer id: open items on the date}, in company currency."""
        items = self.env['ar.open.item'].sudo().with_context(as_of=fields.Date.to_string(date))
        groups = items._read_group(
            [('commercial_partner_id', 'in', partner_ids), ('company_id', 'child_of', company.root_id.id)],
            ['commercial_partner_id'],
            ['residual:sum'],
        )
        return {partner.id: balance for partner, balance in groups}
