from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_round

from ..engine import open_items
from ..rules import plausible

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


class ArAgingOptions(models.AbstractModel):
    """What an aging is asked for in the context, checked, as parameters of the engine.

    Context: ``as_of`` (date; default today), ``aging_scheme_id`` (default: the company's), and to override
    the scheme ``aging_basis``, ``aging_credits``; ``aging_valuation`` (``booked`` or ``closing``: residual
    in currency x rate of the date), ``aging_currency_id`` (translate every company into this currency),
    ``aging_account_ids``, ``aging_partner_ids`` (items of these contacts only: what is read of one customer
    costs what the customer has).
    """

    _name = 'ar.aging.options'
    _description = "Options of an Aging"

    @api.model
    def _aging_options(self):
        """Return the context keys that make this aging, to be carried into another request."""
        return {key: self.env.context[key] for key in CONTEXT_KEYS if self.env.context.get(key)}

    @api.model
    def _as_of(self):
        """Return the as-of date of the context; today without one. Every report as of a date reads it here.

        :raise UserError: what the context says is not a date.
        """
        value = self.env.context.get('as_of')
        try:
            day = fields.Date.to_date(value) or fields.Date.context_today(self)
        except (ValueError, TypeError):
            day = None
        if not day or not plausible.is_day(day):
            raise UserError(
                self.env._(
                    "%s is not a date. Write the as-of date as year-month-day, for example 2026-12-31.", value
                )
            )
        return day

    @api.model
    def _aging_parameters(self):
        """Return the engine's parameters that the context asks for.

        :raise UserError: a date, scheme, basis or currency in the context that does not exist.
        """
        context = self.env.context
        scheme, as_of = self._aging_scheme(), self._as_of()
        account_ids, partner_ids = context.get('aging_account_ids'), context.get('aging_partner_ids')
        if account_ids is None:
            # Named, so that PostgreSQL knows from its statistics how many lines they have.
            account_ids = self.env['res.company']._ar_receivable_accounts().ids
        Account = self.env['account.account'].sudo()
        return open_items.Parameters(
            as_of=as_of,
            basis=self._choice('aging_basis', 'basis', scheme),
            unit=scheme.unit or 'day',
            credits=self._choice('aging_credits', 'credits', scheme),
            buckets=tuple(scheme._effective_buckets()) if scheme else (),
            account_ids=tuple(account_ids),
            partner_ids=tuple(partner_ids) or (0,) if partner_ids is not None else None,
            rates=self._closing_rates(as_of) if self._aging_valuation() == 'closing' else (),
            presentation=self._presentation_rates(as_of) if context.get('aging_currency_id') else (),
            all_reconcile=all(Account.browse(account_ids).mapped('reconcile')),
        )

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
    def _aging_valuation(self):
        return 'closing' if self.env.context.get('aging_valuation') == 'closing' else 'booked'

    @api.model
    def _choice(self, key, field, scheme):
        value = self.env.context.get(key) or scheme[field]
        choices = dict(self.env['ar.aging.scheme']._fields[field].selection)
        if not value:
            return next(iter(choices))
        if value not in choices:
            raise UserError(
                self.env._(
                    "%(value)s is not a valid aging option. Choose one of: %(choices)s.",
                    value=value,
                    choices=', '.join(choices),
                )
            )
        return value

    # === Currencies ===

    @api.model
    def _closing_rates(self, as_of):
        """Return (company, currency, company currency per unit, rounding) of every foreign currency."""
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
