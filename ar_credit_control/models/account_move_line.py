from odoo import models


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    def _credit_queue_recheck(self):
        """Have the held orders of the customers on these receivable lines looked at again."""
        lines = self.sudo().filtered(lambda line: line.account_id.ar_is_receivable)
        partners = lines.partner_id.commercial_partner_id
        if partners:
            self.env['ar.credit.decision']._queue_recheck(
                [('credit_account_id.partner_id', 'in', partners.ids)]
            )
