"""A provision run over all open items, and what is compared of it. Each yields rows for ``compare._row``."""

from datetime import date
from unittest.mock import patch

from .compare_sales import _compared, _customer, _nothing, _specification
from .provision import prepare
from .turns import Turns, span

PAGE, WRITE_OFFS = 80, 1000

# Written for this figure alone: the lines of a run and their movements, from the ledger. No credits set off,
# no branches, assessments, security, overrides, closing rates or exchange, nothing booked before.
LINES = """
    INSERT INTO ar_provision_line (
           run_id, company_id, partner_id, document, move_line_id, account_id, currency_id, grade_id,
           bucket_id, category, date, invoice_date, date_maturity, base_date, days_overdue, residual,
           residual_currency, carried, untaxed, total, "offset", base, secured, rate, matrix_rate, multiplier,
           computed, allowance)
    SELECT %(run)s, i.company_id, i.commercial_partner_id, i.document, i.id, i.account_id, i.currency_id,
           i.grade_id, r.bucket_id, 'pool', i.date, i.invoice_date, i.date_maturity, i.date_maturity, i.late,
           i.amount_residual, i.amount_residual_currency, i.amount_residual, i.amount_untaxed,
           i.amount_total, 0, i.base, 0, r.rate, r.rate, 1, ROUND(i.base * r.rate, 2),
           ROUND(i.base * r.rate, 2)
      FROM (SELECT l.*, p.commercial_partner_id, m.amount_untaxed, m.amount_total, m.name AS document,
                   ca.grade_id, %(day)s::date - l.date_maturity AS late,
                   GREATEST(l.amount_residual, 0) AS base
              FROM account_move_line l
              JOIN account_move m ON m.id = l.move_id
              JOIN res_partner p ON p.id = l.partner_id
              LEFT JOIN ar_credit_account ca
                     ON ca.partner_id = p.commercial_partner_id AND ca.company_id = l.company_id
             WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE AND l.amount_residual <> 0
               AND l.company_id = %(company)s AND l.date <= %(day)s
               AND l.account_id IN (SELECT id FROM account_account WHERE account_type = 'asset_receivable')
           ) i
      LEFT JOIN (VALUES %(rates)s) r (bucket_id, lower, upper, rate) ON i.late BETWEEN r.lower AND r.upper
     ORDER BY i.commercial_partner_id, i.date_maturity, i.id"""
MOVEMENTS = """
    INSERT INTO ar_allowance_movement (
           date, company_id, account_id, item_id, partner_id, category, kind, amount, run_id)
    SELECT %(day)s, company_id, %(account)s, move_line_id, partner_id, category, 'charge', allowance, run_id
      FROM ar_provision_line WHERE run_id = %(run)s AND allowance <> 0"""
FAR = 10**6  # days


