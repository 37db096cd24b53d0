"""What queries read that many others are made of, and is flushed before: {model: names of fields}."""

from ..rules.reads import merged
from . import accounts

# What tells a receipt: it comes from a payment, a bank statement, or a bank or cash journal.
RECEIPTS = {
    'account.move.line': ['journal_id', 'payment_id', 'statement_line_id'],
    'account.journal': ['type'],
}
# Of the queries of ``open_items``.
OPEN_ITEMS = merged(
    accounts.FLUSHED,
    {
        'account.move.line': [
            'account_id',
            'amount_currency',
            'amount_residual',
            'amount_residual_currency',
            'balance',
            'company_id',
            'currency_id',
            'date',
            'date_maturity',
            'invoice_date',
            'journal_id',
            'matching_number',
            'move_id',
            'parent_state',
            'partner_id',
            'reconciled',
        ],
        'account.move': ['invoice_user_id', 'move_type'],
        'account.partial.reconcile': [
            'amount',
            'credit_amount_currency',
            'credit_move_id',
            'debit_amount_currency',
            'debit_move_id',
            'max_date',
        ],
        'res.partner': ['commercial_partner_id', 'country_id'],
    },
)
