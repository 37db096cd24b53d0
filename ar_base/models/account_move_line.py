from odoo import models


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    # engine.open_items: matches of posted lines with draft ones are given back; such lines are few.
    _ar_draft_matched_idx = models.Index(
        "(id) WHERE parent_state <> 'posted' AND matching_number IS NOT NULL"
    )
