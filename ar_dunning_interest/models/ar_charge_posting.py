from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .ar_interest_charge import KINDS


class ArChargePosting(models.Model):
    """Where and how a company books interest, letter fees and fixed sums.

    One invoice per customer, company, currency and journal, a line per charge; nothing hides in another
    document.
    """

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

    _kind_unique = models.UniqueIndex('(company_id, kind)', "The company already has a line for this kind.")

    def _for(self, company, kind):
        """Return how the company, or the nearest above it, books the kind.

        :raise UserError: none says so.
        """
        lines = self.sudo().search([('company_id', 'parent_of', company.id), ('kind', '=', kind)])
        if not lines:
            raise UserError(
                self.env._(
                    "%(company)s has no account for: %(kind)s. "
                    "Enter it under Configuration > Booking of Charges.",
                    company=company.name,
                    kind=dict(self._fields['kind']._description_selection(self.env))[kind],
                )
            )
        return lines.sorted(lambda line: len(line.company_id.parent_path))[-1]

    def _journal(self, company):
        return self.journal_id or self.env['account.journal'].sudo().search(
            [*self.env['account.journal']._check_company_domain(company), ('type', '=', 'sale')], limit=1
        )

    # === Invoices and credit notes ===

    @api.model
    def _by_invoice(self, charges):
        """Return the charges of each invoice, customers in the order of their ids."""
        groups = defaultdict(charges.browse)
        for charge in charges.sorted(
            lambda charge: (charge.partner_id.id, charge.kind, charge.date_from or charge.date, charge.id)
        ):
            journal = self._for(charge.company_id, charge.kind)._journal(charge.company_id)
            groups[charge.partner_id, charge.company_id, charge.currency_id, journal] |= charge
        return groups.values()

    @api.model
    def _create_invoice(self, charges, date):
        """Return (draft invoice, its lines in the order of the charges)."""
        values = self._prepare_invoice_values(charges, date)
        self._check_unlocked(charges, date, values)
        invoice = self.env['account.move'].sudo().with_company(charges.company_id).create(values)
        return invoice, invoice.invoice_line_ids.sorted(lambda line: (line.sequence, line.id))

    @api.model
    def _create_credit_note(self, charges, reason):
        """Return the draft credit note of today that takes the charges of one posted invoice back."""
        date = fields.Date.context_today(self)
        values = self._prepare_credit_note_values(charges, date, reason)
        self._check_unlocked(charges, date, values)
        return self.env['account.move'].with_company(charges.company_id).create(values)

    @api.model
    def _prepare_invoice_values(self, charges, date, move_type='out_invoice'):
        partner, company = charges.partner_id, charges.company_id
        address = partner.browse(partner.address_get(['invoice'])['invoice'])
        localised = charges.with_context(lang=address.lang or self.env.lang)
        return {
            'move_type': move_type,
            'partner_id': address.id,
            'company_id': company.id,
            'currency_id': charges.currency_id.id,
            'journal_id': self._for(company, charges[0].kind)._journal(company).id,
            'invoice_date': date,
            'date': date,
            'invoice_payment_term_id': False,
            'invoice_date_due': date,
            'invoice_user_id': False,
            'invoice_line_ids': [
                fields.Command.create(self._prepare_invoice_line_values(charge, number, address))
                for number, charge in enumerate(localised)
            ],
        }

    @api.model
    def _prepare_invoice_line_values(self, charge, number, address):
        posting = self._for(charge.company_id, charge.kind)
        FiscalPosition = self.env['account.fiscal.position'].sudo().with_company(charge.company_id)
        position = FiscalPosition._get_fiscal_position(address)
        taxes = position.map_tax(posting.tax_ids) if position else posting.tax_ids
        return {
            'sequence': number,
            'name': '\n'.join(filter(None, [charge.name, charge.explanation])),
            'quantity': 1,
            'price_unit': charge.amount,
            'product_id': posting.product_id.id,
            'account_id': posting.account_id.id,
            'tax_ids': [fields.Command.set(taxes.ids)],
        }

    @api.model
    def _prepare_credit_note_values(self, charges, date, reason):
        """Return the values of the credit note that takes charges of one posted invoice back, as booked."""
        invoice = charges.invoice_id
        values = {
            **self._prepare_invoice_values(charges, date, 'out_refund'),
            'reversed_entry_id': invoice.id,
            'ref': reason,
            'partner_id': invoice.partner_id.id,
            'journal_id': invoice.journal_id.id,
        }
        for command, charge in zip(values['invoice_line_ids'], charges, strict=True):
            line = charge.invoice_line_id
            command[2].update(
                account_id=line.account_id.id,
                tax_ids=[fields.Command.set(line.tax_ids.ids)],
                price_unit=line.price_unit,
            )
        return values

    @api.model
    def _check_unlocked(self, charges, date, values):
        """Refuse a document on a locked date; it is never moved to another.

        :raise UserError: names the customer, the date and the locks.
        """
        company = charges.company_id
        journal = self.env['account.journal'].sudo().browse(values['journal_id'])
        taxed = any(command[2]['tax_ids'][0][2] for command in values['invoice_line_ids'])
        locks = company._get_violated_lock_dates(date, taxed, journal)
        if locks:
            raise UserError(
                self.env._(
                    "Interest and fees of %(customer)s cannot be booked on %(date)s: "
                    "%(company)s is locked. %(locks)s",
                    customer=charges.partner_id.name,
                    date=format_date(self.env, date),
                    company=company.name,
                    locks=company._format_lock_dates(locks),
                )
            )
