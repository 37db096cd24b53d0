from odoo import fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = 'account.move'

    ar_commitment_note = fields.Char(
        "Promised",
        compute='_compute_ar_commitment_note',
        groups='ar_base.group_viewer,account.group_account_invoice',
    )

    def _compute_ar_commitment_note(self):
        """Say which live promise or payment plan covers the invoice."""
        covered = (
            self.env['ar.covered.item']
            .sudo()
            .search([('move_line_id.move_id', 'in', self.ids), ('live', '=', True)])
        )
        for move in self:
            mine = covered.filtered(lambda item, move=move: item.move_line_id.move_id == move)
            move.ar_commitment_note = (
                ', '.join(dict.fromkeys(item._commitment().name for item in mine)) or False
            )

    def _ar_open_lines(self):
        """:raise UserError: nothing is open, or the documents are of several customers or currencies."""
        account = self._ar_credit_account()
        lines = self._ar_instalments().filtered(
            lambda line: line.parent_state == 'posted' and not line.reconciled
        )
        if not lines or len(lines.currency_id) > 1:
            raise UserError(
                self.env._(
                    "Choose posted invoices of %s in one currency that are not paid yet.",
                    account.partner_id.display_name,
                )
            )
        return account, lines

    def _ar_credit_account(self):
        partners, companies = self.commercial_partner_id, self.company_id.root_id
        if len(partners) != 1 or len(companies) != 1:
            raise UserError(self.env._("Choose invoices of one customer and one company."))
        return self.env['ar.credit.account'].browse(
            self.env['ar.credit.account'].sudo()._for_partner(partners, companies).id
        )

    def action_promise(self):
        """Note a promise about these invoices."""
        return self._ar_commit('action_promise')

    def action_payment_plan(self):
        """Draw up a payment plan about these invoices."""
        return self._ar_commit('action_payment_plan')

    def _ar_commit(self, method):
        account, lines = self._ar_open_lines()
        action = getattr(account, method)()
        return {**action, 'context': {**action['context'], 'promise_line_ids': lines.ids}}

    def action_open_commitment(self):
        """Open the live promise or payment plan that covers the invoice."""
        self.ensure_one()
        item = self.env['ar.covered.item'].search(
            [('move_line_id.move_id', '=', self.id), ('live', '=', True)], limit=1
        )
        return {
            'type': 'ir.actions.act_window',
            'res_model': item._commitment()._name,
            'res_id': item._commitment().id,
            'view_mode': 'form',
        }
