from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError


class ArInterestCharge(models.Model):
    """Booking: one invoice per customer, company and currency, a line per charge; nothing hides in another document."""

    _inherit = 'ar.interest.charge'

    def action_book(self):
        """Invoice the chosen memo charges; return the action that opens the invoices."""
        self._require_role('account.group_account_invoice', 'ar_base.group_accountant')
        invoices = self._book()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'account.move',
            'name': self.env._("Interest and Fees"),
            'view_mode': 'list,form',
            'domain': [('id', 'in', invoices.ids)],
            **({'view_mode': 'form', 'res_id': invoices.id} if len(invoices) == 1 else {}),
        }

    def _book(self, date=None):
        """Return the invoices of the memo charges, dated ``date`` (default today); posted where every scheme says so.

        :raise UserError: a charge is not a memo, no account is set up, or the date is locked. Nothing is booked then.
        """
        self._require_state('memo')
        date = fields.Date.to_date(date) or fields.Date.context_today(self)
        invoices = self.env['account.move']
        for charges in self._booking_groups():
            charges._locked_account()
            charges._require_state('memo')
            invoices |= charges._book_group(date)
        return invoices

    def _booking_groups(self):
        """Yield the charges of each invoice, customers in the order of their ids."""
        groups = defaultdict(self.browse)
        Posting = self.env['ar.charge.posting']
        for charge in self.sorted(
            lambda charge: (charge.partner_id.id, charge.kind, charge.date_from or charge.date, charge.id)
        ):
            posting = Posting._for(charge.company_id, charge.kind)
            key = (
                charge.partner_id,
                charge.company_id,
                charge.currency_id,
                posting._journal(charge.company_id),
            )
            groups[key] |= charge
        return groups.values()

    def _locked_account(self):
        """Write the customer's row: whoever books or waives the same charges at the same time starts again."""
        self.env['ar.credit.account'].sudo()._lock_for_exposure(self.partner_id, self.company_id)
        self.invalidate_recordset(['state'])

    def _book_group(self, date):
        values = self._prepare_invoice_values(date)
        self._check_unlocked(date, values)
        invoice = self.env['account.move'].sudo().with_company(self.company_id).create(values)
        lines = invoice.invoice_line_ids.sorted(lambda line: (line.sequence, line.id))
        for charge, line in zip(self.sudo(), lines, strict=True):
            charge.write(
                {
                    'state': 'booked',
                    'invoice_id': invoice.id,
                    'invoice_line_id': line.id,
                    'to_book': False,
                    'booking_error': False,
                }
            )
        if all(charge.interest_scheme_id.auto_post for charge in self):
            invoice._post(soft=False)
        return invoice.sudo(self.env.su)

    def _check_unlocked(self, date, values):
        company = self.company_id
        journal = self.env['account.journal'].sudo().browse(values['journal_id'])
        taxed = any(command[2]['tax_ids'][0][2] for command in values['invoice_line_ids'])
        locks = company._get_violated_lock_dates(date, taxed, journal)
        if locks:
            raise UserError(
                self.env._(
                    "Interest and fees of %(customer)s cannot be booked on %(date)s: %(company)s is locked. %(locks)s",
                    customer=self.partner_id.name,
                    date=date,
                    company=company.name,
                    locks=company._format_lock_dates(locks),
                )
            )

    def _prepare_invoice_values(self, date, move_type='out_invoice'):
        partner, company = self.partner_id, self.company_id
        address = partner.browse(partner.address_get(['invoice'])['invoice'])
        localised = self.with_context(lang=address.lang or self.env.lang)
        journal = self.env['ar.charge.posting']._for(company, self[0].kind)._journal(company)
        return {
            'move_type': move_type,
            'partner_id': address.id,
            'company_id': company.id,
            'currency_id': self.currency_id.id,
            'journal_id': journal.id,
            'invoice_date': date,
            'date': date,
            'invoice_payment_term_id': False,
            'invoice_date_due': date,
            'invoice_user_id': False,
            'invoice_line_ids': [
                fields.Command.create(charge._prepare_invoice_line_values(number, address))
                for number, charge in enumerate(localised)
            ],
        }

    def _prepare_invoice_line_values(self, number, address):
        posting = self.env['ar.charge.posting']._for(self.company_id, self.kind)
        position = (
            self.env['account.fiscal.position']
            .sudo()
            .with_company(self.company_id)
            ._get_fiscal_position(address)
        )
        taxes = position.map_tax(posting.tax_ids) if position else posting.tax_ids
        return {
            'sequence': number,
            'name': '\n'.join(filter(None, [self.name, self.explanation])),
            'quantity': 1,
            'price_unit': self.amount,
            'product_id': posting.product_id.id,
            'account_id': posting.account_id.id,
            'tax_ids': [fields.Command.set(taxes.ids)],
        }

    # === Credit notes of what is waived ===

    def _credit_booked(self, reason):
        """Take booked charges back: off the draft invoice, or by a credit note that is matched with the posted one."""
        for charges in self.grouped(lambda charge: charge.invoice_id).values():
            charges._locked_account()
            charges._require_state('booked')
            if charges.invoice_id.state == 'draft':
                charges._drop_from_draft()
            elif charges.invoice_id:
                charges._create_credit_note(reason)

    def _drop_from_draft(self):
        invoice = self.invoice_id
        self.state = 'waived'  # before the invoice goes: what goes with it is cancelled
        lines = self.invoice_line_id
        if invoice.invoice_line_ids <= lines:
            invoice.with_context(force_delete=True).unlink()
        else:
            lines.unlink()

    def _create_credit_note(self, reason):
        invoice, date = self.invoice_id, fields.Date.context_today(self)
        values = {
            **self._prepare_invoice_values(date, 'out_refund'),
            'reversed_entry_id': invoice.id,
            'ref': reason,
            'partner_id': invoice.partner_id.id,
            'journal_id': invoice.journal_id.id,
        }
        for command, charge in zip(values['invoice_line_ids'], self, strict=True):
            line = charge.invoice_line_id
            command[2].update(
                account_id=line.account_id.id,
                tax_ids=[fields.Command.set(line.tax_ids.ids)],
                price_unit=line.price_unit,
            )
        self._check_unlocked(date, values)
        credit_note = self.env['account.move'].with_company(self.company_id).create(values)
        self.write({'state': 'waived', 'credit_note_id': credit_note.id})
        credit_note._post(soft=False)
        (credit_note | invoice).line_ids.filtered(
            lambda line: line.account_type == 'asset_receivable' and not line.reconciled
        ).reconcile()

    # === By itself ===

    @api.model
    def _cron_book(self):
        """Book what the schemes say is booked; what cannot be is told on the charge and waits for a person."""
        domain = [('to_book', '=', True), ('state', '=', 'memo'), ('booking_error', '=', False)]
        todo = self.search(domain)
        Cron = self.env['ir.cron']
        Cron._commit_progress(remaining=len(todo))
        for partner_charges in todo.grouped(lambda charge: (charge.partner_id, charge.company_id)).values():
            charges = partner_charges.try_lock_for_update().filtered_domain(domain)
            if charges:
                charges._book_or_tell()
            if not Cron._commit_progress(len(partner_charges)):
                break

    def _book_or_tell(self):
        try:
            with self.env.cr.savepoint():
                self._book()
        except UserError as error:
            self.write({'booking_error': str(error)})
