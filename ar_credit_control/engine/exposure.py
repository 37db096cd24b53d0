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
from .scope import Scope, Tree  # noqa: F401
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
    'ar.credit.account': ['partner_id', 'company_id'],
}


# === Documents ===


def items(scope) -> SQL:
    """Receivables, unallocated credits where they are deducted, and bills, as open now."""
    company = SQL('l.company_id')
    return SQL(
        """
        SELECT p.commercial_partner_id AS partner_id, %(root)s AS company_id,
               CASE WHEN %(kind)s = 'bill' THEN 'bills'
                    WHEN x.open > 0 OR a.reconcile IS NOT TRUE THEN 'open_items'
                    WHEN x.open < 0 AND %(deducts)s THEN 'unallocated_credits'
                    END AS component,
               l.id AS res_id, COALESCE(l.date_maturity, l.date) AS due, l.currency_id, x.amount,
               x.open AS balance,
               CASE WHEN l.move_id IN (SELECT d.move_id FROM ar_dispute d WHERE d.state = 'open')
                    THEN (SELECT SUM(d.amount) FROM ar_dispute d
                           WHERE d.move_id = l.move_id AND d.state = 'open')
                    ELSE 0 END AS disputed
          FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id
          %(customer)s
         CROSS JOIN LATERAL (
            SELECT CASE WHEN a.reconcile THEN l.amount_residual ELSE l.balance END AS open,
                   CASE WHEN a.reconcile THEN l.amount_residual_currency
                        ELSE l.amount_currency END AS amount) x
         WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE AND %(partners)s
           AND %(companies)s AND %(receivable)s
        """,
        customer=scope.customer(SQL('l.partner_id')),
        partners=scope.is_contact(SQL('l.partner_id')),
        companies=scope.is_company(company),
        root=scope.root(company),
        deducts=scope.where(company, 'deducts'),
        kind=accounts.kind('a'),
        receivable=accounts.receivable('a', *accounts.AT_RISK),
    )


def draft_invoices(scope) -> SQL:
    """Invoices that are written and not posted."""
    company = SQL('m.company_id')
    return SQL(
        """
        SELECT m.commercial_partner_id, %(root)s, 'draft_invoices', m.id,
               m.invoice_date_due, m.currency_id, m.amount_total, 0, 0
          FROM account_move m
         WHERE m.state = 'draft' AND m.move_type IN ('out_invoice', 'out_receipt')
           AND %(customers)s AND %(companies)s
        """,
        customers=scope.is_customer(SQL('m.commercial_partner_id')),
        companies=scope.is_company(company),
        root=scope.root(company),
    )


def payments_in_transit(scope) -> SQL:
    """Payments on no bank statement yet.

    One with an entry has lowered the receivable: where payments count from the bank on, it is added back. One
    without an entry has not: where they count at once, it is taken off.
    """
    company = SQL('y.company_id')
    return SQL(
        """
        SELECT p.commercial_partner_id, %(root)s, 'payments_in_transit', y.id, y.date, y.currency_id,
               CASE WHEN y.move_id IS NULL THEN -y.amount ELSE y.amount END, 0, 0
          FROM account_payment y
          %(customer)s
         WHERE y.is_matched IS NOT TRUE AND y.state IN ('in_process', 'paid') AND y.payment_type = 'inbound'
           AND y.partner_type = 'customer' AND %(partners)s AND %(companies)s
           AND CASE WHEN %(at_bank)s THEN y.move_id IS NOT NULL ELSE y.move_id IS NULL END
        """,
        customer=scope.customer(SQL('y.partner_id')),
        partners=scope.is_contact(SQL('y.partner_id')),
        companies=scope.is_company(company),
        root=scope.root(company),
        at_bank=scope.where(company, 'at_bank'),
    )


def order_parts(scope) -> SQL:
    """What confirmed orders weigh: see ``orders``."""
    return orders.documents(scope)


# === Questions to them ===


def totals(books, account_ids, check_date, needs, columns=()) -> SQL:
    """Return SQL of what stands in the books, and what is overdue, by account, component and currency.

    (account, component, currency, amount, balance, overdue beyond the oldest item's days, beyond the ratio's
    days, days overdue of the oldest item, nothing for each of ``columns``). What is wholly disputed is not
    overdue. With ``columns``, a row of each account without a component has their values.

    :param books: SELECTs of documents.
    :param account_ids: None = every account.
    :param needs: ``rules.hold.Needs``.
    :param columns: SQL of further values of the account ``ca``.
    """
    overdue = SQL("t.component = 'open_items' AND t.disputed < t.amount AND %s - t.due", check_date)
    accounts_asked = SQL('TRUE') if account_ids is None else SQL('ca.id IN %s', tuple(account_ids))
    found = SQL(
        """
        SELECT ca.id, t.component, t.currency_id, SUM(t.amount), SUM(t.balance),
               COALESCE(SUM(t.balance) FILTER (WHERE %(overdue)s > %(oldest_days)s), 0),
               COALESCE(SUM(t.balance) FILTER (WHERE %(overdue)s > %(ratio_days)s), 0),
               COALESCE(MAX(%(date)s - t.due) FILTER (WHERE %(overdue)s > 0), 0)%(nothing)s
          FROM (%(books)s) t
          JOIN ar_credit_account ca ON ca.partner_id = t.partner_id AND ca.company_id = t.company_id
         WHERE t.component IS NOT NULL AND %(accounts)s
         GROUP BY ca.id, t.component, t.currency_id
        """,
        overdue=overdue,
        oldest_days=needs.oldest_days,
        ratio_days=needs.ratio_days,
        date=check_date,
        nothing=SQL().join(SQL(', NULL') for _column in columns),
        books=SQL(' UNION ALL ').join(books),
        accounts=accounts_asked,
    )
    if not columns:
        return found
    return SQL(
        '%s UNION ALL SELECT ca.id, NULL, NULL, 0, 0, 0, 0, 0, %s FROM ar_credit_account ca WHERE %s',
        found,
        SQL(', ').join(columns),
        accounts_asked,
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
