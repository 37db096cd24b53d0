from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..engine import accounts


class AccountAccount(models.Model):
    _inherit = 'account.account'

    ar_receivable_kind = fields.Selection(
        [
            ('trade', "Trade receivables"),
            ('doubtful', "Doubtful receivables"),
            ('bill', "Bills and notes receivable"),
            ('contract', "Contract assets"),
            ('other', "Other receivables"),
        ],
        "Kind of Receivable",
        help="Empty: a receivable account is a trade receivable, any other account is none. Doubtful "
        "receivables, bills and notes of any account type count in exposure, aging, statements and the loss "
        "allowance; contract assets in the allowance only.",
    )
    ar_is_receivable = fields.Boolean(
        "Is a Receivable", compute='_compute_ar_is_receivable', search='_search_ar_is_receivable'
    )

    @api.depends('ar_receivable_kind', 'account_type')
    def _compute_ar_is_receivable(self):
        for account in self:
            account.ar_is_receivable = (
                account.ar_receivable_kind in accounts.BILLED
                if account.ar_receivable_kind
                else account.account_type == 'asset_receivable'
            )

    def _search_ar_is_receivable(self, operator, value):
        if operator != 'in':
            return NotImplemented
        found = self._ar_receivable_domain()
        return (found if True in value else Domain.FALSE) | (~found if False in value else Domain.FALSE)

    @api.constrains('ar_receivable_kind', 'account_type')
    def _check_ar_receivable_kind(self):
        for account in self:
            if account.ar_receivable_kind and not (account.account_type or '').startswith('asset_'):
                raise ValidationError(
                    self.env._(
                        "%s is no asset account: it cannot hold receivables. Clear its kind of receivable, "
                        "or choose another account type.",
                        account.display_name,
                    )
                )

    def _ar_kind(self):
        """Return the account's kind of receivable, False for none: ``engine.accounts.kind``."""
        self.ensure_one()
        if self.ar_receivable_kind or self.account_type != 'asset_receivable':
            return self.ar_receivable_kind
        return 'other' if self.non_trade else 'trade'

    @api.model
    def _ar_receivable_domain(self, *kinds):
        """Return the domain of the receivable accounts of these kinds: ``engine.accounts.receivable``."""
        kinds = kinds or accounts.BILLED
        by_type = Domain('ar_receivable_kind', '=', False) & Domain('account_type', '=', 'asset_receivable')
        non_trade = [kind == 'other' for kind in ('trade', 'other') if kind in kinds]
        return Domain('ar_receivable_kind', 'in', kinds) | (by_type & Domain('non_trade', 'in', non_trade))
