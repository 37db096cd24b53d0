"""The SQL of the collectors' worklist: a row per customer and main company with something overdue.

Open items come from ``ar_base.engine.open_items``, everything else is aggregated per credit account before it
is joined, so the cost follows the number of rows read, never customers times anything.

What is next, in this order: a case with a lawyer or agency; a letter that failed; else the earliest of
scheduled activity, letter that waits for a decision, promise, payment plan, and block with an end; else the
dunning plan that will write again by itself (``waiting``); else credits that cover what is overdue. A
customer with none of these is forgotten: its ``next_kind`` is ``none``.
"""

from odoo.tools import SQL

from ..rules import priority
from odoo.addons.ar_base.engine import companies, open_items

# A letter just sent, or a run that gave the reason why there is none, counts as planned for these days.
WAITING_DAYS = 7
SOFT_REASONS = ('interval', 'min_days_account', 'net_credit', 'nothing_overdue')


def _overdue(params) -> SQL:
    """Return the customers with something overdue, in company currency."""
    late = SQL('FILTER (WHERE i.residual > 0 AND i.days_overdue > 0)')
    return SQL(
        """SELECT MIN(i.id) %(late)s AS id, i.commercial_partner_id AS partner_id,
                  %(root)s AS company_id, SUM(i.residual) %(late)s AS overdue,
                  -SUM(LEAST(i.residual, 0)) AS credit, SUM(GREATEST(i.residual, 0)) AS receivable,
                  MAX(i.days_overdue) %(late)s AS oldest_days, COUNT(*) %(late)s AS item_count
             FROM (%(items)s) i JOIN res_company c ON c.id = i.company_id
            WHERE i.commercial_partner_id IS NOT NULL
            GROUP BY 2, 3 HAVING COUNT(*) %(late)s > 0""",
        late=late,
        root=companies.root(SQL('c.parent_path')),
        items=open_items.items(params),
    )


def _dunned() -> SQL:
    return SQL(
        """SELECT n.credit_account_id, MAX(t.level) AS level
             FROM ar_dunning_notice_line t
             JOIN account_move_line l ON l.id = t.move_line_id
              AND l.reconciled IS NOT TRUE AND l.parent_state = 'posted'
             JOIN ar_dunning_notice n ON n.id = t.notice_id
            WHERE t.dunned_on IS NOT NULL GROUP BY 1"""
    )


def _letters(today) -> SQL:
    """Return of each account's letters: the last one sent, and whether one is open, failed, or coming."""
    return SQL(
        """SELECT n.credit_account_id, MAX(n.sent_on) FILTER (WHERE n.state = 'sent') AS sent_on,
                  BOOL_OR(n.state IN ('proposed', 'approved', 'queued')) AS is_open,
                  BOOL_OR(n.state IN ('proposed', 'approved')) AS is_proposed,
                  BOOL_OR(n.state = 'queued' AND EXISTS (
                      SELECT FROM ar_dunning_delivery v
                       WHERE v.notice_id = n.id AND v.channel = 'phone' AND v.state = 'waiting')) AS is_call,
                  BOOL_OR(n.state = 'failed') AS is_failed,
                  MAX(n.sent_on + COALESCE(NULLIF(p.interval_days, 0), %(days)s))
                      FILTER (WHERE n.state = 'sent' AND NOT COALESCE(n.is_imported, FALSE)) AS waits_until,
                  BOOL_OR(n.state = 'withheld' AND r.run_date >= %(since)s AND n.reason IN %(soft)s)
                      AS is_soft,
                  MAX(top.level) FILTER (
                      WHERE n.state = 'withheld' AND r.run_date >= %(since)s AND n.reason = 'nothing_to_dun'
                  ) AS climbs_to
             FROM ar_dunning_notice n
             LEFT JOIN ar_dunning_run r ON r.id = n.run_id
             LEFT JOIN ar_dunning_plan p ON p.id = n.dunning_plan_id
             LEFT JOIN (SELECT dunning_plan_id, MAX(level) AS level FROM ar_dunning_stage GROUP BY 1) top
               ON top.dunning_plan_id = n.dunning_plan_id
            WHERE n.state IN ('sent', 'proposed', 'approved', 'queued', 'failed', 'withheld')
            GROUP BY 1""",
        days=WAITING_DAYS,
        since=SQL("(%s::date - %s)", today, WAITING_DAYS),
        soft=SOFT_REASONS,
    )


def _activities() -> SQL:
    """Return the earliest activity of each account: on its credit file, or on a promise of it."""
    return SQL(
        """SELECT credit_account_id, MIN(date_deadline) AS next_date FROM (
                SELECT res_id AS credit_account_id, date_deadline FROM mail_activity
                 WHERE res_model = 'ar.credit.account' AND active
                UNION ALL
                SELECT p.credit_account_id, a.date_deadline
                  FROM mail_activity a JOIN ar_promise p ON p.id = a.res_id
                 WHERE a.res_model = 'ar.promise' AND a.active
           ) s GROUP BY 1"""
    )


def _of(table, value, where) -> SQL:
    return SQL(f'SELECT credit_account_id, {value} FROM {table} WHERE {where} GROUP BY 1')  # noqa: S608 -- constants below


