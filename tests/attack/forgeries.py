"""Facts written by hand: of each seeded record, every fact of its model, and what reviews found writable.

``FORGED`` names what must not be writable besides ``_facts``; ``CREATED`` what must not be created in a final
state, neither by value nor by a default of the context.
"""

# The role that has most rights on the model, where it is not the manager.
STRONGEST = {'ar.credit.change': 'controller', 'ar.write.off': 'accountant', 'ar.provision.run': 'accountant'}
ROLES = ('collector', 'controller', 'accountant', 'manager')
TYPES = {
    'char',
    'text',
    'date',
    'datetime',
    'boolean',
    'integer',
    'float',
    'monetary',
    'selection',
    'many2one',
}

FORGED = {
    'ar.hold': ['reason', 'source', 'placed_by', 'placed_on', 'lifted_by', 'lifted_on'],
    'ar.dispute': ['state', 'closed_on', 'move_id', 'resolution'],
    'ar.dunning.run': ['state', 'run_date'],
    'ar.dunning.notice': [
        'note',
        'reason_until',
        'days_in_arrears',
        'run_id',
        'total',
        'state',
    ],
    'ar.dunning.delivery': ['state', 'address', 'sent_on', 'subject', 'body'],
    'ar.portal.link': [
        'expires_on',
        'revoked_on',
        'res_id',
        'res_model',
        'partner_id',
        'token_hash',
        'used_on',
    ],
    'ar.payment.plan': ['state', 'signed_by', 'signed_on', 'signed_ip', 'revoke_on_missed'],
    'ar.payment.plan.line': ['date', 'amount'],
    'ar.promise': ['state', 'received', 'locked', 'next_date', 'closed_on', 'made_on'],
    'ar.collection.case': ['state', 'outcome', 'closed_on', 'referred_on'],
    'ar.interest.charge': ['state', 'amount', 'waived_by_id', 'waived_on', 'date_until'],
    'ar.covered.item': ['move_line_id', 'open_amount', 'document'],
    'ar.loss.study': ['state'],
    'ar.statement.run': ['state'],
    'ar.statement.line': ['state', 'closing', 'sent_on', 'email'],
    'ar.confirmation.campaign': ['state', 'population_count'],
    'ar.balance.confirmation': ['state', 'balance', 'replied_by', 'reply_channel', 'reply_ip', 'letter_id'],
    'ar.provision.policy': ['state', 'second_person'],
    'ar.provision.run': ['state', 'required', 'booked', 'approved_by_id', 'computed_by_id'],
    'ar.write.off': ['state', 'move_id', 'amount'],
    'ar.recovery': ['state', 'amount'],
    'ar.sales.reconciliation': ['state', 'fingerprint'],
    'ar.sales.reconciliation.signature': ['user_id', 'signed_on', 'fingerprint', 'closing'],
    'ar.credit.change': ['state', 'new_limit', 'decided_by', 'decided_on', 'reason'],
    'ar.credit.decision': ['state', 'amount', 'decided_by', 'valid_until', 'tolerance_pct'],
    'ar.credit.assessment': ['state', 'score', 'new_limit'],
    'ar.journal': ['figures', 'event', 'uid', 'login', 'date', 'sha256'],
}

OWN = {'company_id': 'company', 'credit_account_id': 'account', 'partner_id': 'partner', 'move_id': 'move'}
# model: (role, final state, other values, names of ids that it needs)
CREATED = {
    'ar.credit.change': (
        'controller',
        'approved',
        {'change_limit': True, 'new_limit': 9e6, 'reason': "x"},
        ('credit_account_id',),
    ),
    'ar.credit.decision': (
        'controller',
        'released',
        {'order_name': "x", 'amount': 9e6},
        ('credit_account_id',),
    ),
    'ar.dispute': ('collector', 'accepted', {'reason': 'price', 'name': "x"}, ('move_id',)),
    'ar.promise': ('collector', 'kept', {}, ('credit_account_id',)),
    'ar.payment.plan': ('collector', 'active', {'signed_by': "x"}, ('credit_account_id',)),
    'ar.dunning.run': ('collector', 'done', {'run_date': '2026-01-15'}, ('company_id',)),
    'ar.collection.case': ('collector', 'closed', {}, ('credit_account_id',)),
    'ar.statement.run': ('accountant', 'done', {'as_of': '2026-01-15'}, ('company_id',)),
    'ar.confirmation.campaign': ('manager', 'closed', {'as_of': '2026-01-15'}, ('company_id',)),
    'ar.balance.confirmation': (
        'accountant',
        'confirmed',
        {'as_of': '2026-01-15', 'balance': 9e6},
        ('company_id', 'partner_id'),
    ),
    'ar.provision.run': ('accountant', 'posted', {'as_of': '2026-01-15', 'required': 9e6}, ('company_id',)),
    'ar.provision.policy': (
        'accountant',
        'confirmed',
        {'date_from': '2026-01-01', 'profile': 'us'},
        ('company_id',),
    ),
    'ar.loss.study': ('accountant', 'adopted', {}, ('company_id',)),
    'ar.write.off': ('accountant', 'posted', {'reason': "x"}, ('company_id', 'partner_id')),
    'ar.sales.reconciliation': (
        'accountant',
        'signed',
        {'date_from': '2025-01-01', 'date_to': '2025-01-31'},
        ('company_id',),
    ),
    'ar.credit.assessment': ('controller', 'approved', {'score': 99}, ('credit_account_id',)),
}


def facts_of(model):
    """Return the names of stored, simple fields that nobody may write on the model's seeded record."""
    facts = set(FORGED.get(model._name, ()))
    if hasattr(model, '_declared'):
        facts |= model._declared('_facts')
    return sorted(
        name
        for name in facts
        if name in model._fields and model._fields[name].store and model._fields[name].type in TYPES
    )


def another(field, value, env):
    """Return a value of the field that is not ``value``, as a client sends it."""
    if field.type == 'boolean':
        return not value
    if field.type in ('integer', 'float', 'monetary', 'many2one_reference'):
        return (value or 0) + 12_345
    if field.type == 'selection':
        return next((key for key in field.get_values(env) if key != value), None)
    if field.type == 'many2one':
        found = env[field.comodel_name].search([('id', '!=', value or 0)], limit=1, order='id')
        return found.id or None
    return {'date': '2020-01-01', 'datetime': '2020-01-01 00:00:00'}.get(field.type, "forged")
