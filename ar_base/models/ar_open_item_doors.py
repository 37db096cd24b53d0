import json
from urllib.parse import urlencode

from odoo import api, models
from odoo.exceptions import AccessError

from .ar_open_item import CONTEXT_KEYS

# Who sees every customer may print them; a sales viewer's page would not tie to the ledger.
PRINT_GROUPS = (
    'ar_base.group_collector',
    'ar_base.group_controller',
    'ar_base.group_accountant',
    'account.group_account_invoice',
)


class ArOpenItem(models.Model):
    """The doors of the aging page: snapshot, comparison, PDF and spreadsheet of what the page shows."""

    _inherit = 'ar.open.item'

    @api.model
    def _aging_options(self):
        """Return the context keys that make this aging, to be carried into another request."""
        return {key: self.env.context[key] for key in CONTEXT_KEYS if self.env.context.get(key)}

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
                    "The aging of all customers is printed by collectors, credit controllers and accountants. Ask one of them."
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
        Snapshot = self.env['ar.aging.snapshot']
        params = self._aging_parameters()
        valuation = 'closing' if self.env.context.get('aging_valuation') == 'closing' else 'booked'
        taken = Snapshot
        for company in self.env.companies.root_id:
            taken |= Snapshot.with_company(company)._take(
                company,
                params.as_of,
                self._aging_scheme(),
                basis=params.basis,
                credits=params.credits,
                valuation=valuation,
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

    @api.model
    def ar_aging_header(self):
        header = super().ar_aging_header()
        Snapshot = self.env['ar.aging.snapshot']
        shown = self.env.context.get('aging_currency_id')
        return {
            **header,
            'may_print': self._may_print(),
            'may_snapshot': Snapshot.has_access('create'),
            'valuation': 'closing' if self.env.context.get('aging_valuation') == 'closing' else 'booked',
            'valuations': Snapshot._fields['valuation']._description_selection(self.env),
            'currency_id': shown or False,
            'currencies': self._currency_options(),
        }

    @api.model
    def _currency_options(self):
        """Return (id, name) of the currencies to choose from; none where the company knows one only."""
        if not self.env.user.has_group('base.group_multi_currency'):
            return []
        return [(currency.id, currency.name) for currency in self.env['res.currency'].sudo().search([])]
