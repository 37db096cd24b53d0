"""What stands in the books of many customers: receivables, bills, draft invoices, payments in transit. One query.

The domains of the components (``ar.credit.account``) say the same in words for whoever opens a figure; a test holds
the two together.
"""

from typing import NamedTuple

from odoo.tools import SQL

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
    ],
    'account.payment': [
        'state',
        'is_matched',
        'payment_type',
        'partner_type',
        'amount',
        'move_id',
        'partner_id',
        'company_id',
        'currency_id',
    ],
    'account.account': ['account_type', 'non_trade', 'ar_is_bill', 'reconcile'],
    'res.partner': ['commercial_partner_id'],
    'ar.dispute': ['state', 'amount', 'move_id'],
    'res.company': ['parent_path', 'ar_payment_counts'],
    'ar.credit.account': ['partner_id'],
}


class Totals(NamedTuple):
    """Sums of one account in one currency.

    Attributes:
        components: amount in that currency by component code.
        balance, beyond_max, beyond_ratio: open items, and those overdue beyond two numbers of days, in company currency.
        oldest: days overdue of the oldest item; 0 = nothing overdue.
        last_payment: the day the account's last payment was booked, where asked for.
        dunning_level: the highest that an open item was told, where asked for.
    """

    credit_account_id: int
    currency_id: int
    components: dict
    balance: float
    beyond_max: float
    beyond_ratio: float
    oldest: int
    last_payment: object
    dunning_level: int


def totals(env, accounts, check_date, max_days=0, ratio_days=0, last_payment=False, dunning_level=False):
    """Return ``Totals`` for each account and currency that has any.

    :param max_days, ratio_days: the two numbers of days beyond which overdue items are summed. Disputed items do not count.
    :param last_payment, dunning_level: look for these too.
    """
    for model, names in FLUSHED.items():
        env[model].flush_model(names)
    partners = SQL(
        'ANY(ARRAY(SELECT id FROM res_partner WHERE commercial_partner_id IN %s))',
        tuple(accounts.partner_id.ids),
    )
    companies = tuple(accounts.company_id.ids)
    overdue = SQL("t.kind = 'item' AND t.open > 0 AND t.disputed < t.amount AND %s - t.due", check_date)
    rows = env.execute_query(
        SQL(
            """
        SELECT ca.id, t.currency_id,
               COALESCE(SUM(t.amount) FILTER (WHERE t.kind = 'item' AND t.open > 0), 0),
               COALESCE(SUM(t.amount) FILTER (WHERE t.kind = 'item' AND t.open < 0), 0),
               COALESCE(SUM(t.amount) FILTER (WHERE t.kind = 'draft'), 0),
               COALESCE(SUM(t.amount) FILTER (WHERE t.kind = 'bill'), 0),
               COALESCE(SUM(t.amount) FILTER (WHERE t.kind = 'transit'), 0),
               COALESCE(SUM(t.open) FILTER (WHERE t.kind = 'item' AND t.open > 0), 0),
               COALESCE(SUM(t.open) FILTER (WHERE %(overdue)s > %(max_days)s), 0),
               COALESCE(SUM(t.open) FILTER (WHERE %(overdue)s > %(ratio_days)s), 0),
               COALESCE(MAX(%(date)s - t.due) FILTER (WHERE %(overdue)s > 0), 0),
               %(last_payment)s, %(dunning_level)s
          FROM (%(lines)s UNION ALL %(drafts)s UNION ALL %(transit)s) t
          JOIN ar_credit_account ca ON ca.partner_id = t.partner_id AND ca.company_id = t.company_id
         WHERE ca.id IN %(accounts)s
         GROUP BY ca.id, t.currency_id
        """,
            overdue=overdue,
            date=check_date,
            max_days=max_days,
            ratio_days=ratio_days,
            accounts=tuple(accounts.ids),
            lines=_lines(partners, companies),
            drafts=_drafts(partners, companies),
            transit=_transit(partners, companies),
            last_payment=_last_payment(companies, check_date) if last_payment else SQL('NULL'),
            dunning_level=accounts._dunning_level_sql(SQL('ca.id')) if dunning_level else SQL('0'),
        )
    )
    codes = ('open_items', 'unallocated_credits', 'draft_invoices', 'bills', 'payments_in_transit')
    return [Totals(row[0], row[1], dict(zip(codes, row[2:7])), *row[7:]) for row in rows]


