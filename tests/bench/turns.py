"""Measuring in turns: what slows the machine for a while slows everything that is compared."""

import gc
import time
from contextlib import contextmanager
from statistics import median
from typing import NamedTuple

from odoo import SUPERUSER_ID, api

from ..databases import registry


class Span(NamedTuple):
    seconds: float
    queries: int


class Site:
    """One of the databases that are compared."""

    def __init__(self, database):
        self.registry = registry(database)
        self.users = {}

    @contextmanager
    def env(self, login=None, keep=False):
        """Yield an environment of the user in a transaction of its own, rolled back unless ``keep``."""
        with self.registry.cursor() as cr:
            uid = self.users[login] if login else SUPERUSER_ID
            env = api.Environment(cr, uid, {'lang': 'en_US', 'tz': 'UTC'})
            yield env
            if keep:
                env.flush_all()
                cr.commit()
            else:
                cr.rollback()
            env.transaction.clear()


def span(env, act):
    """Do ``act()`` with cold records and return its ``Span``; what it leaves to be written is part of it."""
    env.flush_all()
    env.invalidate_all()
    gc.collect()
    queries, start = env.cr.sql_log_count, time.perf_counter()
    act()
    env.flush_all()
    return Span(time.perf_counter() - start, env.cr.sql_log_count - queries)


class Turns:
    """The spans of several ways, measured one after the other in each round; the first one warms up."""

    def __init__(self, rounds, **ways):
        self.spans = {name: [] for name in ways}
        for number in range(rounds + 1):
            for name, way in ways.items():
                found = way()
                if number:
                    self.spans[name].append(found)

    def seconds(self, name):
        return median(one.seconds for one in self.spans[name])

    def queries(self, name):
        return median(one.queries for one in self.spans[name])

    def ratio(self, name, to):
        """Return the median of the ratios of neighbours, which suffer the same load."""
        pairs = zip(self.spans[name], self.spans[to], strict=True)
        return median(one.seconds / other.seconds for one, other in pairs)
