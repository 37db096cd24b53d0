"""The advisory locks of the workers that send letters, one for each delivery."""

from odoo.tools import SQL

# The first of the two numbers of our advisory locks; the second is the delivery.
LOCK = 0x61726464


def lock(delivery_ids) -> SQL:
    """Return the ids that could be locked for this connection; the others belong to another worker."""
    return SQL("SELECT id FROM unnest(%s) id WHERE pg_try_advisory_lock(%s, id)", list(delivery_ids), LOCK)


def unlock(delivery_ids) -> SQL:
    return SQL("SELECT pg_advisory_unlock(%s, id) FROM unnest(%s) id", LOCK, list(delivery_ids))
