"""The row of a credit account: created on first need, also when several transactions need it at once."""

from odoo.tools import SQL

KEEP = SQL('DO NOTHING')
RAISE_LOCK = SQL('DO UPDATE SET lock_version = COALESCE(ar_credit_account.lock_version, 0) + 1')


def upsert(partner_ids, company_id, uid, now, on_conflict=KEEP) -> SQL:
    """Return the INSERT of the accounts that the customers lack, with the ids of what was written.

    :param partner_ids: commercial entities. :param company_id: the root company.
    :param on_conflict: what to do with the accounts that are there: ``KEEP`` or ``RAISE_LOCK``.
    """
    return SQL(
        """
        INSERT INTO ar_credit_account
               (partner_id, company_id, active, lock_version, create_uid, write_uid, create_date, write_date)
        SELECT id, %(company)s, TRUE, 1, %(uid)s, %(uid)s, %(now)s, %(now)s
          FROM unnest(%(partners)s::int[]) id
            ON CONFLICT (partner_id, company_id) %(on_conflict)s
     RETURNING id
        """,
        company=company_id,
        uid=uid,
        now=now,
        partners=sorted(partner_ids),
        on_conflict=on_conflict,
    )


def dunning_levels(account_ids, level) -> SQL:
    """Return SQL of (id, level) of the accounts; ``level`` is SQL of the level of account ``a``."""
    return SQL('SELECT a.id, %s FROM ar_credit_account a WHERE a.id IN %s', level, tuple(account_ids) or (0,))
