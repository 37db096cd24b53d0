"""What a customer owes, has ordered and could come to owe: the figures behind every credit check."""
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..rules import checks, exposure


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
    """

    components: dict
    gross: float
    secured: float
    net: float
    oldest_overdue_days: int = 0
    balance: float = 0.0
    overdue_beyond: float = 0.0


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    exposure = fields.Monetary(compute='_compute_exposure', help="Net of security, in company currency.")
    exposure_gross = fields.Monetary("Gross Exposure", compute='_compute_exposure')
    exposure_secured = fields.Monetary("Secured", compute='_compute_exposure')
    available_credit = fields.Monetary(compute='_compute_exposure', help="0 where no limit is set.")
    limit_used_pct = fields.Float("Limit Used %", compute='_compute_exposure')
    has_limit = fields.Boolean("Limit Applies", compute='_compute_exposure')
    effective_limit = fields.Monetary(compute='_compute_exposure', help="The lower of the own and the group's limit.")
    open_items = fields.Monetary("Open Receivables", compute='_compute_exposure')
    unallocated_credits = fields.Monetary(compute='_compute_exposure')
    draft_invoices = fields.Monetary(compute='_compute_exposure')
    delivered_not_invoiced = fields.Monetary(compute='_compute_exposure')
    open_orders = fields.Monetary(compute='_compute_exposure')
    bills = fields.Monetary("Bills and Notes", compute='_compute_exposure')

    @api.depends_context('uid')
    @api.depends('credit_limit', 'is_unlimited', 'limit_decided', 'group_id', 'security_ids')
    def _compute_exposure(self):
        exposures = self._credit_exposures()
        for account in self:
            result = exposures.get(account._origin.id) or account._credit_total({}, fields.Date.context_today(self))
            limit = account.sudo()._credit_effective_limit()
            account.exposure = result.net
            account.exposure_gross = result.gross
            account.exposure_secured = result.secured
            account.has_limit = limit is not None
            account.effective_limit = limit or 0.0
            account.available_credit = 0.0 if limit is None else limit - result.net
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
        ]

    def _credit_lines_domain(self):
        return Domain([
            ('parent_state', '=', 'posted'), ('company_id', 'child_of', self.company_id.ids),
            ('partner_id.commercial_partner_id', 'in', self.partner_id.ids)])

    def _credit_receivables_domain(self):
        return self._credit_lines_domain() & Domain([
            ('reconciled', '=', False), ('account_id.account_type', '=', 'asset_receivable'),
            ('account_id.non_trade', '=', False), ('account_id.ar_is_bill', '=', False)])

    def _credit_open_items_domain(self):
        return self._credit_receivables_domain() & Domain('amount_residual', '>', 0)

    def _credit_credits_domain(self):
        return self._credit_receivables_domain() & Domain('amount_residual', '<', 0)

    def _credit_bills_domain(self):
        return self._credit_lines_domain() & Domain([('reconciled', '=', False), ('account_id.ar_is_bill', '=', True)])

    def _credit_drafts_domain(self):
        return Domain([
            ('state', '=', 'draft'), ('move_type', 'in', ('out_invoice', 'out_receipt')),
            ('company_id', 'child_of', self.company_id.ids), ('commercial_partner_id', 'in', self.partner_id.ids)])

    def _credit_orders_domain(self):
        return Domain([
            ('state', '=', 'sale'), ('invoice_status', '!=', 'invoiced'), ('company_id', 'child_of', self.company_id.ids),
            ('partner_invoice_id.commercial_partner_id', 'in', self.partner_id.ids)])

    # === Figures ===

    def _credit_exposures(self, check_date=None, order_rows=None, max_days=0, ratio_days=0, min_amount=0.0):
        """Return the exposure of each account: dict of account id to ``Exposure``.

        The answer is the same whoever asks: record rules and selected companies do not matter.

        :param check_date: date of rates, overdue days, horizon and security; default today.
        :param order_rows: the orders to count (``sale.order._credit_order_amounts``); default: all that are open.
        :param max_days, min_amount: an oldest item counts if all items overdue longer than ``max_days`` together reach
            ``min_amount``.
        :param ratio_days: ``overdue_beyond`` sums the items overdue longer than this.
        """
        accounts = self.sudo().filtered('id')
        if not accounts:
            return {}
        check_date = check_date or fields.Date.context_today(self)
        found = {account.id: {} for account in accounts}
        accounts._credit_add_lines(found, check_date, max_days, ratio_days)
        accounts._credit_add_drafts(found)
        if order_rows is None:
            order_rows = self.env['sale.order'].sudo()._credit_order_amounts(accounts._credit_orders_domain())
        accounts._credit_add_orders(found, check_date, order_rows)
        return {
            account.id: account._credit_total(found[account.id], check_date, min_amount)
            for account in accounts}

    def _credit_key_sql(self, partner, company):
        """Return SQL of the account id that a document's commercial partner and company belong to."""
        return SQL(
            """(SELECT ca.id FROM ar_credit_account ca JOIN res_company c ON c.id = %s
                 WHERE ca.partner_id = %s AND ca.company_id = split_part(c.parent_path, '/', 1)::int)""",
            company, partner)

    def _credit_add_lines(self, found, check_date, max_days, ratio_days):
        """Receivables and bills, by currency: one query."""
        for model, names in {
            'account.move.line': ['amount_residual', 'amount_residual_currency', 'reconciled', 'parent_state', 'partner_id',
                                  'account_id', 'company_id', 'currency_id', 'date_maturity', 'date', 'balance', 'amount_currency'],
            'account.account': ['account_type', 'non_trade', 'ar_is_bill', 'reconcile'], 'res.partner': ['commercial_partner_id'],
            'ar.dispute': ['state', 'amount', 'move_id'], 'res.company': ['parent_path'], 'ar.credit.account': ['partner_id'],
        }.items():
            self.env[model].flush_model(names)
        overdue = SQL('t.open > 0 AND NOT t.is_bill AND t.disputed < t.open_currency AND %s - t.due', check_date)
        rows = self.env.execute_query(SQL(
            """
            SELECT t.account, t.currency_id,
                   COALESCE(SUM(t.open_currency) FILTER (WHERE t.open > 0 AND NOT t.is_bill), 0),
                   COALESCE(SUM(t.open_currency) FILTER (WHERE t.open < 0 AND NOT t.is_bill), 0),
                   COALESCE(SUM(t.open_currency) FILTER (WHERE t.is_bill), 0),
                   COALESCE(SUM(t.open) FILTER (WHERE t.open > 0 AND NOT t.is_bill), 0),
                   COALESCE(SUM(t.open) FILTER (WHERE %(overdue)s > %(max_days)s), 0),
                   COALESCE(SUM(t.open) FILTER (WHERE %(overdue)s > %(ratio_days)s), 0),
                   COALESCE(MAX(%(date)s - t.due) FILTER (WHERE %(overdue)s > 0), 0)
              FROM (
                SELECT %(key)s AS account, l.currency_id, COALESCE(a.ar_is_bill, FALSE) AS is_bill,
                       CASE WHEN a.reconcile THEN l.amount_residual ELSE l.balance END AS open,
                       CASE WHEN a.reconcile THEN l.amount_residual_currency ELSE l.amount_currency END AS open_currency,
                       COALESCE(l.date_maturity, l.date) AS due,
                       COALESCE((SELECT SUM(d.amount) FROM ar_dispute d WHERE d.move_id = l.move_id AND d.state = 'open'), 0) AS disputed
                  FROM account_move_line l
                  JOIN account_account a ON a.id = l.account_id
                  JOIN res_partner p ON p.id = l.partner_id
                  JOIN res_company c ON c.id = l.company_id
                 WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE
                   AND l.partner_id = ANY(ARRAY(SELECT id FROM res_partner WHERE commercial_partner_id IN %(partners)s))
                   AND split_part(c.parent_path, '/', 1)::int IN %(companies)s
                   AND (a.ar_is_bill IS TRUE OR a.account_type = 'asset_receivable' AND a.non_trade IS NOT TRUE)
              ) t
             GROUP BY t.account, t.currency_id
            """,
            overdue=overdue, date=check_date, max_days=max_days, ratio_days=ratio_days,
            key=self._credit_key_sql(SQL('p.commercial_partner_id'), SQL('l.company_id')),
            partners=tuple(self.partner_id.ids), companies=tuple(self.company_id.ids)))
        for account_id, currency_id, items, credits, bills, balance, beyond_max, beyond_ratio, oldest in rows:
            if account_id not in found:
                continue
            figures = found[account_id]
            self._credit_put(figures, 'open_items', currency_id, items)
            self._credit_put(figures, 'unallocated_credits', currency_id, credits)
            self._credit_put(figures, 'bills', currency_id, bills)
            for name, value in (('balance', balance), ('beyond_max', beyond_max), ('beyond_ratio', beyond_ratio)):
                figures[name] = figures.get(name, 0.0) + value
            figures['oldest'] = max(figures.get('oldest', 0), oldest)

    @api.model
    def _credit_put(self, figures, code, currency_id, amount):
        if amount:
            sums = figures.setdefault(code, {})
            sums[currency_id] = sums.get(currency_id, 0.0) + amount

    def _credit_add_drafts(self, found):
        for company, partner, currency, amount in self.env['account.move']._read_group(
            self._credit_drafts_domain(), ['company_id', 'commercial_partner_id', 'currency_id'], ['amount_total:sum'],
        ):
            account = self.filtered(lambda a: a.partner_id == partner and a.company_id == company.root_id)
            if account:
                self._credit_put(found[account.id], 'draft_invoices', currency.id, amount)

    def _credit_add_orders(self, found, check_date, order_rows):
        for row in order_rows:
            account_id = next((
                account.id for account in self
                if account.partner_id.id == row.partner_id and account.company_id.id == row.root_company_id), None)
            if not account_id:
                continue
            figures = found[account_id]
            self._credit_put(
                figures, 'delivered_not_invoiced', row.currency_id, exposure.delivered_not_invoiced(row.amounts))
            company = self.browse(account_id).company_id
            horizon = company.ar_horizon_days if company.ar_use_horizon else None
            if exposure.within_horizon(row.delivery_date, check_date, horizon):
                self._credit_put(figures, 'open_orders', row.currency_id, exposure.open_order(row.amounts))

    def _credit_total(self, figures, check_date, min_amount=0.0):
        """Convert, round once per component, and take off what security covers."""
        self.ensure_one()
        company = self.company_id
        currency = company.currency_id
        components = {}
        for component in self._credit_components():
            sums = figures.get(component.code, {})
            if component.code == 'unallocated_credits' and not company.ar_deduct_credits:
                sums = {}
            components[component.code] = currency.round(sum(
                self._credit_convert(amount, currency_id, check_date) for currency_id, amount in sums.items()))
        gross = currency.round(sum(components.values()))
        secured = min(self._credit_secured(gross, check_date), max(gross, 0.0))
        beyond_max = figures.get('beyond_max', 0.0)
        counts = beyond_max > 0 and not checks.exceeds(min_amount, beyond_max, currency.rounding)
        return Exposure(
            components, gross, secured, currency.round(exposure.net(gross, secured)),
            figures.get('oldest', 0) if counts else 0, figures.get('balance', 0.0), figures.get('beyond_ratio', 0.0))

    def _credit_convert(self, amount, currency_id, check_date):
        company = self.company_id
        if currency_id == company.currency_id.id:
            return amount
        currency = self.env['res.currency'].browse(currency_id)
        return amount * self.env['ar.open.item']._rate(currency, company.currency_id, company, check_date)

    def _credit_secured(self, gross, check_date):
        """Return what the securities in force cover, in company currency."""
        currency = self.company_id.currency_id
        return currency.round(sum(
            exposure.secured(
                security.kind, self._credit_convert(security.amount, security.currency_id.id, check_date),
                security.cover / 100, gross)
            for security in self.env['ar.credit.security'].sudo().search_fetch(
                [('account_id', '=', self.id)],
                ['kind', 'amount', 'currency_id', 'cover', 'valid_until'])
            if not security.valid_until or security.valid_until >= check_date))

    def _credit_oldest_invoices(self, check_date, limit):
        """Return the open items that fell due first."""
        return self.env['account.move.line'].sudo().search(
            self._credit_open_items_domain() & Domain('date_maturity', '<=', check_date), order='date_maturity, id', limit=limit)

    # === Verdict ===

    def _credit_known(self, rules, order_rows=None, check_date=None):
        """Return the facts about the customer that the rules look at, before any document: ``rules.checks.Figures``.

        :param rules: the ``ar.credit.rule`` records in force; their thresholds select the overdue items.
        """
        self.ensure_one()
        check_date = check_date or fields.Date.context_today(self)
        by_code = {rule.code: rule for rule in rules}
        oldest, ratio = by_code.get('oldest_open_item', rules.browse()), by_code.get('overdue_ratio', rules.browse())
        found = self._credit_exposures(
            check_date, order_rows, max_days=oldest.max_days, ratio_days=ratio.max_days,
            min_amount=oldest.min_amount)[self.id]
        return checks.Figures(
            check_date=check_date,
            net_exposure=found.net,
            limit=self._credit_effective_limit(),
            limit_valid_until=self.limit_valid_until or None,
            file_valid_until=self.file_valid_until or None,
            holds=len(self.hold_ids.filtered('active')),
            oldest_overdue_days=found.oldest_overdue_days,
            balance=found.balance,
            overdue_beyond=found.overdue_beyond,
        )

    def _credit_verdict(self, known, rules, document, taken=0.0):
        """Return the verdict (``rules.checks.Verdict``) on a document of this amount in company currency.

        :param known: what ``_credit_known`` returned.
        :param taken: what other documents of the same call have used already.
        """
        figures = known._replace(net_exposure=known.net_exposure + taken, document=document)
        return checks.evaluate(figures, rules._as_rules(), self.currency_id.rounding)
