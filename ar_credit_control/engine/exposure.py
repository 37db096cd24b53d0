"""What stands in the books of many customers: receivables, bills, draft invoices, payments in transit.

Each function of the first part, like ``orders.documents``, is one SELECT of documents with the same columns:
an account's figure is their sum, and what opens behind the figure are its rows.

    partner_id, company_id: commercial partner and root company;
    component: code of the part of the exposure;
    res_id, due, currency_id;
    amount: in the document's currency, a credit negative;
    balance: in company currency, of open items;
    disputed: in the document's currency.
"""

from odoo.tools import SQL

from . import orders
from .scope import Scope  # noqa: F401
from odoo.addons.ar_base.engine import accounts, companies

ROOT = companies.root(SQL('c.parent_path'))
FLUSHED = {
    'account.move.line': [
        'amount_residual',
        'amount_residual_currency',
        'reconciled',
        'parent_state',
        'partner_id',
        'account_id',
        'company_id',
        'currency_id',
        'date_maturity',
        'date',
        'balance',
        'amount_currency',
        'payment_id',
        'statement_line_id',
    ],
    'account.move': [
        'state',
        'move_type',
        'amount_total',
        'currency_id',
        'company_id',
        'commercial_partner_id',
        'invoice_date_due',
    ],
    'account.payment': [
        'state',
        'is_matched',
        'payment_type',
        'partner_type',
        'amount',
        'date',
        'move_id',
        'partner_id',
        'company_id',
        'currency_id',
    ],
    **accounts.FLUSHED,
    'res.partner': ['commercial_partner_id'],
    'ar.dispute': ['state', 'amount', 'move_id'],
    'res.company': ['parent_path', 'ar_payment_counts', 'ar_deduct_credits'],
    'ar.credit.account': ['partner_id', 'company_id'],
}


# === Documents ===


def items(scope) -> SQL:
    """Receivables, unallocated credits where they are deducted, and bills, as open now."""
    return SQL(
        """
        SELECT p.commercial_partner_id AS partner_id, root.id AS company_id,
               CASE WHEN %(kind)s = 'bill' THEN 'bills'
                    WHEN x.open > 0 OR a.reconcile IS NOT TRUE THEN 'open_items'
                    WHEN x.open < 0 AND root.ar_deduct_credits IS TRUE THEN 'unallocated_credits'
                    END AS component,
               l.id AS res_id, COALESCE(l.date_maturity, l.date) AS due, l.currency_id, x.amount,
               x.open AS balance,
               COALESCE((SELECT SUM(d.amount) FROM ar_dispute d
                          WHERE d.move_id = l.move_id AND d.state = 'open'), 0) AS disputed
          FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id
          JOIN res_partner p ON p.id = l.partner_id
          JOIN res_company c ON c.id = l.company_id
          JOIN res_company root ON root.id = %(root)s
         CROSS JOIN LATERAL (
            SELECT CASE WHEN a.reconcile THEN l.amount_residual ELSE l.balance END AS open,
                   CASE WHEN a.reconcile THEN l.amount_residual_currency
                        ELSE l.amount_currency END AS amount) x
         WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE AND %(partners)s
           AND root.id IN %(companies)s AND %(receivable)s
        """,
        partners=scope.is_contact(SQL('l.partner_id')),
        companies=scope.company_ids,
        root=ROOT,
        kind=accounts.kind('a'),
        receivable=accounts.receivable('a', *accounts.AT_RISK),
    )


def draft_invoices(scope) -> SQL:
    """Invoices that are written and not posted."""
    return SQL(
        """
        SELECT m.commercial_partner_id, root.id, 'draft_invoices', m.id,
               m.invoice_date_due, m.currency_id, m.amount_total, 0, 0
          FROM account_move m
          JOIN res_company c ON c.id = m.company_id
          JOIN res_company root ON root.id = %(root)s
         WHERE m.state = 'draft' AND m.move_type IN ('out_invoice', 'out_receipt')
           AND %(customers)s AND root.id IN %(companies)s
        """,
        customers=scope.is_customer(SQL('m.commercial_partner_id')),
        companies=scope.company_ids,
        root=ROOT,
    )


