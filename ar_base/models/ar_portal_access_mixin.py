from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command


class ArPortalAccessMixin(models.AbstractModel):
    """Who of a customer may log in, and the button by which a receivables manager lets a contact in."""

    _name = 'ar.portal.access.mixin'
    _description = "Portal Access of a Customer"

    portal_user_ids = fields.Many2many(
        'res.users',
        string="Portal Logins",
        compute='_compute_portal_user_ids',
        compute_sudo=True,
        groups='ar_base.group_collector,ar_base.group_controller,ar_base.group_accountant',
    )
    portal_contact_id = fields.Many2one(
        'res.partner', "To Be Invited", compute='_compute_portal_user_ids', compute_sudo=True
    )

    @api.depends('partner_id')
    def _compute_portal_user_ids(self):
        users = self.env['res.users'].search(
            [('share', '=', True), ('partner_id.commercial_partner_id', 'in', self.partner_id.ids)]
        )
        for account in self:
            customer = account.partner_id
            mine = users.filtered(lambda user, c=customer: user.partner_id.commercial_partner_id == c)
            account.portal_user_ids = mine
            address = customer.browse(customer.address_get(['invoice'])['invoice'])
            people = (address | customer | customer.child_ids).filtered('email') - mine.partner_id
            account.portal_contact_id = False if mine else people[:1]

    def action_give_portal_access(self):
        """Invite the contact who gets the invoices, by Odoo's own mail with a link to choose a password.

        :raise AccessError: the user is no receivables manager.
        :raise UserError: nobody of the customer has an e-mail address, or somebody can log in already.
        """
        self.ensure_one()
        if not self.env.user.has_group('ar_base.group_manager'):
            raise AccessError(self.env._("Only a receivables manager gives customers access to the portal."))
        self.check_access('write')
        contact = self.portal_contact_id
        if not contact:
            raise UserError(
                self.env._("%s can log in already.", ', '.join(self.portal_user_ids.mapped('name')))
                if self.portal_user_ids
                else self.env._("Nobody of %s has an e-mail address: enter one.", self.partner_id.name)
            )
        wizard = self.env['portal.wizard'].sudo().create({'partner_ids': [Command.set(contact.ids)]})
        wizard.user_ids.filtered(lambda line: line.partner_id == contact).action_grant_access()
        self.message_post(
            body=self.env._(
                "%(user)s gave %(contact)s (%(email)s) access to the portal.",
                user=self.env.user.name,
                contact=contact.name,
                email=contact.email,
            )
        )
        self.invalidate_recordset(['portal_user_ids', 'portal_contact_id'])
        return True
