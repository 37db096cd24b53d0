from odoo import api, fields, models
from odoo.exceptions import AccessError

# What makes a partner a customer of its own, or a contact of another one.
PLACE = {'parent_id', 'is_company', 'commercial_partner_id'}
# Put in the context by the credit account's own methods only: no client can send this very object.
MOVES = object()
ASSIGN = (
    'sales_team.group_sale_manager',
    'ar_base.group_collector',
    'ar_base.group_controller',
    'ar_base.group_accountant',
)


class ResPartner(models.Model):
    _inherit = 'res.partner'

    ar_salesperson_id = fields.Many2one(
        'res.users',
        "Assigned Salesperson",
        readonly=True,
        copy=False,
        index='btree_not_null',
        help="Who may read the credit file as the customer's salesperson: the salesperson as somebody else "
        "or a manager assigned it. Users who make themselves a customer's salesperson do not gain by it.",
    )

    def action_open_credit_account(self):
        """Open the credit file of the customer's commercial entity."""
        self.ensure_one()
        return self.env['ar.credit.account'].action_open_for_partner(self.id)

    def ar_get_credit_account(self, company_id=None):
        """Return the credit account of this customer, created if absent; for programs that call from outside.

        :param company_id: any company of the tree, its root counts; default: the current company.
        :return: the account, as the calling user: its id over ``/json/2``. Called twice, the same one.
        :raise AccessError: the user may not read the customer, the company or the account; none is created.
        """
        self.ensure_one().check_access('read')
        company = self.env['res.company'].browse(company_id) if company_id else self.env.company
        company.check_access('read')
        accounts = self.env['ar.credit.account']
        accounts.check_access('read')
        account = accounts.sudo()._for_partner(self, company).sudo(False)
        account.check_access('read')
        return account

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{**vals, 'ar_salesperson_id': vals.get('user_id')} for vals in vals_list])

    def write(self, vals):
        vals = {name: vals[name] for name in vals if name != 'ar_salesperson_id'}
        if 'user_id' in vals and self._ar_may_assign(vals['user_id']):
            vals['ar_salesperson_id'] = vals['user_id']
        if not PLACE & vals.keys() or self.env.context.get('ar_moves_file') is MOVES:
            return super().write(vals)
        self._ar_check_commercial(vals)
        before = {file: file.partner_id.commercial_partner_id for file in self._ar_files()}
        result = super().write(vals)
        for file, customer in before.items():
            if file.partner_id.commercial_partner_id != customer:
                file._check_still_a_customer()
        return result

    def _ar_may_assign(self, user_id):
        return (
            self.env.su or user_id != self.env.uid or any(self.env.user.has_group(group) for group in ASSIGN)
        )

    def _ar_check_commercial(self, vals):
        # Odoo computes the commercial entity from parent and company; written by hand it would lend a
        # customer the credit of another one.
        if 'commercial_partner_id' in vals and any(
            partner.commercial_partner_id.id != vals['commercial_partner_id'] for partner in self
        ):
            raise AccessError(
                self.env._(
                    "The commercial entity follows from the company a contact belongs to; it is not entered."
                )
            )

    def _ar_files(self):
        """Return the credit files of these partners themselves, archived too, in every company."""
        Account = self.env['ar.credit.account'].sudo().with_context(active_test=False)
        return Account.search([('partner_id', 'in', self.ids)])