def _score() -> SQL:
    """Return ``rules.priority.score`` in SQL, of the columns of the worklist."""
    profile = SQL(
        'CASE g.dunning_profile %s ELSE %s END',
        SQL(' ').join(SQL('WHEN %s THEN %s', name, risk) for name, risk in priority.PROFILE_RISK.items()),
        priority.NO_GRADE_RISK,
    )
    risk = SQL(
        """%s + LEAST(o.oldest_days, %s)::numeric / %s * %s
             + LEAST(COALESCE(a.promises_broken, 0), %s)::numeric / %s * %s""",
        profile,
        priority.OLD_DAYS,
        priority.OLD_DAYS,
        priority.OLD_RISK,
        priority.BROKEN_PROMISES,
        priority.BROKEN_PROMISES,
        priority.BROKEN_RISK,
    )
    return SQL(
        """ROUND(o.overdue * (1 + COALESCE(k.ar_worklist_risk_weight, 0)::numeric * (%(risk)s))
                 * (1 + COALESCE(k.ar_worklist_stale_weight, 0)::numeric
                      * LEAST(GREATEST(s.silent_days, 0), s.span)::numeric / s.span))::int8""",
        risk=risk,
    )


def worklist(params, today) -> SQL:
    """Return the worklist as of ``today``."""
    return SQL(
        """
        SELECT o.id, a.id AS credit_account_id, o.partner_id, o.company_id, k.currency_id,
               COALESCE(a.collector_id, k.ar_worklist_collector_id) AS collector_id, a.grade_id,
               o.overdue, o.credit, o.receivable, o.oldest_days, o.item_count,
               COALESCE(dunned.level, 0) AS level, d.disputed, letter.sent_on AS last_letter,
               talk.last_contact,
               COALESCE(a.promises_broken, 0) AS promises_broken,
               o.overdue >= COALESCE(NULLIF(k.ar_worklist_high_value, 0), 'infinity') AS is_high,
               %(score)s AS priority,
               CASE n.kind
                   WHEN 'case' THEN cases.next_date
                   WHEN 'failed' THEN %(today)s
                   WHEN 'waiting' THEN CASE WHEN letter.waits_until > %(today)s THEN letter.waits_until END
                   WHEN 'credits' THEN NULL
                   ELSE e.next_date END AS next_date,
               n.kind AS next_kind
          FROM (%(overdue)s) o
          JOIN res_company k ON k.id = o.company_id
          LEFT JOIN ar_credit_account a ON a.partner_id = o.partner_id AND a.company_id = o.company_id
          LEFT JOIN ar_credit_grade g ON g.id = a.grade_id
          LEFT JOIN (%(dunned)s) dunned ON dunned.credit_account_id = a.id
          LEFT JOIN (%(letters)s) letter ON letter.credit_account_id = a.id
          LEFT JOIN (%(talks)s) talk ON talk.credit_account_id = a.id
          LEFT JOIN (%(activities)s) activity ON activity.credit_account_id = a.id
          LEFT JOIN (%(promises)s) promise ON promise.credit_account_id = a.id
          LEFT JOIN (%(plans)s) plan ON plan.credit_account_id = a.id
          LEFT JOIN (%(cases)s) cases ON cases.credit_account_id = a.id
          LEFT JOIN (%(blocks)s) block ON block.credit_account_id = a.id
          LEFT JOIN (%(disputes)s) d ON d.credit_account_id = a.id
          CROSS JOIN LATERAL (SELECT
               COALESCE(%(today)s - GREATEST(talk.last_contact::date, letter.sent_on), o.oldest_days)
                   AS silent_days,
               GREATEST(1, COALESCE(k.ar_worklist_stale_days, 1)) * %(times)s AS span) s
          CROSS JOIN LATERAL (SELECT LEAST(
               activity.next_date, CASE WHEN letter.is_open THEN %(today)s END, promise.next_date,
               plan.next_date, block.next_date) AS next_date) e
          CROSS JOIN LATERAL (SELECT CASE
               WHEN cases.is_open THEN 'case'
               WHEN letter.is_failed THEN 'failed'
               WHEN activity.next_date = e.next_date THEN 'activity'
               WHEN letter.is_open AND e.next_date = %(today)s THEN
                    CASE WHEN letter.is_call THEN 'call'
                         WHEN letter.is_proposed THEN 'approve' ELSE 'letter' END
               WHEN promise.next_date = e.next_date THEN 'promise'
               WHEN plan.next_date = e.next_date THEN 'plan'
               WHEN block.next_date = e.next_date THEN 'block'
               WHEN letter.waits_until >= %(today)s OR letter.is_soft
                 OR letter.climbs_to > COALESCE(dunned.level, 0) THEN 'waiting'
               WHEN o.credit >= o.overdue THEN 'credits'
               ELSE 'none' END AS kind) n
        """,
        today=SQL('%s::date', today),
        overdue=_overdue(params),
        score=_score(),
        times=priority.STALE_TIMES,
        dunned=_dunned(),
        letters=_letters(today),
        activities=_activities(),
        talks=_of('ar_contact_log', 'MAX(date) AS last_contact', 'TRUE'),
        promises=_of('ar_promise', 'MIN(next_date) AS next_date', "state = 'open'"),
        plans=_of('ar_payment_plan', 'MIN(next_date) AS next_date', "state = 'active'"),
        cases=_of('ar_collection_case', 'TRUE AS is_open, MIN(next_date) AS next_date', "state <> 'closed'"),
        blocks=SQL(
            """SELECT credit_account_id, MAX(until) AS next_date FROM ar_dunning_block
                       WHERE active AND move_line_id IS NULL AND until >= %s GROUP BY 1""",
            today,
        ),
        disputes=_of('ar_dispute', 'SUM(amount_company) AS disputed', "state = 'open'"),
    )
