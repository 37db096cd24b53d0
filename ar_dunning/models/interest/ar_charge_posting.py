from odoo import fields, models
from odoo.exceptions import UserError

from .ar_interest_charge import KINDS


class ArChargePosting(models.Model):
    """Where a company books interest, letter fees and fixed sums."""

    _name = 'ar.charge.posting'
    _description = "Booking of Interest and Fees"
    _order = 'company_id, kind, id'
    _rec_name = 'kind'
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company.root_id
    )
    kind = fields.Selection(KINDS, required=True)
    account_id = fields.Many2one(
        'account.account',
        "Income Account",
        required=True,
        check_company=True,
        ondelete='restrict',
        domain=[('internal_group', '=', 'income')],
    )
    product_id = fields.Many2one(
        'product.product', check_company=True, ondelete='restrict', help="Only for statistics."
    )
    tax_ids = fields.Many2many(
        'account.tax',
        string="Taxes",
        check_company=True,
        domain=[('type_tax_use', '=', 'sale')],
        help="Empty: outside the scope of tax, as damages for late payment are in most countries.",
    )
    journal_id = fields.Many2one(
        'account.journal',
        check_company=True,
        ondelete='restrict',
        domain=[('type', '=', 'sale')],
        help="Empty: the company's first sales journal.",
    )

    _kind_unique = models.UniqueIndex('(company_id, kind)', "The company has a line for this kind already.")

    def _for(self, company, kind):
        """Return how the company, or the nearest above it, books the kind.

        :raise UserError: none says so.
        """
        lines = self.sudo().search([('company_id', 'parent_of', company.id), ('kind', '=', kind)])
        if not lines:
            raise UserError(
                self.env._(
                    "%(company)s does not know where to book: %(kind)s. Enter the account below Configuration > Booking of Charges.",
                    company=company.name,
                    kind=dict(self._fields['kind']._description_selection(self.env))[kind],
                )
            )
        return lines.sorted(lambda line: len(line.company_id.parent_path))[-1]

    def _journal(self, company):
        return self.journal_id or self.env['account.journal'].sudo().search(
            [*self.env['account.journal']._check_company_domain(company), ('type', '=', 'sale')], limit=1
        )
