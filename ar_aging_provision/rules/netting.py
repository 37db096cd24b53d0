"""Whose is an allowance that belongs to nobody: a balance brought forward without customer. Odoo-free."""

from collections import defaultdict

from odoo.addons.ar_base.rules.money import ZERO, shares


def allocate(required, booked, unassigned, place_of, unit):
    """Return {key: what it gets (positive) or gives (negative)} of the allowance that belongs to nobody.

    It goes where the allowance falls short, in proportion to what is lacking and at most that, so that
    nothing is released in one place and charged in another. What each place gets sums to zero.

    :param required: {key: allowance required}
    :param booked: {key: allowance held}, with what belongs to nobody.
    :param unassigned: {key: of it what belongs to nobody}
    :param place_of: key -> (company, account) within which allowance changes hands without an entry.
    """
    places = defaultdict(list)
    for key in sorted({*required, *booked}, key=lambda key: tuple(str(part or '') for part in key)):
        places[place_of(key)].append(key)
    result = {}
    for keys in places.values():
        pots = {key: unassigned[key] for key in keys if unassigned.get(key, ZERO) > 0}
        whole = sum(pots.values(), ZERO)
        if not whole or len(keys) == 1:
            continue
        own = {key: booked.get(key, ZERO) - unassigned.get(key, ZERO) for key in keys}
        lacks = [max(required.get(key, ZERO) - own[key], ZERO) for key in keys]
        given = min(whole, sum(lacks, ZERO))
        got = dict(zip(keys, shares(given, lacks, unit), strict=True))
        taken = dict(zip(pots, shares(given, list(pots.values()), unit), strict=True))
        for key in keys:
            change = got[key] - taken.get(key, ZERO)
            if change:
                result[key] = change
    return result
