from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class ArCreditMove(models.TransientModel):
    """Asks where a credit file goes and why; or why it returns."""

    _name = 'ar.credit.move'
    _description = "Move a Credit File"

    credit_account_id = fields.Many2one('ar.credit.account', "Credit File", required=True, readonly=True)
    merged_into_id = fields.Many2one(related='credit_account_id.merged_into_id')
    partner_id = fields.Many2one(
        'res.partner',
        "Becomes Part of",
        domain="[('is_company', '=', True)]",
        help="The customer becomes a contact of this company, and shares its credit file.",
    )
    reason = fields.Text(required=True)

    def action_apply(self):
        """Move the file, or take its move back, as the user's decision.

        :raise AccessError: the user is no credit controller.
        """
        self.ensure_one()
        if not self.env.user.has_group('ar_base.group_controller'):
            raise AccessError(self.env._("Only a credit controller moves a credit file."))
        account = self.credit_account_id
        account.check_access('write')
        if not (self.reason or '').strip():
            raise UserError(self.env._("Enter why the credit file of %s moves.", account.partner_id.name))
        if account.merged_into_id:
            account._take_back(self.reason)
            return account.get_formview_action()
        partner = self.partner_id.commercial_partner_id
        if not partner:
            raise UserError(
                self.env._("Choose the customer whose credit file %s will share.", account.partner_id.name)
            )
        partner.check_access('read')
        account._move_to(partner, self.reason)
        return account.sudo().merged_into_id.sudo(False).get_formview_action()
