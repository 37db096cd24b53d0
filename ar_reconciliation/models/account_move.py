from odoo import models

# What of a posted document decides to whom its figures belong.
OWNERS = frozenset(['invoice_user_id', 'team_id', 'partner_id'])


class AccountMove(models.Model):
    _inherit = 'account.move'

    def _post(self, soft=True):
        posted = super()._post(soft)
        self.env['ar.sales.reconciliation']._touch_moves(posted)
        return posted

    def button_draft(self):
        self.env['ar.sales.reconciliation']._touch_moves(self.filtered(lambda move: move.state == 'posted'))
        return super().button_draft()

    def write(self, vals):
        if OWNERS & set(vals):
            self.env['ar.sales.reconciliation']._touch_moves(
                self.filtered(lambda move: move.state == 'posted')
            )
        return super().write(vals)
