from odoo import fields, models
from odoo.exceptions import UserError


class ArCreditRequest(models.TransientModel):
    """A seller says why a held order should be released; who decides on it is notified."""

    _name = 'ar.credit.request'
    _description = "Request for Release"

    order_id = fields.Many2one('sale.order', required=True, readonly=True)
    note = fields.Text("Why It Should Be Released", required=True)

    def action_apply(self):
        """Note the request on order and decision, and notify who decides.

        :raise UserError: the order does not wait, or nothing was said.
        """
        self.ensure_one()
        self.order_id.check_access('write')
        decision = self.order_id.sudo().credit_decision_ids.filtered(lambda d: d.state == 'hold')
        if not decision:
            raise UserError(self.env._("%s does not wait for credit.", self.order_id.name))
        if not self.note.strip():
            raise UserError(self.env._("Enter why the order should be released."))
        user = self.env.user.name
        text = self.env._("%(user)s asks for a release: %(note)s", user=user, note=self.note)
        people = decision._approval_people() or decision.company_id._ar_credit_responsible()
        decision.message_post(
            body=text,
            author_id=self.env.user.partner_id.id,
            partner_ids=people.partner_id.ids,
        )
        self.order_id.sudo().message_post(body=text, author_id=self.env.user.partner_id.id)
        return {'type': 'ir.actions.act_window_close'}
