"""The SQL of what letters brought in: one row per letter sent, in company currency.

Collected within n days = receipts (bank, cash and card journals) matched with the dunned items that took
effect on day 1 to n after the notice. Credit notes and write-offs are not collected. Opening levels are
left out.
"""

from odoo.tools import SQL

WINDOWS = (7, 14, 30)
# The rates of the windows: {column: days}.
RATES = {f'rate_{days}': days for days in WINDOWS}


def _items() -> SQL:
    """Return the dunned items with what came after the letter; matches are looked up by item, by index."""
    windows = SQL(', ').join(
        SQL(
            'COALESCE(SUM(p.amount) FILTER (WHERE p.max_date <= t.dunned_on + %s), 0) AS %s',
            days,
            SQL.identifier(f'collected_{days}'),
        )
        for days in WINDOWS
    )
    return SQL(
        """SELECT t.notice_id, l.reconciled, paid.*,
                  CASE WHEN l.amount_currency = 0 THEN t.amount
                       ELSE t.amount * l.balance / l.amount_currency END AS claimed
             FROM ar_dunning_notice_line t
             JOIN account_move_line l ON l.id = t.move_line_id
             CROSS JOIN LATERAL (
                SELECT %(windows)s, MAX(p.max_date) - t.dunned_on AS days
                  FROM account_partial_reconcile p
                  JOIN account_move_line cl ON cl.id = p.credit_move_id AND cl.parent_state = 'posted'
                  JOIN account_journal j ON j.id = cl.journal_id AND j.type IN ('bank', 'cash', 'credit')
                 WHERE p.debit_move_id = l.id AND p.max_date > t.dunned_on) paid
            WHERE t.dunned_on IS NOT NULL AND t.included AND t.kind = 'debit'""",
        windows=windows,
    )


def _first_channels() -> SQL:
    """Return (stage_id, channel, cost): the channel that a stage tries first."""
    return SQL(
        """SELECT DISTINCT ON (stage_id) stage_id, channel, cost
             FROM ar_dunning_stage_channel ORDER BY stage_id, sequence, id"""
    )


def _last_channels() -> SQL:
    """Return (notice_id, channel): the channel by which a letter reached the customer."""
    return SQL(
        """SELECT DISTINCT ON (notice_id) notice_id, channel
             FROM ar_dunning_delivery WHERE state = 'sent' ORDER BY notice_id, id DESC"""
    )


def letters(today) -> SQL:
    """Return the letters with their rates in percent of what they claimed."""
    rates = SQL(', ').join(
        SQL(
            '100 * q.%s / NULLIF(q.%s, 0) AS %s',
            SQL.identifier(f'collected_{days}'),
            SQL.identifier(f'claimed_{days}'),
            SQL.identifier(name),
        )
        for name, days in RATES.items()
    )
    return SQL('SELECT q.*, %s FROM (%s) q', rates, _amounts(today))


def _amounts(today) -> SQL:
    """Return the letters with what they claimed and what came in.

    A letter that was sent without a delivery counts for the channel that its stage tries first.
    """
    claimed = SQL(', ').join(
        SQL(
            'CASE WHEN n.sent_on + %s <= %s::date THEN s.claimed END AS %s',
            days,
            today,
            SQL.identifier(f'claimed_{days}'),
        )
        for days in WINDOWS
    )
    ripe = SQL(', ').join(
        SQL(
            'CASE WHEN n.sent_on + %s <= %s::date THEN s.%s END AS %s',
            days,
            today,
            SQL.identifier(f'collected_{days}'),
            SQL.identifier(f'collected_{days}'),
        )
        for days in WINDOWS
    )
    collected = [SQL.identifier(f'collected_{days}') for days in WINDOWS]
    sums = SQL(', ').join(SQL('SUM(i.%s) AS %s', column, column) for column in collected)
    return SQL(
        """
        SELECT n.id, n.credit_account_id, n.partner_id, n.company_id, c.currency_id, n.dunning_plan_id,
               n.stage_id, n.level, n.sent_on, a.grade_id, n.collector_id,
               1 AS letters, s.claimed, %(ripe)s, %(claimed)s, s.days_to_pay,
               %(channel)s AS channel, COALESCE(own.cost, first.cost, 0) AS cost
          FROM ar_dunning_notice n
          JOIN res_company c ON c.id = n.company_id
          JOIN ar_credit_account a ON a.id = n.credit_account_id
          JOIN (SELECT i.notice_id, SUM(i.claimed) AS claimed, %(sums)s,
                       CASE WHEN BOOL_AND(i.reconciled) THEN MAX(i.days) END AS days_to_pay
                  FROM (%(items)s) i GROUP BY 1) s ON s.notice_id = n.id
          LEFT JOIN (%(first)s) first ON first.stage_id = n.stage_id
          LEFT JOIN (%(last)s) went ON went.notice_id = n.id
          LEFT JOIN ar_dunning_stage_channel own ON own.stage_id = n.stage_id AND own.channel = %(channel)s
         WHERE n.state = 'sent' AND n.is_imported IS NOT TRUE
        """,
        claimed=claimed,
        ripe=ripe,
        sums=sums,
        items=_items(),
        first=_first_channels(),
        last=_last_channels(),
        channel=SQL('COALESCE(went.channel, first.channel)'),
    )
