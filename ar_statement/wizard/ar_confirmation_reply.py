from odoo import fields, models
from odoo.exceptions import UserError


class ArConfirmationReply(models.TransientModel):
    """Enter a reply on paper with its scan.

    Objections to single lines are marked on the confirmation before.
    """

    _name = 'ar.confirmation.reply'
    _description = "Reply on Paper"

    confirmation_id = fields.Many2one('ar.balance.confirmation', required=True, readonly=True)
    result = fields.Selection(
        [('confirmed', "The data is correct"), ('objected', "The data does not agree")],
        required=True,
        default='confirmed',
    )
    replied_by = fields.Char("Signed By", required=True)
    scan = fields.Binary(required=True, attachment=False)
    scan_name = fields.Char()
    comment = fields.Text("Remark")
    objection_count = fields.Integer(compute='_compute_objection_count')

    def _compute_objection_count(self):
        for wizard in self:
            wizard.objection_count = len(wizard.confirmation_id._objections())

    def action_apply(self):
        """Write the answer with its scan."""
        self.ensure_one()
        confirmation, marked = self.confirmation_id, self.confirmation_id._objections()
        confirmation.check_access('write')
        if self.result == 'objected' and not marked:
            raise UserError(
                self.env._(
                    "Mark on %s first which lines the customer objects to, and with what amount.",
                    confirmation.name,
                )
            )
        if self.result == 'confirmed' and marked:
            raise UserError(
                self.env._(
                    "%(count)s lines of %(letter)s are marked as objected: "
                    "take that back, or enter the reply as not agreeing.",
                    count=len(marked),
                    letter=confirmation.name,
                )
            )
        scan = self.env['ir.attachment'].create(
            {
                'name': self.scan_name or f'{confirmation.name}.pdf',
                'datas': self.scan,
                'res_model': confirmation._name,
                'res_id': confirmation.id,
            }
        )
        confirmation._answer(
            self.replied_by,
            reply_channel='paper',
            reply_user_id=self.env.uid,
            scan_id=scan.id,
            customer_comment=self.comment,
        )
        return {'type': 'ir.actions.act_window_close'}
