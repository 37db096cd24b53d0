"""What has to stay on record although the change that led to it is refused."""

import logging

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

_logger = logging.getLogger(__name__)


def after_rollback(env, work):
    """Call ``work(env)`` as the superuser in a transaction of its own, once this one was rolled back.

    It is not called where the refusal is caught and the transaction goes on: that entry point records it.
    """
    database = env.cr.dbname

    def record():
        try:
            with Registry(database).cursor() as cr:
                work(api.Environment(cr, SUPERUSER_ID, {}))
        except Exception:  # what was refused stays refused
            _logger.exception("A credit refusal could not be recorded")

    env.cr.postrollback.add(record)
