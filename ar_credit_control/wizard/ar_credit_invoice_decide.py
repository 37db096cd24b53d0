from odoo import fields, models
from odoo.exceptions import UserError


class ArCreditInvoiceDecide(models.TransientModel):
    """Asks why an invoice may be posted although credit control objects."""

    _name = 'ar.credit.invoice.decide'
    _description = "Release an Invoice"

    move_id = fields.Many2one('account.move', "Invoice", required=True, readonly=True)
    reason = fields.Text(required=True)

    def action_apply(self):
        self.ensure_one()
        self.move_id._credit_check_may_release()
        if not self.reason.strip():
            raise UserError(self.env._("Enter why you release the invoice."))
        self.env['ar.credit.invoice.release']._release(self.move_id, self.reason)
        return {'type': 'ir.actions.act_window_close'}
