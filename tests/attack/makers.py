"""What is attacked: each function makes it in a fresh state and returns the ids by name.

Called as superuser, ``(world, env)``. What two rows need is made twice, so that no row depends on another.
"""

from odoo.fields import Command

from .world import LIMIT, say_again

LARGE = 500_000.0


def _base(world, env, partner, **more):
    account = env['ar.credit.account']._for_partner(partner, env.company)
    return {
        'partner': partner.id,
        'account': account.id,
        'limit': LIMIT,
        'product': world.product,
        'company': world.companies['home'],
        'manager': world.people['manager'],
        'controller': world.people['controller'],
        'invoice_line': world.invoice_line,
        'group_manager': env.ref('ar_base.group_manager').id,
        'rule': env['ar.approval.rule']
        .search(
            [('company_id', '=', env.company.id), ('kind', '=', 'order'), ('min_amount', '>', 0)], limit=1
        )
        .id,
        **more,
    }


def _change(env, account, user, limit, **values):
    return (
        env['ar.credit.change']
        .with_user(user)
        .create(
            {
                'credit_account_id': account.id,
                'change_limit': True,
                'new_limit': limit,
                'reason': "Grows",
                **values,
            }
        )
    )


def buyer(world, env):
    """A customer with a limit, a rich one, one without a file, and changes that wait for submission."""
    partner, rich = world.customer(env), world.customer(env, LARGE, "Rich")
    ids = _base(world, env, partner, rich=rich.id)
    account = env['ar.credit.account'].browse(ids['account'])
    ids['rich_account'] = env['ar.credit.account']._for_partner(rich, env.company).id
    ids['fresh'] = env['res.partner'].create({'name': "Fresh", 'is_company': True}).id
    ids['change'] = _change(env, account, world.people['controller'], 5000).id
    ids['change2'] = _change(env, account, world.people['controller2'], 5000).id
    ids['line'] = ids['order'] = 0
    return ids


def over_limit(world, env, amount=5000):
    """A quotation above the limit."""
    partner = world.customer(env)
    order = world.order(env, partner, amount)
    rule = env['ar.credit.rule'].search(
        [('code', '=', 'limit'), ('company_id', '=', env.company.id)], limit=1
    )
    return _base(world, env, partner, order=order.id, line=order.order_line.id, rule=rule.id)


def within_limit(world, env):
    return over_limit(world, env, 500)


def confirmed(world, env):
    """A confirmed order within the limit, and a quotation of another customer."""
    partner = world.customer(env)
    order = world.order(env, partner, 100)
    order.action_confirm()
    other = world.order(env, world.customer(env, LARGE, "Rich"), 50_000)
    ids = {'order': order.id, 'line': order.order_line.id, 'other_line': other.order_line.id}
    return _base(world, env, partner, **ids)


def confirmed_and_next(world, env):
    """A confirmed order that uses up the limit, and the next quotation."""
    partner = world.customer(env)
    first, order = world.order(env, partner, 900), world.order(env, partner, 900)
    first.action_confirm()
    ids = {'first': first.id, 'first_line': first.order_line.id}
    return _base(world, env, partner, order=order.id, line=order.order_line.id, **ids)


def draft_invoice(world, env):
    """An invoice that is not posted, of no order."""
    partner = world.customer(env)
    return _base(world, env, partner, move=world.invoice(env, partner, 5000, post=False).id)


def on_hold(world, env):
    """A quotation of a customer on hold."""
    partner = world.customer(env, LARGE)
    order = world.order(env, partner, 10)
    ids = _base(world, env, partner, order=order.id, line=order.order_line.id)
    hold = env['ar.hold'].create({'credit_account_id': ids['account'], 'reason': "Suspected fraud"})
    return {**ids, 'hold': hold.id}


def unknown(world, env):
    """A large quotation of a customer nobody has decided on."""
    partner = env['res.partner'].create({'name': "New", 'is_company': True, 'user_id': world.people['sales']})
    order = world.order(env, partner, LARGE)
    return {'order': order.id, 'partner': partner.id, 'line': order.order_line.id}


def below_rich(world, env):
    """A quotation above the limit, and a rich customer."""
    ids = over_limit(world, env)
    return {**ids, 'rich': world.customer(env, LARGE, "Rich").id}


def held(world, env, amount=5000, partner=None):
    """An order that waits for a decision; the messages about it."""
    partner = partner or world.customer(env)
    order = world.held(env, partner, amount)
    decision = order.credit_decision_ids
    ids = {'order': order.id, 'line': order.order_line.id, 'decision': decision.id}
    messages = (order.message_ids | decision.message_ids).ids
    return _base(world, env, partner, messages=messages, **ids)


def held_large(world, env):
    """... which the manager decides; whom an attack before made a stand-in is none any more."""
    env['ar.approval.delegation'].search([('user_id', '=', world.people['manager'])]).unlink()
    return held(world, env, LARGE)


def held_large_delegation(world, env):
    """... and a delegation that the controller gave rightly."""
    controller = world.people['controller']
    delegation = env['ar.approval.delegation'].create(
        {
            'user_id': controller,
            'delegate_id': world.people['controller2'],
            'date_from': '2020-01-01',
            'date_to': '2099-12-31',
        }
    )
    return {**held_large(world, env), 'delegation': delegation.id}


