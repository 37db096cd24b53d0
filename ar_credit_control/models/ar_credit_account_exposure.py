"""What a customer owes, has ordered and could come to owe: the figures behind every credit check."""

from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import exposure as engine
from ..rules import exposure, hold
from odoo.addons.ar_base.rules.money import ZERO, exact, exceeds, rounded


class Component(NamedTuple):
    """One part of the exposure. ``code`` is also the account's field of its figure."""

    code: str
    model: str


class Document(NamedTuple):
    """One document behind a component; ``amount`` in its own currency, a credit negative.

    ``balance``: what is open of a receivable, in company currency.
    """

    component: str
    record: models.BaseModel
    due: object
    currency_id: int
    amount: Decimal
    balance: Decimal = ZERO


class Exposure(NamedTuple):
    """A customer's exposure at the check date, in company currency; a credit is negative.

    Attributes:
        components: amount by component code, each converted at the rate of the check date and rounded once.
        gross, secured, net: sum of the components; what security covers; what is left.
        oldest_overdue_days, balance, overdue_beyond: see ``rules.hold.Figures``.
        facts: what was asked for besides: ``last_payment``, ``dunning_level``.
    """

    components: dict
    gross: Decimal
    secured: Decimal
    net: Decimal
    oldest_overdue_days: int = 0
    balance: Decimal = ZERO
    overdue_beyond: Decimal = ZERO
    facts: dict = {}