def runs(without, suite, rounds):
    """A first run, posted, against the insert of its rows by hand; then one that changes nothing."""
    with suite.env(keep=True) as env:
        prepare(env)
    rounds, found = max(rounds // 2, 3), {}

    def by_hand():
        with suite.env('manager') as env:
            run = _draft(env)
            took = span(env, lambda: _insert(env, run))
            found['hand'] = _written(env, run)
            return took

    def computed(again=False):
        with suite.env('manager') as env:
            run = _draft(env)
            if again:
                run._compute_run()
            return span(env, run._compute_run)

    def posted():
        with suite.env('manager') as env:
            run = _draft(env)
            took = span(env, lambda: _post(run))
            found['suite'] = _written(env, run)
            return took

    turns = Turns(
        rounds, without=by_hand, suite=posted, computed=computed, again=lambda: computed(again=True)
    )
    items, moved = found['suite']
    if found['hand'][0] != items or not moved:
        raise SystemExit(f"The two insert other rows: {found}")
    yield _compared(f"a provision run of {items:,} open items, posted; its rows by hand", turns)
    for what, way in (("of it, computed", 'computed'), ("that run, computed again", 'again')):
        yield what, None, turns.seconds(way), turns.ratio(way, 'suite'), [turns.queries(way)]
    yield from _again(suite, rounds, turns.seconds('suite'))


def _again(suite, rounds, first):
    """A run that finds what the run before it left: kept, and run once more in each round."""
    with suite.env('manager', keep=True) as env:
        _post(_draft(env))
    with suite.env(keep=True) as env:
        env.cr.execute('ANALYZE ar_provision_line, ar_allowance_movement')

    def again():
        with suite.env('manager') as env:
            run = _draft(env)
            took = span(env, lambda: _post(run))
            if run.adjustment or run.move_ids:
                raise SystemExit(f"{run.name} books {run.adjustment}, and nothing has changed")
            return took

    turns = Turns(rounds, suite=again)
    seconds = turns.seconds('suite')
    yield (
        "a second run, nothing changed; the first",
        first,
        seconds,
        seconds / first,
        [turns.queries('suite')],
    )


def journal_of_a_run(without, suite, rounds):
    """Posting a run with the journal of decisions and with it silent."""
    with suite.env(keep=True) as env:
        prepare(env)
        run = _draft(env)
        run._compute_run()
        run.action_approve()
        run_id = run.id

    def post(silent):
        with suite.env('manager') as env:
            act = env['ar.provision.run'].browse(run_id).action_post
            mixin = env.registry['ar.journal.mixin']
            with patch.object(mixin, '_journal', _nothing if silent else mixin._journal):
                return span(env, act)

    turns = Turns(max(rounds // 2, 3), without=lambda: post(True), suite=lambda: post(False))
    yield _compared("posting a provision run; without its journal", turns)


def write_offs(without, suite, rounds):
    """The list of write-offs, a thousand of them posted ones or drafts, and the items of a large customer."""
    with suite.env(keep=True) as env:
        if not env['ar.provision.policy'].search_count([('name', '=', "Bench")]):
            prepare(env)
        customers = env['res.partner'].search([('ref', 'like', 'BP')], limit=WRITE_OFFS, order='id')
        env['ar.write.off'].create(
            [{'partner_id': one.id, 'date': date.today(), 'reason': "Insolvent"} for one in customers]
        )

    def opened():
        with suite.env('manager') as env:
            model = env['ar.write.off']
            shown = _specification(model, 'list')
            return span(env, lambda: model.web_search_read([], shown, limit=PAGE, count_limit=10001))

    def loaded():
        with suite.env('manager') as env:
            model = env['ar.write.off']
            shown = _specification(model, 'form')
            write_off = model.create(
                {'partner_id': _customer(env, 'WHALE10000').id, 'date': date.today(), 'reason': "Insolvent"}
            )

            def load():
                write_off.action_load()
                write_off.web_read(shown)

            return span(env, load)

    for what, act in (
        (f"the list of {WRITE_OFFS:,} write-offs", opened),
        ("the open items of a customer with 10,000, proposed for a write-off and shown", loaded),
    ):
        turns = Turns(max(rounds // 2, 3), suite=act)
        yield what, None, turns.seconds('suite'), None, [turns.queries('suite')]


def _draft(env):
    return env['ar.provision.run'].create({'as_of': date.today(), 'company_id': env.company.id})


def _post(run):
    run._compute_run()
    run.action_approve()
    run.action_post()


def _insert(env, run):
    policy = run.policy_id.sudo()
    buckets = sorted(run._aging_parameters().buckets, key=lambda bucket: bucket.lower or -FAR)
    rate_of = {rate.bucket_id.id: rate.rate for rate in policy.rate_ids}
    rates = [
        (b.key, b.lower if place else -FAR, FAR if b.upper is None else b.upper, rate_of[b.key])
        for place, b in enumerate(buckets)
    ]
    values = {
        'run': run.id,
        'company': run.company_id.id,
        'day': run.as_of,
        'account': policy.allowance_account_id.id,
    }
    listed = ', '.join(env.cr.mogrify('%s', [rate]).decode() for rate in rates)
    env.cr.execute(LINES.replace('%(rates)s', listed), values)
    env.cr.execute(MOVEMENTS, values)


def _written(env, run):
    """Return how many lines and movements the run has."""
    env.flush_all()
    return tuple(
        env[model].search_count([('run_id', '=', run.id)])
        for model in ('ar.provision.line', 'ar.allowance.movement')
    )
