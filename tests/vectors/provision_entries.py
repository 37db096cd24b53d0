"""Topic 1: the entries of an allowance, a write-off and a recovery, by role, in the chart of each profile."""

from decimal import Decimal

from .provision import assess, invoice, recover, write_off_amount
from .provision_world import AS_OF, CHARTS, ProvisionWorld


def allowance_entry(env, data):
    world = ProvisionWorld(env, data['profile'], chart=CHARTS[data['profile']])
    policy = world.policy()
    partner = world.partner()
    if float(data['balance_before']):
        world.allowance_entry(policy, data['balance_before'], AS_OF, partner)
    if float(data['target']):
        gross = Decimal(data['target'])
        if policy.base == 'net':
            invoice(world, partner, gross, 0)
        else:
            world.owes(partner, gross)
    return world.roles(policy, world.run().move_ids)


def write_off_entry(env, data):
    world = ProvisionWorld(env, data['profile'], chart=CHARTS[data['profile']])
    policy = world.policy({'all': 0}, default_vat_rate=float(data.get('vat_rate', 0)))
    partner, gross = world.partner(), data['gross']
    world.owes(partner, gross)
    if policy.doubtful_account_id:
        world.env['ar.doubtful.transfer'].create(
            {'partner_id': partner.id, 'date': AS_OF, 'company_id': world.company().id}
        ).action_apply()
    if float(data['allowance_used']):
        assess(world, partner, amount=data['allowance_used'])
        world.run()
    write_off = write_off_amount(
        world, {'amount': gross}, AS_OF, 'item', vat_relief=bool(data.get('vat_relief'))
    )
    return world.roles(policy, write_off.move_id)


def recovery_entry(env, data):
    world = ProvisionWorld(env, data['profile'], chart=CHARTS[data['profile']])
    policy = world.policy({'all': 0}, default_vat_rate=float(data.get('vat_rate') or 0))
    write_off = write_off_amount(
        world, {'amount': data['amount']}, AS_OF, 'none', vat_relief=bool(float(data.get('vat_rate') or 0))
    )
    return world.roles(policy, recover(world, write_off, data['amount'], data['via'], AS_OF))


ADAPTERS = {
    'allowance_entry': allowance_entry,
    'write_off_entry': write_off_entry,
    'recovery_entry': recovery_entry,
}
