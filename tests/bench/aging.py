"""The aging of all customers through the product, next to the same figures by hand-written SQL, in the same
run.
"""

import time
from datetime import timedelta
from statistics import median

from odoo.fields import Date
from odoo.tools import SQL

ROUNDS = 21

# Written for these figures alone: one scheme, as booked, two independent sums, nothing else.
TODAY = """
    SELECT p.commercial_partner_id, %(bucket)s AS bucket, SUM(l.amount_residual)
      FROM account_move_line l JOIN res_partner p ON p.id = l.partner_id
     WHERE l.reconciled IS NOT TRUE AND l.account_id = ANY(%(accounts)s) AND l.parent_state = 'posted'
       AND l.company_id = %(company)s AND l.date <= %(as_of)s
     GROUP BY 1, 2"""
THEN = """
    SELECT customer, bucket, SUM(amount) FROM (
        SELECT p.commercial_partner_id AS customer, %(bucket)s AS bucket, l.amount_residual AS amount
          FROM account_move_line l JOIN res_partner p ON p.id = l.partner_id
         WHERE l.reconciled IS NOT TRUE AND l.account_id = ANY(%(accounts)s) AND l.parent_state = 'posted'
           AND l.company_id = %(company)s AND l.date <= %(as_of)s
        UNION ALL
        SELECT p.commercial_partner_id, %(bucket)s,
               CASE WHEN l.id = r.debit_move_id THEN r.amount ELSE -r.amount END
          FROM account_partial_reconcile r
          JOIN account_move_line l ON l.id = ANY(ARRAY[r.debit_move_id, r.credit_move_id])
          JOIN res_partner p ON p.id = l.partner_id
         WHERE r.max_date > %(as_of)s AND l.account_id = ANY(%(accounts)s) AND l.parent_state = 'posted'
           AND l.company_id = %(company)s AND l.date <= %(as_of)s
    ) parts GROUP BY 1, 2"""
BUCKET = """
    CASE WHEN %(d)s::date - l.date_maturity <= 0 THEN 0 WHEN %(d)s::date - l.date_maturity <= 30 THEN 1
         WHEN %(d)s::date - l.date_maturity <= 60 THEN 2 WHEN %(d)s::date - l.date_maturity <= 90 THEN 3
         WHEN %(d)s::date - l.date_maturity <= 120 THEN 4 ELSE 5 END"""


def by_hand(env, as_of, text):
    accounts = env['account.account'].search(
        [
            *env['account.account']._check_company_domain(env.company),
            ('account_type', '=', 'asset_receivable'),
        ]
    )
    return SQL(text, bucket=SQL(BUCKET, d=as_of), accounts=accounts.ids, company=env.company.id, as_of=as_of)


def through_the_product(env, as_of):
    items = env['ar.open.item'].with_context(
        as_of=Date.to_string(as_of), aging_scheme_id=env.ref('ar_base.aging_scheme_days').id
    )
    return items._read_group(
        [('company_id', '=', env.company.id)], ['commercial_partner_id', 'bucket_id'], ['residual:sum']
    )


def timed(act):
    start = time.perf_counter()
    result = act()
    return time.perf_counter() - start, result


def run(env):
    today = Date.today()
    print(
        f"{'as of':12} {'groups':>8} {'SQL s':>8} {'product s':>10} {'ratio':>6}"
        f"  (medians of {ROUNDS} rounds in turns)"
    )
    for as_of, text in ((today, TODAY), (today - timedelta(days=182), THEN)):
        query = by_hand(env, as_of, text)
        hand, product = [], []
        for _round in range(ROUNDS):  # in turns, so that what slows the machine slows both
            env.invalidate_all()
            seconds, rows = timed(lambda query=query: env.execute_query(query))
            hand.append(seconds)
            seconds, groups = timed(lambda as_of=as_of: through_the_product(env, as_of))
            product.append(seconds)
        _check(rows, groups)
        ratio = median(
            slow / fast for slow, fast in zip(product[1:], hand[1:], strict=True)
        )  # neighbours suffer the same load
        print(
            f"{as_of!s:12} {len(groups):8} {median(hand[1:]):8.3f} {median(product[1:]):10.3f} {ratio:6.2f}"
        )


def _check(rows, groups):
    """Both must say the same, or the comparison says nothing."""
    ours = {(partner.id, bucket.sequence): round(amount, 2) for partner, bucket, amount in groups}
    order = sorted({sequence for _partner, sequence in ours})
    theirs = {(partner, order[bucket]): round(amount, 2) for partner, bucket, amount in rows}
    differing = [key for key in {*ours, *theirs} if abs(ours.get(key, 0) - theirs.get(key, 0)) > 0.005]
    if differing:
        raise SystemExit(f"the two differ for {len(differing)} groups, for example {differing[0]}")
