from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.res_partner import MOVES
from odoo.addons.account.models.account_move import BYPASS_LOCK_CHECK

ITEMS = 'account.move.line:partner_id'  # of what is kept for taking a move back: the customer's journal items


class ArCreditMove(models.TransientModel):
    """Moves a credit file to another customer, or back: a decision of credit control, kept in both files."""

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
            self._take_back(account, self.reason)
            return account.get_formview_action()
        partner = self.partner_id.commercial_partner_id
        if not partner:
            raise UserError(
                self.env._("Choose the customer whose credit file %s will share.", account.partner_id.name)
            )
        partner.check_access('read')
        self._move(account, partner, self.reason)
        return account.sudo().merged_into_id.sudo(False).get_formview_action()

    @api.model
    def _move(self, account, partner, reason):
        """Make the account's customer part of ``partner``, and join its file to that customer's.

        The stricter limit counts, holds and all that is known go along; the file stays, archived, so that
        ``_take_back`` can part the two again. The caller has checked that the user may.
        """
        account = account.sudo()
        customer = account.partner_id
        if account._for_partner(partner, account.company_id) == account:
            raise UserError(
                self.env._("%s already has this credit file: choose another customer.", partner.name)
            )
        files = customer._ar_files()
        # Odoo makes the company that the customer becomes part of the partner of all its journal items.
        items = self.env['account.move.line'].sudo().search([('partner_id', '=', customer.id)])
        customer.with_context(ar_moves_file=MOVES).write({'parent_id': partner.id, 'is_company': False})
        for file in files:
            own = items.filtered(lambda item, file=file: item.company_id.root_id == file.company_id)
            self._join(file, file._for_partner(partner, file.company_id), reason, own)

    def _join(self, file, target, reason, items):
        """Give ``target`` what the file has, and keep the file archived."""
        rows = {**file._hand_rows(target), ITEMS: items.ids}
        target._merge_values(file)
        file._record_facts({'active': False, 'merged_into_id': target.id, 'merged_rows': rows})
        names = {'customer': file.partner_id.name, 'target': target.partner_id.name}
        text = self.env._(
            "The credit file of %(customer)s was joined to that of %(target)s: %(reason)s",
            reason=reason,
            **names,
        )
        for account in (file, target):
            account.message_post(body=text)

    @api.model
    def _take_back(self, account, reason):
        """Part the file from the one it was joined to: the customer stands alone again, with what it had.

        The other customer's limit stays as strict as it became: raising it takes a credit change.
        """
        account = account.sudo()
        customer = account.partner_id
        files = customer._ar_files().filtered('merged_into_id')
        if account not in files:
            raise UserError(self.env._("The credit file of %s was not moved.", customer.name))
        customer.with_context(ar_moves_file=MOVES).write({'parent_id': False, 'is_company': True})
        for file in files:
            target, rows = file.merged_into_id, dict(file.merged_rows or {})
            self._return_items(file, target, rows.pop(ITEMS, []))
            file._fetch_rows(rows, target)
            file._record_facts({'active': True, 'merged_into_id': False, 'merged_rows': False})
            text = self.env._(
                "%(customer)s stands alone again: %(reason)s", customer=customer.name, reason=reason
            )
            for one in (file, target):
                one.message_post(body=text)

    @api.model
    def _return_items(self, file, target, item_ids):
        """Give the file's customer its journal items back, and those of its documents since.

        :param item_ids: the items that it had when its file was joined.
        """
        customer, holder = file.partner_id, target.partner_id
        items = (
            self.env['account.move.line']
            .sudo()
            .search(
                [
                    ('partner_id', '=', holder.id),
                    ('company_id', 'child_of', file.company_id.id),
                    '|',
                    ('id', 'in', item_ids),
                    ('move_id.partner_id', 'child_of', customer.id),
                ]
            )
        )
        if not items:
            return
        # As Odoo does when a contact becomes part of a company: no figure of a locked period changes.
        items.with_context(bypass_lock_check=BYPASS_LOCK_CHECK).partner_id = customer
        documents = items.move_id.filtered(lambda move: move.partner_id.commercial_partner_id == customer)
        documents.with_context(bypass_lock_check=BYPASS_LOCK_CHECK).commercial_partner_id = customer
