"""Which limit counts. Odoo-free."""


def effective_limit(individual=None, group=None, mandatory=False, unlimited=False):
    """Return the limit that an order is held against; None = no limit.

    Unlimited wins. An individual limit of 0 is "no credit" where a limit is mandatory, else the group's limit
    counts. Otherwise the lower of the two.
    """
    if unlimited:
        return None
    if individual is None:
        return group
    if not individual:
        return individual if mandatory else group
    return individual if group is None else min(individual, group)