def payments_in_transit(scope) -> SQL:
    """Payments on no bank statement yet.

    One with an entry has lowered the receivable: where payments count from the bank on, it is added back. One
    without an entry has not: where they count at once, it is taken off.
    """
    counts = SQL('(y.move_id IS NOT NULL) = (root.id IN %s)', scope.at_bank or (0,))
    if set(scope.at_bank) in (set(), set(scope.company_ids)):
        counts = SQL('y.move_id IS NOT NULL') if scope.at_bank else SQL('y.move_id IS NULL')
    return SQL(
        """
        SELECT p.commercial_partner_id, root.id, 'payments_in_transit', y.id, y.date, y.currency_id,
               CASE WHEN y.move_id IS NULL THEN -y.amount ELSE y.amount END, 0, 0
          FROM account_payment y
          JOIN res_partner p ON p.id = y.partner_id
          JOIN res_company c ON c.id = y.company_id
          JOIN res_company root ON root.id = %(root)s
         WHERE y.is_matched IS NOT TRUE AND y.state IN ('in_process', 'paid') AND y.payment_type = 'inbound'
           AND y.partner_type = 'customer' AND %(partners)s AND root.id IN %(companies)s
           AND %(counts)s
        """,
        partners=scope.is_contact(SQL('y.partner_id')),
        counts=counts,
        companies=scope.company_ids,
        root=ROOT,
    )


def order_parts(scope) -> SQL:
    """What confirmed orders weigh: see ``orders``."""
    return orders.documents(scope)


# === Questions to them ===


def totals(books, account_ids, codes, check_date, needs, facts) -> SQL:
    """Return SQL of what stands in the books by component, and what is overdue, by account and currency.

    (account, currency, balance, overdue beyond the oldest item's days, beyond the ratio's days, days overdue
    of the oldest item, one column for each of ``facts``, one for each of ``codes``). What is wholly disputed
    is not overdue.

    :param books: SELECTs of documents.
    :param account_ids: None = every account.
    :param needs: ``rules.hold.Needs``.
    :param facts: SQL of further columns; ``ca`` is the account.
    """
    is_item = SQL("t.component = 'open_items'")
    overdue = SQL('%s AND t.disputed < t.amount AND %s - t.due', is_item, check_date)
    components = [
        SQL('COALESCE(SUM(t.amount) FILTER (WHERE t.component = %s), 0)', component) for component in codes
    ]
    return SQL(
        """
        SELECT ca.id, t.currency_id,
               COALESCE(SUM(t.balance) FILTER (WHERE %(is_item)s), 0),
               COALESCE(SUM(t.balance) FILTER (WHERE %(overdue)s > %(oldest_days)s), 0),
               COALESCE(SUM(t.balance) FILTER (WHERE %(overdue)s > %(ratio_days)s), 0),
               COALESCE(MAX(%(date)s - t.due) FILTER (WHERE %(overdue)s > 0), 0),
               %(columns)s
          FROM (%(books)s) t
          JOIN ar_credit_account ca ON ca.partner_id = t.partner_id AND ca.company_id = t.company_id
         WHERE %(accounts)s
         GROUP BY ca.id, t.currency_id
        """,
        is_item=is_item,
        overdue=overdue,
        oldest_days=needs.oldest_days,
        ratio_days=needs.ratio_days,
        date=check_date,
        columns=SQL(', ').join([*facts, *components]),
        books=SQL(' UNION ALL ').join(books),
        accounts=SQL('TRUE') if account_ids is None else SQL('ca.id IN %s', tuple(account_ids)),
    )


def documents(books, limit=None) -> SQL:
    """Return SQL of (component, id, due, currency, amount, balance), what fell due first before the rest.

    :param limit: how many of each component; None = all.
    """
    return SQL(
        """
        SELECT component, res_id, due, currency_id, amount, balance
          FROM (SELECT t.*, ROW_NUMBER() OVER (PARTITION BY component ORDER BY due, res_id) AS number
                  FROM (%s) t WHERE component IS NOT NULL) ranked
         WHERE %s IS NULL OR number <= %s
         ORDER BY component, number
        """,
        SQL(' UNION ALL ').join(books),
        limit,
        limit,
    )


def last_payment(company_ids, check_date) -> SQL:
    """Return SQL of the day of the last payment of the account ``ca``."""
    return SQL(
        """(SELECT MAX(l.date) FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id AND %(receivable)s
              JOIN res_company c ON c.id = l.company_id
               AND %(root)s IN %(companies)s
             WHERE l.partner_id = ANY(ARRAY(
                       SELECT id FROM res_partner WHERE commercial_partner_id = ca.partner_id))
               AND l.parent_state = 'posted' AND l.balance < 0 AND l.date <= %(date)s
               AND (l.payment_id IS NOT NULL OR l.statement_line_id IS NOT NULL))""",
        companies=tuple(company_ids),
        root=ROOT,
        receivable=accounts.receivable('a'),
        date=check_date,
    )


def ranks(figures) -> SQL:
    """Return SQL of (id, amount) of ``figures``, {id: amount}, to sort by."""
    return SQL(
        '(SELECT * FROM unnest(%s::int[], %s::numeric[]) AS figures (id, amount))',
        list(figures),
        list(figures.values()),
    )