def held_orphan(world, env):
    """An order of a grade whose only approver has left."""
    grade = env['ar.credit.grade'].create({'name': "Orphans", 'code': f"O{env.cr.now():%f}"})
    gone = env['res.users'].create(
        {
            'name': "Gone",
            'login': f"gone{env.cr.now():%f}",
            'company_id': env.company.id,
            'company_ids': [Command.set(env.company.ids)],
            'group_ids': [Command.set([env.ref('base.group_user').id, env.ref('ar_base.group_manager').id])],
        }
    )
    partner = world.customer(env)
    account = env['ar.credit.account']._for_partner(partner, env.company)
    world.decide(env, account, change_grade=True, new_grade_id=grade.id)
    values = {'kind': 'order', 'min_amount': 0, 'grade_id': grade.id, 'user_ids': [Command.set(gone.ids)]}
    env['ar.approval.rule'].create({**values, 'company_id': env.company.id})
    gone.active = False
    return held(world, env, partner=partner)


def held_by_own(world, env):
    """A held order of the customer whose contact has a login."""
    return held(world, env, partner=env['res.partner'].browse(world.customers['own']))


def submitted(world, env, limit=5000):
    """A change that the controller asked for."""
    partner = world.customer(env)
    ids = _base(world, env, partner)
    account = env['ar.credit.account'].browse(ids['account'])
    change = _change(env, account, world.people['controller'], limit)
    change.action_submit()
    return {**ids, 'change': change.id}


def submitted_large(world, env):
    return submitted(world, env, 100_000)


def with_message(world, env):
    """A file with a note in its history."""
    partner = world.customer(env)
    ids = _base(world, env, partner)
    message = env['ar.credit.account'].browse(ids['account']).message_post(body="Limit decided")
    return {**ids, 'message': message.id}


def sent_letter(world, env):
    """A run whose letter was sent."""
    partner = world.customer(env)
    ids = _base(world, env, partner)
    run = env['ar.dunning.run'].create({'company_id': env.company.id, 'run_date': '2026-01-15'})
    notice = env['ar.dunning.notice']._create_with_facts(
        [
            {
                'run_id': run.id,
                'credit_account_id': ids['account'],
                'partner_id': partner.id,
                'company_id': env.company.id,
                'currency_id': env.company.currency_id.id,
                'state': 'sent',
                'name': f'L{partner.id}',
                'level': 1,
                'total': 100,
                'sent_on': '2026-01-15',
            }
        ]
    )
    return {**ids, 'run': run.id, 'notice': notice.id}


def large_debt(world, env):
    """A large open invoice with what a collector does about it: a plan, a case, and its fee."""
    partner = world.customer(env)
    ids, move = _base(world, env, partner), world.invoice(env, partner, 50_000)
    item = move.line_ids.filtered(lambda line: line.account_id.account_type == 'asset_receivable')
    collector = env['res.users'].browse(world.people['collector'])
    common = {
        'credit_account_id': ids['account'],
        'item_ids': [Command.create({'move_line_id': item.id})],
    }
    plan = env['ar.payment.plan'].with_user(collector).create({**common, 'instalments': 2})
    plan.action_schedule()
    agent = env['res.partner'].create({'name': "Law & Co"})
    case = env['ar.collection.case'].with_user(collector).create({**common, 'agent_id': agent.id})
    charge = env['ar.interest.charge']._create_with_facts(
        [
            {
                'kind': 'fixed_sum',
                'credit_account_id': ids['account'],
                'partner_id': partner.id,
                'company_id': env.company.id,
                'currency_id': env.company.currency_id.id,
                'move_line_id': item.id,
                'amount': 20_000,
            }
        ]
    )
    return {**ids, 'plan': plan.id, 'case': case.id, 'charge': charge.id}


def booked(link):
    """Return a maker of a posted entry that belongs to a seeded document."""

    def make(world, env):
        partner = world.customer(env)
        move = world.invoice(env, partner, 50)
        model = move._fields[link].comodel_name
        env.cr.execute(
            f'UPDATE account_move SET {link} = %s WHERE id = %s', [world.seeds['own'][model], move.id]
        )
        env.invalidate_all()
        say_again(env[model].browse(world.seeds['own'][model]))
        return _base(world, env, partner, move=move.id)

    return make


def seeded(world, env):
    """The seeds of the salesperson's customer, under the names of their models."""
    return seeds_of('own')(world, env)


def seeds_of(customer):
    def make(world, env):
        open_item = env['account.move'].browse(world.seeds[customer]['account.move']).line_ids
        open_item = open_item.filtered(lambda line: line.account_id.account_type == 'asset_receivable')
        return {
            **world.seeds[customer],
            'ar.credit.account': world.accounts[customer],
            'partner': world.customers[customer],
            'open_item': open_item.id,
            'company': world.companies['home'],
            'manager': world.people['manager'],
        }

    return make


def file_of(model, field):
    """Return a maker of a file that was sent or signed, linked to a seeded record by ``field``."""

    def make(world, env):
        record = env[model].browse(world.seeds['own'][model])
        file = env['ar.kept.document']._keep(record, "kept.pdf", b'as it was sent')
        record._record_facts({field: file.id})
        env.flush_all()
        return {'record': record.id, 'file': file.id, 'checksum': file.checksum}

    return make