def _lines(partners, companies):
    """Receivables and bills that are open now."""
    return SQL(
        """
        SELECT p.commercial_partner_id AS partner_id, split_part(c.parent_path, '/', 1)::int AS company_id, l.currency_id,
               CASE WHEN a.ar_is_bill IS TRUE THEN 'bill' ELSE 'item' END AS kind,
               CASE WHEN a.reconcile THEN l.amount_residual ELSE l.balance END AS open,
               CASE WHEN a.reconcile THEN l.amount_residual_currency ELSE l.amount_currency END AS amount,
               COALESCE(l.date_maturity, l.date) AS due,
               COALESCE((SELECT SUM(d.amount) FROM ar_dispute d WHERE d.move_id = l.move_id AND d.state = 'open'), 0) AS disputed
          FROM account_move_line l
          JOIN account_account a ON a.id = l.account_id
          JOIN res_partner p ON p.id = l.partner_id
          JOIN res_company c ON c.id = l.company_id
         WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE AND l.partner_id = %(partners)s
           AND split_part(c.parent_path, '/', 1)::int IN %(companies)s
           AND (a.ar_is_bill IS TRUE OR a.account_type = 'asset_receivable' AND a.non_trade IS NOT TRUE)
        """,
        partners=partners,
        companies=companies,
    )


def _drafts(partners, companies):
    return SQL(
        """
        SELECT m.commercial_partner_id, split_part(c.parent_path, '/', 1)::int, m.currency_id, 'draft', 0, m.amount_total,
               NULL::date, 0
          FROM account_move m
          JOIN res_company c ON c.id = m.company_id
         WHERE m.state = 'draft' AND m.move_type IN ('out_invoice', 'out_receipt') AND m.commercial_partner_id = %(partners)s
           AND split_part(c.parent_path, '/', 1)::int IN %(companies)s
        """,
        partners=partners,
        companies=companies,
    )


def _transit(partners, companies):
    """Payments on no bank statement yet.

    One with an entry has lowered the receivable: where payments count from the bank on, it is added back. One without an
    entry has not: where they count at once, it is taken off.
    """
    return SQL(
        """
        SELECT p.commercial_partner_id, root.id, y.currency_id, 'transit', 0,
               y.amount * CASE WHEN y.move_id IS NOT NULL THEN (root.ar_payment_counts = 'bank')::int
                               ELSE -(root.ar_payment_counts <> 'bank')::int END, NULL::date, 0
          FROM account_payment y
          JOIN res_partner p ON p.id = y.partner_id
          JOIN res_company c ON c.id = y.company_id
          JOIN res_company root ON root.id = split_part(c.parent_path, '/', 1)::int
         WHERE y.is_matched IS NOT TRUE AND y.state IN ('in_process', 'paid') AND y.payment_type = 'inbound'
           AND y.partner_type = 'customer' AND y.partner_id = %(partners)s AND root.id IN %(companies)s
           AND (y.move_id IS NULL OR root.ar_payment_counts = 'bank')
        """,
        partners=partners,
        companies=companies,
    )


def _last_payment(companies, check_date):
    """The day of the account's last payment, in its own subquery for each account."""
    return SQL(
        """(SELECT MAX(l.date) FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
              JOIN res_company c ON c.id = l.company_id AND split_part(c.parent_path, '/', 1)::int IN %(companies)s
             WHERE l.partner_id = ANY(ARRAY(SELECT id FROM res_partner WHERE commercial_partner_id = ca.partner_id))
               AND l.parent_state = 'posted' AND l.balance < 0 AND l.date <= %(date)s
               AND (l.payment_id IS NOT NULL OR l.statement_line_id IS NOT NULL))""",
        companies=companies,
        date=check_date,
    )
