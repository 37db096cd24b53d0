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
from odoo.addons.ar_base.engine import accounts, open_items

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
    """Receivables, unallocated credits where they are deducted, and bills, as open now.

    What a draft entry is matched with is open for all that: it is read only where there is such an entry.
    """
    open_now = _items(
        scope,
        SQL('account_move_line'),
        SQL("l.reconciled IS NOT TRUE"),
        SQL('CASE WHEN a.reconcile THEN l.amount_residual ELSE l.balance END'),
        SQL('CASE WHEN a.reconcile THEN l.amount_residual_currency ELSE l.amount_currency END'),
    )
    if not scope.drafts_matched:
        return open_now
    given_back = SQL(
        """(SELECT l.*, CASE WHEN l.id = m.debit_move_id THEN m.amount ELSE -m.amount END AS given_back,
                    CASE WHEN l.id = m.debit_move_id THEN m.debit_amount_currency
                         ELSE -m.credit_amount_currency END AS given_back_currency
               FROM (%s WHERE %s) m
               JOIN account_move_line l ON l.id = ANY(ARRAY[m.debit_move_id, m.credit_move_id]))""",
        open_items.MATCHED,
        open_items.WITH_DRAFTS,
    )
    return SQL(
        '%s UNION ALL %s',
        open_now,
        _items(scope, given_back, SQL('TRUE'), SQL('l.given_back'), SQL('l.given_back_currency')),
    )


def _items(scope, lines, condition, balance, amount) -> SQL:
    """Return the items of ``lines`` (SQL) that satisfy the condition, each with these amounts."""
    company = SQL('l.company_id')
    return SQL(
        """
        SELECT p.commercial_partner_id AS partner_id, %(root)s AS company_id,
               CASE WHEN a.kind = 'bill' THEN 'bills'
                    WHEN x.open > 0 OR a.reconcile IS NOT TRUE THEN 'open_items'
                    WHEN x.open < 0 AND %(deducts)s THEN 'unallocated_credits'
                    END AS component,
               l.id AS res_id, COALESCE(l.date_maturity, l.date) AS due, l.currency_id, x.amount,
               x.open AS balance,
               CASE WHEN l.move_id IN (SELECT d.move_id FROM ar_dispute d WHERE d.state = 'open')
                    THEN (SELECT SUM(d.amount) FROM ar_dispute d
                           WHERE d.move_id = l.move_id AND d.state = 'open')
                    ELSE 0 END AS disputed
          FROM %(lines)s l
          JOIN (SELECT a.id, a.reconcile, %(kind)s AS kind FROM account_account a OFFSET 0) a
            ON a.id = l.account_id
          %(customer)s
         CROSS JOIN LATERAL (SELECT %(balance)s AS open, %(amount)s AS amount) x
         WHERE l.parent_state = 'posted' AND %(condition)s AND %(partners)s
           AND %(companies)s
           AND l.account_id = ANY(ARRAY(SELECT a.id FROM account_account a WHERE %(receivable)s))
        """,
        lines=lines,
        condition=condition,
        balance=balance,
        amount=amount,
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


def drafts_matched() -> SQL:
    """Return SQL of one row where any line of a draft entry is matched."""
    return SQL(
        """SELECT 1 FROM account_move_line
            WHERE parent_state <> 'posted' AND matching_number IS NOT NULL LIMIT 1"""
    )


def totals(scope, books, account_ids, check_date, needs, columns=()) -> SQL:
    """Return SQL of what stands in the books, and what is overdue, by account, component and currency.

    (account, component, currency, amount, balance, overdue beyond the oldest item's days, beyond the ratio's
    days, days overdue of the oldest item, the values of ``columns``). What is wholly disputed is not overdue.
    With ``columns``, an account without anything has a row without a component.

    :param books: SELECTs of documents of the ``scope``.
    :param account_ids: None = every account.
    :param needs: ``rules.hold.Needs``.
    :param columns: SQL of further values of the account ``ca``; each is looked up once for an account.
    """
    names = [SQL.identifier(f'column_{number}') for number in range(len(columns))]
    return SQL(
        """
        %(contacts)s
        SELECT ca.id, t.component, t.currency_id, t.amount, t.balance, t.beyond_oldest, t.beyond_ratio,
               t.oldest%(answers)s
          FROM (
            SELECT ca.id, ca.partner_id, ca.company_id%(columns)s
              FROM ar_credit_account ca WHERE %(accounts)s
            OFFSET 0
          ) ca
          %(join)s (
            SELECT t.partner_id, t.company_id, t.component, t.currency_id, SUM(t.amount) AS amount,
                   SUM(t.balance) AS balance,
                   COALESCE(SUM(t.balance) FILTER (WHERE t.days > %(oldest_days)s), 0) AS beyond_oldest,
                   COALESCE(SUM(t.balance) FILTER (WHERE t.days > %(ratio_days)s), 0) AS beyond_ratio,
                   GREATEST(MAX(t.days), 0) AS oldest
              FROM (
                SELECT b.*, CASE WHEN b.component = 'open_items' AND b.disputed < b.amount
                                 THEN %(date)s - b.due END AS days
                  FROM (%(books)s) b
                 WHERE b.component IS NOT NULL
                OFFSET 0
              ) t
             GROUP BY t.partner_id, t.company_id, t.component, t.currency_id
          ) t ON t.partner_id = ca.partner_id AND t.company_id = ca.company_id
        """,
        contacts=scope.contacts(),
        answers=SQL().join(SQL(', ca.%s', name) for name in names),
        columns=SQL().join(SQL(', %s AS %s', column, name) for column, name in zip(columns, names)),
        accounts=SQL('TRUE') if account_ids is None else SQL('ca.id IN %s', tuple(account_ids)),
        join=SQL('LEFT JOIN' if columns else 'JOIN'),
        oldest_days=needs.oldest_days,
        ratio_days=needs.ratio_days,
        date=check_date,
        books=SQL(' UNION ALL ').join(books),
    )


def documents(scope, books, limit=None) -> SQL:
    """Return SQL of (component, id, due, currency, amount, balance), what fell due first before the rest.

    :param limit: how many of each component; None = all.
    """
    return SQL(
        """
        %s
        SELECT component, res_id, due, currency_id, amount, balance
          FROM (SELECT t.*, ROW_NUMBER() OVER (PARTITION BY component ORDER BY due, res_id) AS number
                  FROM (%s) t WHERE component IS NOT NULL) ranked
         WHERE %s IS NULL OR number <= %s
         ORDER BY component, number
        """,
        scope.contacts(),
        SQL(' UNION ALL ').join(books),
        limit,
        limit,
    )


def last_payment(scope, check_date) -> SQL:
    """Return SQL of the day of the last payment of the account ``ca``."""
    return SQL(
        """(SELECT MAX(last.date) FROM (%(contacts)s) p
             CROSS JOIN LATERAL (
                SELECT l.date FROM account_move_line l
                 WHERE l.partner_id = p.id AND l.balance < 0
                   AND COALESCE(l.payment_id, l.statement_line_id) IS NOT NULL
                   AND l.parent_state = 'posted' AND l.date <= %(date)s
                   AND l.account_id = ANY(ARRAY(SELECT a.id FROM account_account a WHERE %(receivable)s))
                   AND %(companies)s
                 ORDER BY l.date DESC LIMIT 1) last)""",
        contacts=scope.contacts_of(SQL('ca.partner_id')),
        companies=scope.is_of(SQL('l.company_id'), SQL('ca.company_id')),
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