class Sums:
    """What is found of one account while it is read."""

    def __init__(self):
        self.amounts = {}  # {component: {currency id: amount}}
        self.balance = self.beyond_oldest = self.beyond_ratio = ZERO
        self.oldest = 0
        self.facts = {}

    def add(self, component, currency_id, amount):
        if amount:
            sums = self.amounts.setdefault(component, {})
            sums[currency_id] = sums.get(currency_id, ZERO) + exact(amount)


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    exposure = fields.Monetary(compute='_compute_exposure', help="Net of security, in company currency.")
    exposure_gross = fields.Monetary("Gross Exposure", compute='_compute_exposure')
    exposure_secured = fields.Monetary("Secured", compute='_compute_exposure')
    available_credit = fields.Monetary(compute='_compute_exposure', help="0 where no limit is set.")
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
        for account in self:
            result = exposures.get(account._origin.id) or account._credit_total(
                Sums(), fields.Date.context_today(self)
            )
            group = account.sudo().group_id
            limit = account.sudo()._credit_effective_limit()
            used = sum(exposures[member.id].net for member in group.account_ids)
            left = 0.0 if limit is None else exact(limit) - result.net
            if limit is not None and group:
                left = min(left, exact(group.credit_limit) - used)
            account.exposure = result.net
            account.exposure_gross = result.gross
            account.exposure_secured = result.secured
            account.has_limit = limit is not None
            account.effective_limit = limit or 0.0
            account.group_exposure = used
            account.available_credit = left
            account.limit_used_pct = 100 * result.net / exact(limit) if limit else 0.0
            for component in self._credit_components():
                if component.code in self._fields:
                    account[component.code] = result.components.get(component.code, 0.0)

    # === Components and their documents ===

    @api.model
    def _credit_components(self):
        """Hook: return the components, in the order in which they are shown. Bridges append theirs.

        A component has a SELECT in ``_credit_books``, or is weighed from orders in ``_credit_order_parts``.
        """
        return [
            Component('open_items', 'account.move.line'),
            Component('unallocated_credits', 'account.move.line'),
            Component('draft_invoices', 'account.move'),
            Component('delivered_not_invoiced', 'sale.order'),
            Component('open_orders', 'sale.order'),
            Component('bills', 'account.move.line'),
            Component('payments_in_transit', 'account.payment'),
        ]

    @api.model
    def _credit_component_names(self):
        names = self.fields_get(attributes=['string'])
        return {
            component.code: names.get(component.code, {}).get('string', component.code)
            for component in self._credit_components()
        }

    def _credit_books(self):
        """Hook: return SELECTs of the documents in the books, with the columns of ``engine.exposure``.

        Bridges append theirs; what they read is flushed here.
        """
        for model, names in engine.FLUSHED.items():
            self.env[model].flush_model(names)
        scope = engine.contacts(self.partner_id.ids), self.company_id.ids
        return [engine.items(*scope), engine.draft_invoices(*scope), engine.payments_in_transit(*scope)]

    def _credit_orders_domain(self):
        return Domain(
            [
                ('state', '=', 'sale'),
                ('invoice_status', '!=', 'invoiced'),
                ('company_id', 'child_of', self.company_id.ids),
                ('partner_invoice_id.commercial_partner_id', 'in', self.partner_id.ids),
            ]
        )

    def _credit_order_parts(self, row, check_date):
        """Return (component code, amount in the order's currency) of what one order weighs."""
        horizon = self.company_id.ar_horizon_days if self.company_id.ar_use_horizon else None
        yield 'delivered_not_invoiced', exposure.delivered_not_invoiced(row.amounts)
        if exposure.within_horizon(row.delivery_date, check_date, horizon):
            yield 'open_orders', exposure.open_order(row.amounts)

    def _credit_documents(self, check_date=None, limit=None, without=()):
        """Return every ``Document`` behind the exposure; by component they add up to the figures shown.

        :param limit: how many of each component in the books, those that fell due first; default: all.
        :param without: ids of orders not to count.
        """
        self.ensure_one()
        account, orders = self.sudo(), self.env['sale.order'].sudo()
        check_date = check_date or fields.Date.context_today(self)
        found = [
            (code, res_id, due, currency_id, exact(amount), exact(balance))
            for code, res_id, due, currency_id, amount, balance in self.env.execute_query(
                engine.documents(account._credit_books(), limit)
            )
        ] + [
            (code, row.order_id, row.delivery_date, row.currency_id, amount, ZERO)
            for row in orders._credit_order_amounts(account._credit_orders_domain())
            for code, amount in account._credit_order_parts(row, check_date)
            if amount and row.order_id not in without
        ]
        records = account._credit_browse([row[:2] for row in found])
        return [Document(row[0], records[row[:2]], *row[2:]) for row in found]

    def _credit_browse(self, found):
        """Return {(component code, id): document}; those of one model are read together."""
        models_ = {component.code: component.model for component in self._credit_components()}
        ids = {}
        for code, res_id in found:
            ids.setdefault(models_[code], []).append(res_id)
        records = {
            (model, record.id): record for model in ids for record in self.env[model].browse(ids[model])
        }
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

    def _credit_exposures(self, check_date=None, order_rows=None, needs=hold.Needs()):
        """Return the exposure of each account: dict of account id to ``Exposure``.

        The answer is the same for every user: record rules and selected companies do not matter.

        :param check_date: date of rates, overdue days, horizon and security; default today.
        :param order_rows: the orders to count (``sale.order._credit_order_amounts``); default: all that are
            open.
        :param needs: what the rules in force ask of the books (``rules.hold.Needs``).
        """
        accounts = self.sudo().filtered('id')
        if not accounts:
            return {}
        check_date = check_date or fields.Date.context_today(self)
        found = {account.id: Sums() for account in accounts}
        accounts._credit_add_books(found, check_date, needs)
        if order_rows is None:
            order_rows = self.env['sale.order'].sudo()._credit_order_amounts(accounts._credit_orders_domain())
        accounts._credit_add_orders(found, check_date, order_rows)
        securities = accounts._credit_securities(check_date)
        return {
            account.id: account._credit_total(
                found[account.id], check_date, needs.oldest_amount, securities.get(account)
            )
            for account in accounts
        }

    def _credit_add_books(self, found, check_date, needs):
        """Everything in the books, by currency: one query."""
        columns = self._credit_fact_columns(needs.facts, check_date)
        books = self._credit_books()
        codes = [component.code for component in self._credit_components()]
        for row in self.env.execute_query(
            engine.totals(books, self.ids, codes, check_date, needs, list(columns.values()))
        ):
            account_id, currency_id, balance, beyond_oldest, beyond_ratio, oldest, *others = row
            sums = found[account_id]
            sums.balance += exact(balance)
            sums.beyond_oldest += exact(beyond_oldest)
            sums.beyond_ratio += exact(beyond_ratio)
            sums.oldest = max(sums.oldest, oldest)
            sums.facts = dict(zip(columns, others))
            for code, amount in zip(codes, others[len(columns) :]):
                sums.add(code, currency_id, amount)

    def _credit_fact_columns(self, facts, check_date):
        """Return {fact: its SQL, of the account ``ca``} of those ``facts`` that come with the exposure."""
        columns = {}
        if 'last_payment' in facts:
            columns['last_payment'] = engine.last_payment(self.company_id.ids, check_date)
        if 'dunning_level' in facts:
            columns['dunning_level'] = self._dunning_level_sql(SQL('ca.id'))
        return columns

    def _credit_add_orders(self, found, check_date, order_rows):
        accounts = {(account.partner_id.id, account.company_id.id): account for account in self}
        for row in order_rows:
            account = accounts.get((row.partner_id, row.root_company_id))
            for code, amount in account._credit_order_parts(row, check_date) if account else ():
                found[account.id].add(code, row.currency_id, amount)

    def _credit_total(self, sums, check_date, oldest_amount=ZERO, securities=None):
        """Convert, round once per component, and take off what security covers."""
        self.ensure_one()
        unit = self.currency_id.rounding
        components = {
            component.code: rounded(
                sum(
                    self._credit_convert(amount, currency_id, check_date)
                    for currency_id, amount in sums.amounts.get(component.code, {}).items()
                ),
                unit,
            )
            for component in self._credit_components()
        }
        gross = sum(components.values(), ZERO)
        secured = min(self._credit_secured(gross, check_date, securities or ()), max(gross, ZERO))
        counts = sums.beyond_oldest > 0 and not exceeds(oldest_amount, sums.beyond_oldest, unit)
        return Exposure(
            components,
            gross,
            secured,
            rounded(exposure.net(gross, secured), unit),
            sums.oldest if counts else 0,
            sums.balance,
            sums.beyond_ratio,
            sums.facts,
        )

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
