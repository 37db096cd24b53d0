"""What installing on a running database needs, and what stays: the journal outlives the addon.

It is kept under another name, and taken up again.
"""

from odoo.tools import sql

from .engine import journal

# Set to True in the system parameters, the journal goes with the addon.
DROP = 'ar_base.drop_journal'


def pre_init_hook(env):
    """Go on with the journal that an earlier installation left."""
    for table in (journal.ENTRIES, journal.SEALS):
        if sql.table_exists(env.cr, table + journal.KEPT):
            env.cr.execute(journal.rename(table + journal.KEPT, table))


def post_init_hook(env):
    """Take the salespeople that customers have for assigned: nobody had anything to gain by it before."""
    env.cr.execute("UPDATE res_partner SET ar_salesperson_id = user_id WHERE user_id IS NOT NULL")


def uninstall_hook(env):
    """Keep the journal, with all that refuses changes to it, unless it is empty or was given up."""
    if (
        env['ir.config_parameter'].sudo().get_param(DROP)
        or not env.execute_query(journal.has_entries())[0][0]
    ):
        env.cr.execute(journal.drop())
        return
    for table in (journal.ENTRIES, journal.SEALS):
        env.cr.execute(journal.rename(table, table + journal.KEPT))
