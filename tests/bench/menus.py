"""Every menu of the suite as each role opens it: the first page of its first view, with its own filters."""

import ast
import time
from typing import NamedTuple

from lxml import etree

from odoo.fields import Command
from odoo.tools.safe_eval import datetime as safe_datetime
from odoo.tools.safe_eval import safe_eval

from .compare_sales import PAGE, _specification

ROLES = {
    'seller': ('sales_team.group_sale_salesman',),
    'collector': ('ar_base.group_collector',),
    'controller': ('ar_base.group_controller',),
    'accountant': ('ar_base.group_accountant',),
    'manager': ('ar_base.group_manager',),
}


class Opened(NamedTuple):
    """What opening one menu cost: a view of ``kind`` of ``model``; ``rows`` is how many the page shows."""

    role: str
    menu: str
    model: str
    kind: str
    rows: int
    queries: int
    seconds: float


def people(site):
    """Make a user of each role, as ``site.users`` knows them."""
    with site.env(keep=True) as env:
        users = env['res.users'].with_context(no_reset_password=True)
        for role, groups in ROLES.items():
            ids = [env.ref(group).id for group in ('base.group_user', *groups)]
            values = {'name': role.title(), 'login': f'menus-{role}', 'email': f'{role}@menus.example'}
            site.users[role] = users.create({**values, 'group_ids': [Command.set(ids)]}).id


def menus(without, suite, rounds):
    """Yield the slowest first page of each role, and the one with the most queries, for ``compare._row``."""
    people(suite)
    for role in ROLES:
        found = []
        for _round in range(rounds + 1):  # the first one warms up
            with suite.env(role) as env:
                found = list(opened(env, role))
        for what, worst in (
            ("the slowest", max(found, key=lambda one: one.seconds)),
            ("most queries", max(found, key=lambda one: one.queries)),
        ):
            yield (
                f"{role}, {len(found)} menus, {what}: {worst.menu}",
                None,
                worst.seconds,
                None,
                [worst.queries],
            )


def opened(env, role):
    """Yield what each menu of the suite costs the user of ``env``: lists, cards, pivots, graphs, pages."""
    xmlids = env['ir.model.data'].sudo().search([('model', '=', 'ir.ui.menu'), ('module', '=like', 'ar\\_%')])
    names = {data.res_id: data.complete_name for data in xmlids}
    visible = env['ir.ui.menu']._visible_menu_ids()
    for menu in env['ir.ui.menu'].browse(sorted(names.keys() & visible)):
        action = menu.sudo().action
        if action and action._name == 'ir.actions.act_window':
            yield from _window(env, role, names[menu.id], action)


def _window(env, role, name, action):
    scope = {'uid': env.uid, 'context_today': safe_datetime.datetime.now, 'datetime': safe_datetime}
    scope |= {'allowed_company_ids': env.companies.ids, 'active_id': False, 'active_ids': []}
    context = safe_eval(action.context or '{}', dict(scope))
    model = env[action.res_model].with_context(**_own(context))
    kind = action.view_mode.split(',')[0]
    if kind not in ('list', 'kanban', 'pivot', 'graph') or model._transient:
        return
    domain = safe_eval(action.domain or '[]', {**scope, **context})
    domain = [*domain, *_filters(model, context, scope)]
    ask = _ask(model, kind, domain)
    env.flush_all()
    env.invalidate_all()
    queries, start = env.cr.sql_log_count, time.perf_counter()
    rows = ask()
    seconds = time.perf_counter() - start
    yield Opened(role, name, model._name, kind, rows, env.cr.sql_log_count - queries, seconds)


def _own(context):
    return {name: value for name, value in context.items() if not name.startswith('search_default_')}


def _filters(model, context, scope):
    """Return the domain of the filters that the action switches on."""
    arch = etree.fromstring(model.get_views([(False, 'search')])['views']['search']['arch'])
    found = []
    for node in arch.iter('filter'):
        if context.get(f"search_default_{node.get('name')}") and node.get('domain'):
            found += _literal(node.get('domain'), scope)
    return found


def _literal(domain, scope):
    try:
        return ast.literal_eval(domain)
    except ValueError:
        return safe_eval(domain, dict(scope))


def _ask(model, kind, domain):
    if kind in ('list', 'kanban'):
        shown = _specification(model, kind)

        def rows():
            found = model.web_search_read(domain, shown, limit=PAGE, count_limit=10001)
            return len(found['records'])

        return rows
    sums = [
        f'{name}:sum'
        for name in _specification(model, kind)
        if (field := model._fields.get(name)) and field.type in ('float', 'monetary', 'integer')
        and field.aggregator == 'sum'
    ]  # fmt: skip
    groups = [name for name in _specification(model, kind) if model._fields[name].type == 'many2one'][:1]
    return lambda: len(model.formatted_read_group(domain, groups, sums))
