"""The credit files as a work list, and how a customer pays."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from .. import words
from ..engine import behaviour as engine
from ..rules import hold

# Of no use to group by.
INTERNAL = {'limit_decided', 'limit_mandatory', 'lock_version', 'terms_decided'}


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    overdue = fields.Monetary(
        "Overdue Today",
        compute='_compute_exposure',
        search='_search_overdue',
        help="Overdue open items that are not wholly disputed, in company currency.",
    )
    overdue_days = fields.Integer(
        "Days Overdue",
        compute='_compute_exposure',
        search='_search_overdue_days',
        help="Of the oldest item.",
    )
    limit_used_pct = fields.Float(search='_search_limit_used_pct')
    last_payment_on = fields.Date("Last Payment", compute='_compute_behaviour')
    average_days_late = fields.Float(
        compute='_compute_behaviour',
        digits=(16, 0),
        help="Of the payments of the last twelve months, weighted by amount; before the due date negative.",
    )
    has_paid = fields.Boolean(compute='_compute_behaviour')
    order_outlook = fields.Char("New Orders", compute='_compute_order_outlook')
    salesperson_id = fields.Many2one(related='partner_id.user_id', string="Salesperson")

    @api.depends_context('uid')
    @api.depends('partner_id')
    def _compute_behaviour(self):
        today = fields.Date.context_today(self)
        accounts = self.sudo()
        needs = hold.Needs(facts=frozenset({'last_payment'}))
        exposures = accounts._credit_exposures(needs=needs)
        for model, names in engine.FLUSHED.items():
            self.env[model].flush_model(names)
        year_ago = today - relativedelta(years=1)
        late = dict(self.env.execute_query(engine.days_late(accounts.ids, year_ago, today)))
        for account in self:
            found = exposures.get(account._origin.id)
            account.last_payment_on = found.facts.get('last_payment') if found else False
            account.has_paid = account._origin.id in late
            account.average_days_late = late.get(account._origin.id, 0.0)

    @api.depends_context('uid', 'lang')
    @api.depends('exposure', 'hold_count', 'grade_id', 'limit_valid_until', 'file_valid_until')
    def _compute_order_outlook(self):
        """Say what would hold the next order, however small."""
        lang = self.env.lang or 'en_US'
        for account in self:
            file = account.sudo()._origin
            rules = self.env['ar.credit.rule'].sudo()._in_force(file) if file else []
            _figures, verdict = (
                file._credit_judge(file._credit_known(rules), rules, 0) if file else (None, None)
            )
            held = verdict and verdict.holding
            account.order_outlook = (
                self.env._("A new order would be held: %s.", words.labels(held, lang)) if held else False
            )

    # === Searching: one pass over all customers ===

    def _search_overdue(self, operator, value):
        return self._search_figure(operator, value, lambda account, found: float(found.overdue_beyond))

    def _search_overdue_days(self, operator, value):
        return self._search_figure(operator, value, lambda account, found: found.oldest_overdue_days)

    def _search_limit_used_pct(self, operator, value):
        # A limit of 0 that is used is used without measure.
        def used(account, found):
            limit = account._credit_effective_limit()
            if limit is None:
                return 0.0
            return 100 * float(found.net) / limit if limit else (float('inf') if found.net > 0 else 0.0)

        return self._search_figure(operator, value, used)

    @api.model
    def _search_figure(self, operator, value, figure):
        """Return the domain of the accounts whose ``figure(account, exposure)`` compares to ``value``."""
        compare = {
            '<': lambda found: found < value,
            '<=': lambda found: found <= value,
            '>': lambda found: found > value,
            '>=': lambda found: found >= value,
        }.get(operator)
        if not compare:
            return NotImplemented
        accounts = (
            self.sudo()
            .with_context(active_test=False)
            .search([('company_id', 'in', self.env.companies.root_id.ids)], order='id')
        )
        exposures = accounts._credit_exposures()
        return [('id', 'in', [a.id for a in accounts if compare(figure(a, exposures[a.id]))])]

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        # EXTENDS 'base'
        found = super().fields_get(allfields, attributes)
        for name in INTERNAL & found.keys():
            if 'groupable' in found[name]:
                found[name]['groupable'] = False
        return found
