"""What the dunning of some customers needs to know, in a fixed number of queries whatever the number of items.

Open items come from ``ar_base.engine.open_items``, as of the run's date, so a letter claims what the aging shows.
"""

from collections import defaultdict
from typing import NamedTuple

from odoo.tools import SQL

from odoo.addons.ar_base.engine import open_items, parts


class Row(NamedTuple):
    """An open item in its currency; ``residual`` is in the company's. ``is_receipt``: a payment that nobody matched yet."""

    line_id: int
    company_id: int
    partner_id: int
    currency_id: int
    date: object
    due_date: object
    residual: float
    amount: float
    no_followup: bool
    is_receipt: bool


class Dunned(NamedTuple):
    """What the customer was told of an item: its level, when it was last told, and how often at that level."""

    level: int = 0
    on: object = None
    times: int = 0


def _parameters(run_date, partner_ids=None):
    return open_items.Parameters(as_of=run_date, partner_ids=partner_ids)


def customers(env, company_ids, run_date, due_until, after=0, limit=None):
    """Return the next customers (commercial partner ids, ascending) with a debit item due by ``due_until``."""
    return [
        partner_id
        for (partner_id,) in env.execute_query(
            SQL(
                """SELECT i.commercial_partner_id FROM (%(items)s) i
            WHERE i.company_id IN %(companies)s AND i.residual_currency > 0 AND i.commercial_partner_id > %(after)s
              AND COALESCE(i.date_maturity, i.invoice_date, i.date) <= %(until)s
            GROUP BY 1 ORDER BY 1 %(limit)s""",
                items=open_items.items(_parameters(run_date)),
                companies=tuple(company_ids),
                after=after,
                until=due_until,
                limit=SQL('LIMIT %s', limit) if limit else SQL(),
            )
        )
    ]


def count_customers(env, company_ids, run_date, due_until):
    """Return how many customers ``customers`` would return in all."""
    [[count]] = env.execute_query(
        SQL(
            """SELECT COUNT(DISTINCT i.commercial_partner_id) FROM (%(items)s) i
            WHERE i.company_id IN %(companies)s AND i.residual_currency > 0
              AND COALESCE(i.date_maturity, i.invoice_date, i.date) <= %(until)s""",
            items=open_items.items(_parameters(run_date)),
            companies=tuple(company_ids),
            until=due_until,
        )
    )
    return count


def contacts(env, partner_ids):
    """Return the ids of the customers and their contacts: the partners that lines may carry."""
    return tuple(
        row[0]
        for row in env.execute_query(
            SQL('SELECT id FROM res_partner WHERE commercial_partner_id IN %s', tuple(partner_ids))
        )
    )


def rows(env, company_ids, run_date, partner_ids):
    """Return the open items of the customers, in the order of their due dates."""
    found = env.execute_query(
        SQL(
            """SELECT i.id, i.company_id, i.commercial_partner_id, i.currency_id, i.date,
                  COALESCE(i.date_maturity, i.invoice_date, i.date), i.residual, i.residual_currency,
                  COALESCE(l.no_followup, FALSE),
                  i.residual < 0 AND i.move_type = 'entry' AND j.type IN ('bank', 'cash', 'credit')
             FROM (%(items)s) i
             JOIN account_move_line l ON l.id = i.id
             JOIN account_journal j ON j.id = i.journal_id
            WHERE i.company_id IN %(companies)s AND i.residual_currency <> 0
            ORDER BY 3, 2, 4, 6, 1""",
            items=open_items.items(_parameters(run_date, contacts(env, partner_ids))),
            companies=tuple(company_ids),
        )
    )
    return [Row(*row) for row in found]


def disputed(env, run_date, partner_ids):
    """Return {line id: disputed amount in company currency}; what is not disputed of an item is still chased."""
    params = _parameters(run_date, contacts(env, partner_ids))
    disputing = env['ar.open.item']._disputing_partners(params)
    if not disputing:
        return {}
    return dict(env.execute_query(parts.disputed(params._replace(partner_ids=disputing))))


def dunned(env, line_ids):
    """Return {line id: Told}: the highest level that the customer was told of each item."""
    result = {}
    found = env.execute_query(
        SQL(
            """SELECT move_line_id, level, MAX(dunned_on), COUNT(*) FROM ar_dunning_notice_line
            WHERE dunned_on IS NOT NULL AND move_line_id IN %s GROUP BY 1, 2 ORDER BY 1, 2""",
            tuple(line_ids) or (0,),
        )
    )
    for line_id, level, on, times in found:
        before = result.get(line_id)
        result[line_id] = Dunned(level, max(on, before.on) if before else on, times)
    return result


def blocks(env, run_date, account_ids):
    """Return ({account id: until} of blocked customers, {line id: until} of blocked items); until None = not known."""
    accounts, items = {}, {}
    found = env.execute_query(
        SQL(
            """SELECT credit_account_id, move_line_id, MAX(COALESCE(until, 'infinity'::date))::text FROM ar_dunning_block
            WHERE active AND (until IS NULL OR until >= %s) AND credit_account_id IN %s GROUP BY 1, 2""",
            run_date,
            tuple(account_ids) or (0,),
        )
    )
    for credit_account_id, line_id, until in found:
        blocked, key = (items, line_id) if line_id else (accounts, credit_account_id)
        blocked[key] = None if until == 'infinity' else until
    return accounts, items


def letters(env, account_ids):
    """Return ({key: date of the last letter}, set of keys with one under way), keys (account, company, currency)."""
    last, under_way = {}, set()
    found = env.execute_query(
        SQL(
            """SELECT credit_account_id, company_id, currency_id, MAX(sent_on) FILTER (WHERE state = 'sent'),
                  BOOL_OR(state IN ('approved', 'queued', 'failed'))
             FROM ar_dunning_notice WHERE credit_account_id IN %s AND state IN ('sent', 'approved', 'queued', 'failed')
            GROUP BY 1, 2, 3""",
            tuple(account_ids) or (0,),
        )
    )
    for credit_account_id, company_id, currency_id, sent_on, busy in found:
        key = (credit_account_id, company_id, currency_id)
        if sent_on:
            last[key] = sent_on
        if busy:
            under_way.add(key)
    return last, under_way


def by_letter(found, account_by_customer):
    """Group rows by the letter that they may be part of: (account, company, currency)."""
    groups = defaultdict(list)
    for row in found:
        groups[account_by_customer[row.partner_id, row.company_id], row.company_id, row.currency_id].append(
            row
        )
    return groups
