"""What a customer owes, has ordered and could come to owe: the figures behind every credit check."""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

from ...engine import documents
from ...rules import checks, exposure


class Component(NamedTuple):
    """One part of the exposure; its domain gives the figure and opens the documents.

    Attributes:
        code: key in ``Exposure.components``.
        model: model of the documents.
        domain: name of the account's method that returns the domain of the documents.
    """

    code: str
    model: str
    domain: str


class Exposure(NamedTuple):
    """A customer's exposure at the check date, in company currency; a credit is negative.

    Attributes:
        components: amount by component code, each converted at the rate of the check date and rounded once.
        gross, secured, net: sum of the components; what security covers; what is left.
        oldest_overdue_days, balance, overdue_beyond: see ``rules.checks.Figures``.
        last_payment, dunning_level: where they were asked for and something is open.
    """

    components: dict
    gross: float
    secured: float
    net: float
    oldest_overdue_days: int = 0
    balance: float = 0.0
    overdue_beyond: float = 0.0
    last_payment: object = None
    dunning_level: int = 0


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    exposure = fields.Monetary(compute='_compute_exposure', help="Net of security, in company currency.")
    exposure_gross = fields.Monetary("Gross Exposure", compute='_compute_exposure')
    exposure_secured = fields.Monetary("Secured", compute='_compute_exposure')
    available_credit = fields.Monetary(compute='_compute_exposure', help="0 where no limit is set.")
    limit_used_pct = fields.Float("Limit Used %", compute='_compute_exposure')
    has_limit = fields.Boolean("Limit Applies", compute='_compute_exposure')
    effective_limit = fields.Monetary(
        compute='_compute_exposure', help="The lower of the own and the group's limit."
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
                {}, fields.Date.context_today(self)
            )
            limit = account.sudo()._credit_effective_limit()
            members = account.sudo().group_id.account_ids
            account.exposure = result.net
            account.exposure_gross = result.gross
            account.exposure_secured = result.secured
            account.has_limit = limit is not None
            account.effective_limit = limit or 0.0
            account.group_exposure = sum(exposures[member.id].net for member in members)
            left = 0.0 if limit is None else limit - result.net
            if limit is not None and members:
                left = min(left, account.sudo().group_id.credit_limit - account.group_exposure)
            account.available_credit = left
            account.limit_used_pct = 100 * result.net / limit if limit else 0.0
            for component in self._credit_components():
                if component.code in self._fields:
                    account[component.code] = result.components.get(component.code, 0.0)

    # === Components ===

    @api.model
    def _credit_components(self):
        """Return the registry of components, in the order in which they are shown. Bridges append."""
        return [
            Component('open_items', 'account.move.line', '_credit_open_items_domain'),
            Component('unallocated_credits', 'account.move.line', '_credit_credits_domain'),
            Component('draft_invoices', 'account.move', '_credit_drafts_domain'),
            Component('delivered_not_invoiced', 'sale.order', '_credit_orders_domain'),
            Component('open_orders', 'sale.order', '_credit_orders_domain'),
            Component('bills', 'account.move.line', '_credit_bills_domain'),
            Component('payments_in_transit', 'account.payment', '_credit_transit_domain'),
        ]

    def _credit_lines_domain(self):
        return Domain(
            [
                ('parent_state', '=', 'posted'),
                ('company_id', 'child_of', self.company_id.ids),
                ('partner_id.commercial_partner_id', 'in', self.partner_id.ids),
            ]
        )

    def _credit_receivables_domain(self):
        return self._credit_lines_domain() & Domain(
            [
                ('reconciled', '=', False),
                ('account_id.account_type', '=', 'asset_receivable'),
                ('account_id.non_trade', '=', False),
                ('account_id.ar_is_bill', '=', False),
            ]
        )

    def _credit_open_items_domain(self):
        return self._credit_receivables_domain() & Domain('amount_residual', '>', 0)

    def _credit_credits_domain(self):
        return self._credit_receivables_domain() & Domain('amount_residual', '<', 0)

    def _credit_bills_domain(self):
        return self._credit_lines_domain() & Domain(
            [('reconciled', '=', False), ('account_id.ar_is_bill', '=', True)]
        )

    def _credit_drafts_domain(self):
        return Domain(
            [
                ('state', '=', 'draft'),
                ('move_type', 'in', ('out_invoice', 'out_receipt')),
                ('company_id', 'child_of', self.company_id.ids),
                ('commercial_partner_id', 'in', self.partner_id.ids),
            ]
        )

    def _credit_transit_domain(self):
        """Payments that are registered, and on no bank statement yet."""
        return Domain(
            [
                ('state', 'in', ('in_process', 'paid')),
                ('is_matched', '=', False),
                ('payment_type', '=', 'inbound'),
                ('partner_type', '=', 'customer'),
                ('company_id', 'child_of', self.company_id.ids),
                ('partner_id.commercial_partner_id', 'in', self.partner_id.ids),
            ]
        )

    def _credit_orders_domain(self):
        return Domain(
            [
                ('state', '=', 'sale'),
                ('invoice_status', '!=', 'invoiced'),
                ('company_id', 'child_of', self.company_id.ids),
                ('partner_invoice_id.commercial_partner_id', 'in', self.partner_id.ids),
            ]
        )

    # === Figures ===

    def _credit_exposures(
        self,
        check_date=None,
        order_rows=None,
        max_days=0,
        ratio_days=0,
        min_amount=0.0,
        last_payment=False,
        dunning_level=False,
    ):
        """Return the exposure of each account: dict of account id to ``Exposure``.

        The answer is the same whoever asks: record rules and selected companies do not matter.

        :param check_date: date of rates, overdue days, horizon and security; default today.
        :param order_rows: the orders to count (``sale.order._credit_order_amounts``); default: all that are open.
        :param max_days, min_amount: an oldest item counts if all items overdue longer than ``max_days`` together reach
            ``min_amount``.
        :param ratio_days: ``overdue_beyond`` sums the items overdue longer than this.
        :param last_payment, dunning_level: look for the day of the last payment, and for the dunning level, too.
        """
        accounts = self.sudo().filtered('id')
        if not accounts:
            return {}
        check_date = check_date or fields.Date.context_today(self)
        found = {account.id: {} for account in accounts}
        accounts._credit_add_documents(found, check_date, max_days, ratio_days, last_payment, dunning_level)
        if order_rows is None:
            order_rows = self.env['sale.order'].sudo()._credit_order_amounts(accounts._credit_orders_domain())
        accounts._credit_add_orders(found, check_date, order_rows)
        securities = accounts._credit_securities(check_date)
        return {
            account.id: account._credit_total(
                found[account.id], check_date, min_amount, securities.get(account)
            )
            for account in accounts
        }

    def _credit_add_documents(self, found, check_date, max_days, ratio_days, last_payment, dunning_level):
        """Everything in the books, by currency: one query."""
        for row in documents.totals(
            self.env, self, check_date, max_days, ratio_days, last_payment, dunning_level
        ):
            figures = found[row.credit_account_id]
            for code, amount in row.components.items():
                self._credit_put(figures, code, row.currency_id, amount)
            for name in ('balance', 'beyond_max', 'beyond_ratio'):
                figures[name] = figures.get(name, 0.0) + getattr(row, name)
            figures['oldest'] = max(figures.get('oldest', 0), row.oldest)
            figures['last_payment'] = row.last_payment
            figures['dunning_level'] = row.dunning_level

    @api.model
    def _credit_put(self, figures, code, currency_id, amount):
        if amount:
            sums = figures.setdefault(code, {})
            sums[currency_id] = sums.get(currency_id, 0.0) + amount

    def _credit_by_customer(self):
        """Return {(commercial partner id, root company id): account}."""
        return {(account.partner_id.id, account.company_id.id): account for account in self}

    def _credit_add_orders(self, found, check_date, order_rows):
        accounts = self._credit_by_customer()
        for row in order_rows:
            account = accounts.get((row.partner_id, row.root_company_id))
            if not account:
                continue
            for code, amount in account._credit_order_parts(row, check_date):
                self._credit_put(found[account.id], code, row.currency_id, amount)

    def _credit_order_parts(self, row, check_date):
        """Return (component code, amount in the order's currency) of what one order weighs."""
        horizon = self.company_id.ar_horizon_days if self.company_id.ar_use_horizon else None
        yield 'delivered_not_invoiced', exposure.delivered_not_invoiced(row.amounts)
        if exposure.within_horizon(row.delivery_date, check_date, horizon):
            yield 'open_orders', exposure.open_order(row.amounts)

    def _credit_total(self, figures, check_date, min_amount=0.0, securities=None):
        """Convert, round once per component, and take off what security covers."""
        self.ensure_one()
        company = self.company_id
        currency = company.currency_id
        components = {}
        for component in self._credit_components():
            sums = figures.get(component.code, {})
            if component.code == 'unallocated_credits' and not company.ar_deduct_credits:
                sums = {}
            components[component.code] = currency.round(
                sum(
                    self._credit_convert(amount, currency_id, check_date)
                    for currency_id, amount in sums.items()
                )
            )
        gross = currency.round(sum(components.values()))
        secured = min(self._credit_secured(gross, check_date, securities or ()), max(gross, 0.0))
        beyond_max = figures.get('beyond_max', 0.0)
        counts = beyond_max > 0 and not checks.exceeds(min_amount, beyond_max, currency.rounding)
        return Exposure(
            components,
            gross,
            secured,
            currency.round(exposure.net(gross, secured)),
            figures.get('oldest', 0) if counts else 0,
            figures.get('balance', 0.0),
            figures.get('beyond_ratio', 0.0),
            figures.get('last_payment'),
            figures.get('dunning_level', 0),
        )

    def _credit_convert(self, amount, currency_id, check_date):
        company = self.company_id
        if currency_id == company.currency_id.id:
            return amount
        currency = self.env['res.currency'].browse(currency_id)
        return amount * self.env['ar.open.item']._rate(currency, company.currency_id, company, check_date)

    def _credit_securities(self, check_date):
        """Return the securities in force on the day: {account: securities}."""
        return (
            self.env['ar.credit.security']
            .sudo()
            .search_fetch(
                [
                    ('credit_account_id', 'in', self.ids),
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
        return self.company_id.currency_id.round(
            sum(
                exposure.secured(
                    security.kind,
                    self._credit_convert(security.amount, security.currency_id.id, check_date),
                    security.cover / 100,
                    gross,
                )
                for security in securities
            )
        )

    def _credit_oldest_invoices(self, check_date, limit):
        """Return the open items that fell due first."""
        return (
            self.env['account.move.line']
            .sudo()
            .search(
                self._credit_open_items_domain() & Domain('date_maturity', '<=', check_date),
                order='date_maturity, id',
                limit=limit,
            )
        )
