from odoo import models


class AccountPartialReconcile(models.Model):
    _inherit = 'account.partial.reconcile'

    # engine.open_items: the matches made after the as-of date.
    _ar_max_date_idx = models.Index('(max_date)')
