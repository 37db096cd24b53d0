"""The worklist over many overdue customers: opening it, the next customer, the morning's reminders."""

import statistics
import time

REMINDED = 2000


def run(env):
    collector = (
        env['res.users']
        .with_context(no_reset_password=True)
        .create(
            {
                'name': "Bench",
                'login': 'bench-collector',
                'company_id': env.company.id,
                'company_ids': env.company.ids,
                'group_ids': [(6, 0, [env.ref('base.group_user').id, env.ref('ar_base.group_collector').id])],
            }
        )
    )
    env.company.ar_worklist_collector_id = collector
    env.cr.commit()
    env.cr.execute('ANALYZE')
    Worklist = env['ar.collection.worklist'].with_user(collector)
    total = Worklist.search_count([])
    shown = {
        name: {}
        for name in (
            'partner_id',
            'overdue',
            'oldest_days',
            'level',
            'last_letter',
            'next_kind',
            'next_date',
            'priority',
        )
    }
    _measure(
        f"worklist opened, first 80 of {total}",
        env,
        lambda: Worklist.web_search_read([], shown, limit=80, count_limit=10001),
    )
    _measure(
        "panel of what is next",
        env,
        lambda: Worklist.search_panel_select_range('next_kind', enable_counters=True),
    )
    account = Worklist.search([], limit=1)._account()
    _measure("next customer", env, lambda: Worklist._next_after(account))
    _measure("one customer's page", env, lambda: account.with_user(collector).action_open_worklist())
    start = time.perf_counter()
    done = 0
    while done < REMINDED and (rows := Worklist.sudo().search([('next_kind', '=', 'none')], limit=100)):
        done += sum(row._remind() for row in rows)
        env.cr.commit()
    print(f"reminders: {done} customers in {time.perf_counter() - start:.1f} s", flush=True)


def _measure(what, env, act, times=5):
    spans = []
    for _time in range(times):
        env.invalidate_all()
        start = time.perf_counter()
        act()
        spans.append(time.perf_counter() - start)
    print(f"{what}: median {statistics.median(spans):.2f} s of {times}", flush=True)
