"""Which accounts are receivables, and of which kind. The one definition in SQL; its twin for the ORM is
``account.account._ar_receivable_domain``.

Kinds
-----
``trade``     for goods and services;
``doubtful``  trade receivables moved aside because they may not be paid;
``bill``      bills and notes receivable;
``contract``  contract assets: earned, not invoiced yet;
``other``     not trade: deposits, taxes, employees.

An account is of the kind that it names (``ar_receivable_kind``), whatever its type. One that names none is
``trade`` if Odoo's ledger calls it receivable, ``other`` if that is marked as non-trade, and else no
receivable. Without a kind in the question: ``BILLED``, what customers owe by a document. That is what an
aging and a statement show.
"""

from odoo.tools import SQL

KINDS = ('trade', 'doubtful', 'bill', 'contract', 'other')
BILLED = ('trade', 'doubtful', 'bill', 'other')
# What may not be paid for goods and services: it counts in the exposure of a customer.
AT_RISK = ('trade', 'doubtful', 'bill')
# What carries a loss allowance unless a policy chooses its own accounts.
IMPAIRED = ('trade', 'doubtful', 'bill', 'contract')
FLUSHED = {'account.account': ['account_type', 'non_trade', 'ar_receivable_kind', 'reconcile']}


def kind(alias) -> SQL:
    """Return SQL of the kind of ``alias``, of table ``account_account``; NULL = no receivable."""
    return SQL(
        """COALESCE(%s, CASE WHEN %s = 'asset_receivable'
                             THEN CASE WHEN %s IS TRUE THEN 'other' ELSE 'trade' END END)""",
        *(SQL.identifier(alias, name) for name in ('ar_receivable_kind', 'account_type', 'non_trade')),
    )


def receivable(alias, *kinds) -> SQL:
    """Return the condition that ``alias``, of table ``account_account``, is a receivable of these kinds."""
    return SQL('%s IN %s', kind(alias), kinds or BILLED)


def mark(kinds) -> SQL:
    """Return the UPDATE that marks accounts, {id: kind}. When they were last edited stays as it was."""
    return SQL(
        """UPDATE account_account account SET ar_receivable_kind = marked.kind
             FROM (VALUES %s) marked (account_id, kind) WHERE account.id = marked.account_id""",
        SQL(', ').join(SQL('(%s, %s)', account, kind) for account, kind in kinds.items()),
    )


def is_receivable(account_id, *kinds) -> SQL:
    """Return the condition that the account with id ``account_id`` (SQL) is a receivable of these kinds."""
    return SQL(
        '%s IN (SELECT account.id FROM account_account account WHERE %s)',
        account_id,
        receivable('account', *kinds),
    )
