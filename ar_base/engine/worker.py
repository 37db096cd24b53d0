"""The advisory locks of the workers that send what is queued, one for each delivery."""

from odoo.tools import SQL


def _key(table) -> SQL:
    """Return the first of the two numbers of our advisory locks; the second is the delivery."""
    return SQL('hashtext(%s)', table)


def lock(table, delivery_ids) -> SQL:
    """Return the ids that could be locked for this connection; the others belong to another worker."""
    return SQL(
        "SELECT id FROM unnest(%s) id WHERE pg_try_advisory_lock(%s, id)", list(delivery_ids), _key(table)
    )


def unlock(table, delivery_ids) -> SQL:
    return SQL("SELECT pg_advisory_unlock(%s, id) FROM unnest(%s) id", _key(table), list(delivery_ids))
