from odoo import api, fields, models
from odoo.exceptions import UserError


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    interest_scheme_id = fields.Many2one(
        'ar.interest.scheme',
        "Interest Agreed",
        ondelete='restrict',
        index='btree_not_null',
        tracking=True,
        help="What this customer's late payments cost. Empty: as the dunning stage or the company says.",
    )
    charge_ids = fields.One2many('ar.interest.charge', 'credit_account_id', "Interest and Fees")
    charge_count = fields.Integer("Charges", compute='_compute_charge_count')

    def _compute_charge_count(self):
        counts = dict(
            self.env['ar.interest.charge']._read_group(
                [('credit_account_id', 'in', self.ids), ('state', '!=', 'cancelled')],
                ['credit_account_id'],
                ['__count'],
            )
        )
        for account in self:
            account.charge_count = counts.get(account, 0)

    def _interest_scheme(self):
        """Return the scheme agreed with the customer, else the company's; may be empty."""
        self.ensure_one()
        return self.interest_scheme_id or self.company_id.ar_interest_scheme_id

    @api.model
    def _lock_customers_of(self, lines):
        """Return {(customer, root company): account} of the items, the rows written in a fixed order."""
        keys = {
            (line.partner_id.commercial_partner_id, line.company_id.root_id)
            for line in lines.sudo()
            if line.partner_id
        }
        in_order = sorted(keys, key=lambda key: (key[0].id, key[1].id))
        return {key: self._lock_for_exposure(*key) for key in in_order}

    def action_open_charges(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id(
            'ar_dunning_interest.ar_interest_charge_action'
        )
        action.update(domain=[('credit_account_id', '=', self.id)], context={})
        return action

    def action_allocate_receipt(self):
        """Propose which open documents a receipt of the customer settles."""
        self.ensure_one()
        Wizard = self.env['ar.charge.allocation']
        if not Wizard._receipts(self):
            raise UserError(self.env._("%s has no receipt that waits to be matched.", self.partner_id.name))
        wizard = Wizard.with_context(default_credit_account_id=self.id).create({})
        wizard._onchange_receipt()
        return {
            'type': 'ir.actions.act_window',
            'res_model': wizard._name,
            'res_id': wizard.id,
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("Allocate a Receipt"),
        }

    def _merge_values(self, other):
        result = super()._merge_values(other)
        if not self.interest_scheme_id and other.interest_scheme_id:
            self.interest_scheme_id = other.interest_scheme_id
        return result
