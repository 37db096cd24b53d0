"""Topic 1: the base without value-added tax."""

from datetime import timedelta
from decimal import Decimal

from .provision import assess, invoice
from .provision_world import AS_OF, ProvisionWorld, text


def net_base_table(env, data):
    world = ProvisionWorld(env, 'fr')
    policy = world.policy(default_vat_rate=float(data['vat_rate']))
    for row in data['rows']:
        partner = world.partner(row['name'])
        if row.get('existing'):
            world.allowance_entry(policy, row['existing'], AS_OF - timedelta(days=1), partner)
        if 'vat_rate' in row:
            gross = Decimal(row['residual_gross'])
            untaxed = (gross / (1 + Decimal(row['vat_rate']))).quantize(Decimal('0.01'))
            invoice(world, partner, untaxed, gross - untaxed)
        else:
            world.owes(partner, row['residual_gross'])
        if row.get('loss_pct') is not None:
            assess(world, partner, row['loss_pct'])
        if row.get('written_off'):
            write_off = world.env['ar.write.off'].create(
                {
                    'partner_id': partner.id,
                    'company_id': world.company().id,
                    'date': AS_OF,
                    'reason': "Vector",
                }
            )
            write_off.action_load()
            write_off.action_post()
    run = world.run()
    rows = [net_row(world, policy, run, row) for row in data['rows']]
    totals = {
        key: text(sum(Decimal(row[key]) for row in rows))
        for key in ('required', 'increase', 'decrease', 'loss_net', 'loss_vat')
    }
    totals['existing'] = text(sum(Decimal(row.get('existing', '0')) for row in data['rows']))
    return {'rows': rows, 'totals': totals}


def net_row(world, policy, run, row):
    partner = world.partner(row['name'])
    lines = world.env['account.move.line'].search(
        [('partner_id', '=', partner.id), ('parent_state', '=', 'posted'), ('date', '=', AS_OF)]
    )
    moved = {
        kind: abs(
            sum(lines.filtered(lambda line, kind=kind: line.ar_allowance_kind == kind).mapped('balance'))
        )
        for kind in ('charge', 'reversal')
    }
    loss = sum(lines.filtered(lambda line: line.account_id == policy.write_off_account_id).mapped('balance'))
    own = run.line_ids.filtered(lambda line: line.partner_id == partner)
    return {
        'name': row['name'],
        'net': text(sum(own.mapped('base')) or loss),
        'required': text(sum(own.mapped('allowance'))),
        'increase': text(moved['charge']),
        'decrease': text(moved['reversal']),
        'loss_net': text(loss),
        'loss_vat': text(
            sum(lines.filtered(lambda line: line.account_id == policy.vat_account_id).mapped('balance'))
        ),
    }


def net_residual(env, data):
    world = ProvisionWorld(env, 'fr')
    world.policy()
    untaxed, total = Decimal(data['amount_untaxed']), Decimal(data['amount_total'])
    partner = world.partner()
    move = invoice(world, partner, untaxed, total - untaxed)
    paid = total - Decimal(data['residual'])
    if paid:
        credit = world.entry(world.company(), world.receivable, partner, AS_OF, -float(paid))
        (move.line_ids.filtered(lambda line: line.account_id == world.receivable) | credit).reconcile()
    return {'net': text(sum(world.run().line_ids.mapped('base')))}


ADAPTERS = {'net_base_table': net_base_table, 'net_residual': net_residual}
