"""Which accounts are receivables, by flags on the account. The one definition in SQL; its twin for the ORM is
``account.account._ar_receivable_domain``.

Kinds
-----
``trade``  for goods and services: of type receivable, neither non-trade nor a bill;
``other``  not trade (deposits, taxes, employees): of type receivable and non-trade, no bill;
``bill``   bills and notes receivable, of whatever type their account is.

Without a kind: what Odoo's ledger calls receivable, all accounts of that type. That is what an aging shows.
"""

from odoo.tools import SQL

KINDS = ('trade', 'other', 'bill')
FLUSHED = {'account.account': ['account_type', 'non_trade', 'ar_is_bill']}


def receivable(alias, *kinds) -> SQL:
    """Return the condition that ``alias``, of table ``account_account``, is a receivable of these kinds."""
    account_type, non_trade, is_bill = (
        SQL.identifier(alias, name) for name in ('account_type', 'non_trade', 'ar_is_bill')
    )
    if not kinds:
        return SQL("%s = 'asset_receivable'", account_type)
    conditions = {
        'trade': SQL(
            "%s = 'asset_receivable' AND %s IS NOT TRUE AND %s IS NOT TRUE", account_type, non_trade, is_bill
        ),
        'other': SQL(
            "%s = 'asset_receivable' AND %s IS TRUE AND %s IS NOT TRUE", account_type, non_trade, is_bill
        ),
        'bill': SQL('%s IS TRUE', is_bill),
    }
    return SQL('(%s)', SQL(' OR ').join(conditions[kind] for kind in kinds))


def is_receivable(account_id, *kinds) -> SQL:
    """Return the condition that the account with id ``account_id`` (SQL) is a receivable of these kinds."""
    return SQL(
        '%s IN (SELECT account.id FROM account_account account WHERE %s)',
        account_id,
        receivable('account', *kinds),
    )
