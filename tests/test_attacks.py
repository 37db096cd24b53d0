"""What people with a login and five lines of script try over XML-RPC, and what the database then says."""

import pytest

from .attack import forgeries
from .attack.neighbours import NEIGHBOURS
from .attack.seeds import SEEDS
from .attack.table import ATTACKS

pytestmark = pytest.mark.slow
TRIED = []  # what was refused, to see that the suite still tries enough


def _filled(value, ids):
    """Return ``value`` with ``'<name>'`` replaced by the id of that name."""
    if isinstance(value, str) and value.startswith('<') and value.endswith('>'):
        return ids[value[1:-1]]
    if isinstance(value, dict):
        return {name: _filled(part, ids) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(part, ids) for part in value]
    return value


def _run(attacked, case):
    """Make what the row needs, send its calls, and return (ids, answers, refusals)."""
    with attacked.world.env() as env:
        ids = case.make(attacked.world, env)
    answers, refusals = [], []
    for made in case.calls:
        role, (model, method, arguments, options) = made if len(made) == 2 else (case.role, made)
        options = dict(options)
        keep = options.pop('keep', None)
        try:
            filled = _filled(arguments, ids), _filled(options, ids)
        except KeyError as missing:  # an earlier call was refused and made nothing
            answers.append(None)
            refusals.append(f"without {missing}")
            continue
        answer, refusal = attacked.person(role).attempt(model, method, *filled[0], **filled[1])
        answers.append(answer)
        refusals.append(refusal)
        if keep and answer:
            ids[keep] = answer
    return ids, answers, refusals


def _holds(attacked, case, ids, answers):
    if callable(case.holds):
        return case.holds(attacked.world, ids, answers)
    rows = attacked.world.rows(case.holds, ids)
    return bool(rows and rows[0][0])


def test_every_kind_of_record_was_made(attacked):
    assert not attacked.world.unseeded, "\n".join(attacked.world.unseeded)


@pytest.mark.parametrize('case', ATTACKS, ids=lambda case: case.name)
def test_attack(attacked, case):
    ids, answers, refusals = _run(attacked, case)
    assert _holds(attacked, case, ids, answers), (case.role, answers, refusals)
    TRIED.append(case.name)


@pytest.mark.parametrize('case', NEIGHBOURS, ids=lambda case: case.name)
def test_legitimate_neighbour(attacked, case):
    ids, answers, refusals = _run(attacked, case)
    assert not any(refusals), (case.role, refusals)
    assert _holds(attacked, case, ids, answers), f'{case.role}: {answers}'


@pytest.mark.parametrize('model', [name for name in SEEDS if name != 'account.move'])
def test_facts_cannot_be_written(attacked, model):
    """Each fact of the seeded record stays what it is, whatever is written."""
    world, forged = attacked.world, []
    record = world.seeds['own'].get(model)
    if not record:
        pytest.fail(f"{model} was not made")
    with world.env() as env:
        fields = {name: env[model]._fields[name] for name in forgeries.facts_of(env[model])}
    for name, field in fields.items():
        roles = forgeries.ROLES if name == 'state' else [forgeries.STRONGEST.get(model, 'manager')]
        for role in roles:
            before = world.rows(f'SELECT {name} FROM {model.replace(".", "_")} WHERE id = %s', record)
            with world.env() as env:
                value = env[model].browse(record)[name]
                wrong = forgeries.another(field, value.id if field.relational else value, env)
            if wrong is None:
                continue
            attacked.person(role).attempt(model, 'write', [record], {name: wrong})
            after = world.rows(f'SELECT {name} FROM {model.replace(".", "_")} WHERE id = %s', record)
            if after == before:
                TRIED.append(f"{role} writes {model}.{name}")
            else:
                forged.append(f"{role} wrote {model}.{name}: {before} -> {after}")
    assert not forged, "\n".join(forged)


@pytest.mark.parametrize('model', forgeries.CREATED)
@pytest.mark.parametrize('way', ['value', 'default'])
def test_nothing_is_created_in_its_last_state(attacked, model, way):
    role, state, values, needed = forgeries.CREATED[model]
    with attacked.world.env() as env:
        partner = attacked.world.customer(env)
        ids = {
            'partner': partner.id,
            'account': env['ar.credit.account']._for_partner(partner, env.company).id,
            'company': env.company.id,
            'move': attacked.world.invoice(env, partner, 70).id,
        }
    values = {**values, **{name: ids[forgeries.OWN[name]] for name in needed}}
    options = {'context': {'default_state': state}} if way == 'default' else {}
    table = model.replace('.', '_')
    count = f'SELECT count(*) FROM {table} WHERE state = %s'
    before = attacked.world.rows(count, state)
    given = values if way == 'default' else {**values, 'state': state}
    answer, refusal = attacked.person(role).attempt(model, 'create', given, **options)
    assert attacked.world.rows(count, state) == before, (answer, refusal)
    TRIED.append(f"{role} creates {model} {state} by {way}")


PAGES = {
    'account.move': '/my/receivables',
    'ar.balance.confirmation': '/my/confirmations/%s',
    'ar.payment.plan': '/my/payment-plans/%s',
}


@pytest.mark.parametrize('model', PAGES)
def test_an_internal_user_is_no_customer(attacked, model):
    """Who moves his own contact below a customer sees nothing of that customer as its portal user would."""
    world, seller = attacked.world, attacked.person('saleonly')
    ((own,),) = world.rows('SELECT partner_id FROM res_users WHERE id = %s', seller.uid)
    record = world.seeds['own'][model]
    ((name,),) = world.rows(f'SELECT name FROM {model.replace(".", "_")} WHERE id = %s', record)
    seller.attempt('res.partner', 'write', [own], {'parent_id': world.customers['own']})
    try:
        page = seller.page(PAGES[model].replace('%s', str(record)))
    finally:
        seller.attempt('res.partner', 'write', [own], {'parent_id': False})
    assert name not in page
    TRIED.append(f"the page of {model} as a customer")


def test_the_customer_sees_its_own(attacked):
    world = attacked.world
    ((document,),) = world.rows(
        'SELECT name FROM account_move WHERE id = %s', world.seeds['own']['account.move']
    )
    assert document in attacked.person('portal').page('/my/receivables')


def test_enough_was_tried():
    """The rows above are a suite of attacks, not a handful: if one is lost, this says so."""
    assert len(TRIED) >= 150, len(TRIED)
