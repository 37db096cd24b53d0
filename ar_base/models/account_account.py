from odoo import api, fields, models
from odoo.fields import Domain


class AccountAccount(models.Model):
    _inherit = 'account.account'

    ar_is_bill = fields.Boolean(
        "Bills and Notes Receivable",
        help="Bills and notes on this account count in the customer's credit exposure until they are cashed.",
    )

    @api.model
    def _ar_receivable_domain(self, *kinds):
        """Return the domain of the receivable accounts of these kinds: ``engine.accounts.receivable``."""
        receivable = Domain('account_type', '=', 'asset_receivable')
        if not kinds:
            return receivable
        trade, bill = Domain('non_trade', '=', False), Domain('ar_is_bill', '=', True)
        domains = {'trade': receivable & trade & ~bill, 'other': receivable & ~trade & ~bill, 'bill': bill}
        return Domain.OR(domains[kind] for kind in kinds)
