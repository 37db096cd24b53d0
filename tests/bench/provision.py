"""A provision run over many open items: minutes, peak memory of the process, and a kill in the middle.

The job runs in processes of their own, as Odoo's cron workers do; the second one finds what the killed one
left.
"""

import os
import signal
import sys
import time
from datetime import date

from odoo.fields import Command

AS_OF = date.today()


def run(env, database):
    prepare(env)
    job = env['ar.provision.run'].create({'as_of': AS_OF, 'company_id': env.company.id})
    start = time.perf_counter()
    job._queue()
    env.cr.commit()
    print(f"queued after {time.perf_counter() - start:.1f} s")
    start = time.perf_counter()
    _work(env, job, database, stop_at=50)
    killed = _look(env, job)
    print(
        f"killed with SIGKILL at {killed.progress:.0f} % after {time.perf_counter() - start:.0f} s: "
        f"{killed.rated_count} of "
        f"{killed.item_count} open items are rated",
        flush=True,
    )
    _work(env, job, database)
    done = _look(env, job)
    print(
        f"{done.state}: {done.rated_count} open items in "
        f"{(time.perf_counter() - start) / 60:.1f} minutes, kill included"
    )
    _check(env, done)
    start = time.perf_counter()
    done.action_approve()
    done.action_post()
    print(f"approved and posted in {time.perf_counter() - start:.0f} s; allowance {done.required:,.2f}")


def prepare(env):
    scheme = env.ref('ar_base.aging_scheme_days')
    policy = env['ar.provision.policy'].create(
        {
            'name': "Bench",
            'date_from': '2001-01-01',
            'aging_scheme_id': scheme.id,
            'profile': 'us',
            'second_person': False,
            'rate_ids': [
                Command.create({'bucket_id': bucket.id, 'rate': 0.01 * (i + 1)})
                for i, bucket in enumerate(scheme.bucket_ids)
            ],
        }
    )
    policy.action_map_accounts()
    policy.action_confirm()
    env.cr.commit()


def _look(env, job):
    env.cr.rollback()
    env.invalidate_all()
    return job


def _work(env, job, database, stop_at=None):
    """Run the job in another process until it is done, or kill that once it has done ``stop_at`` per cent."""
    child = os.spawnv(
        os.P_NOWAIT,
        sys.executable,
        [sys.executable, '-m', 'tests.bench.provision_job', database, str(job.id)],
    )
    usage = None
    while usage is None:
        pid, _status, seen = os.wait4(child, os.WNOHANG)
        if pid:
            usage = seen
        elif stop_at and _look(env, job).progress >= stop_at:
            os.kill(child, signal.SIGKILL)
            _pid, _status, usage = os.wait4(child, 0)
        time.sleep(0.2)
    print(f"peak memory of the job's process: {usage.ru_maxrss / 1024:.0f} MB", flush=True)


def _check(env, job):
    """Each open item once, and the totals are those of the ledger."""
    env.cr.execute(
        """
        SELECT COUNT(*), COUNT(DISTINCT move_line_id), SUM(residual), SUM(allowance),
               COUNT(*) FILTER (WHERE category IS NULL)
          FROM ar_provision_line WHERE run_id = %s""",
        [job.id],
    )
    count, distinct, residual, allowance, unrated = env.cr.fetchone()
    env.cr.execute(
        """
        SELECT SUM(l.balance) FROM account_move_line l JOIN account_account a ON a.id = l.account_id
         WHERE a.account_type = 'asset_receivable' AND l.company_id = %s
           AND l.parent_state = 'posted' AND l.date <= %s""",
        [job.company_id.id, job.as_of],
    )
    [ledger] = env.cr.fetchone()
    print(
        f"lines {count}, items {distinct}, unrated {unrated}; open {residual:,.2f}, ledger {ledger:,.2f}; "
        f"required {job.required:,.2f}, lines {allowance:,.2f}"
    )
