from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..rules import vat
from odoo.addons.ar_base.rules.money import ZERO, exact, rounded


class ArBadDebtVatMixin(models.AbstractModel):
    """VAT of write-offs and recoveries: from the invoice's own tax lines, with their tax tags.

    The tax return is filled as by a credit note: each VAT line carries the repartition line and the tags of
    the refund, and a pair of lines on the invoice's own account that cancel each other carries the base. The
    rules are those of ``rules.vat``.
    """

    _name = 'ar.bad.debt.vat.mixin'
    _description = "VAT of Bad Debts"

    # === The invoice behind an item ===

    @api.model
    def _vat_invoice(self, item):
        """Return the invoice of the open item; of one moved to doubtful, the invoice it was moved from."""
        move = item.move_id
        if move.is_invoice(include_receipts=True):
            return move
        if move.line_ids.filtered(lambda line: not line.account_id.ar_is_receivable):
            return move.browse()
        moved = move.line_ids.filtered(lambda line: line.balance < 0)
        origins = moved.matched_debit_ids.debit_move_id.move_id
        return origins if len(origins) == 1 and origins.is_invoice(include_receipts=True) else move.browse()

    @api.model
    def _vat_sources(self, item):
        """Return ([(tax line, ``rules.vat.Tax``)], total) of the item's invoice, in company currency."""
        invoice = self._vat_invoice(item)
        terms = invoice.line_ids.filtered(lambda line: line.display_type == 'payment_term')
        sources = [
            (
                line,
                vat.Tax(
                    exact(-line.balance),
                    exact(-(line.amount_residual if line.account_id.reconcile else line.balance))
                    if self._is_transition(line)
                    else None,
                ),
            )
            for line in invoice.line_ids.filtered('tax_line_id')
        ]
        return sources, sum((exact(line.balance) for line in terms), ZERO)

    @api.model
    def _is_transition(self, line):
        """Tell whether the tax of the line is due when the customer pays."""
        tax = line.tax_line_id
        return tax.tax_exigibility == 'on_payment' and line.account_id == tax.cash_basis_transition_account_id

    # === What is relieved ===

    def _vat_parts(self, line):
        """Return {tax line: VAT} that the write-off line takes back, in company currency."""
        sources, total = self._vat_sources(line.move_line_id)
        terms = self._vat_invoice(line.move_line_id).line_ids.filtered(
            lambda term: term.display_type == 'payment_term'
        )
        parts = vat.relief(
            exact(line.amount),
            total,
            [tax for _line, tax in sources],
            exact(line.currency_id.rounding),
            closes=line.currency_id.compare_amounts(line.amount, sum(terms.mapped('amount_residual'))) >= 0,
        )
        return {tax_line: part for (tax_line, _tax), part in zip(sources, parts, strict=True) if part}

    def _net_of_vat(self, line):
        """Return (untaxed, total) of the write-off line, by which ``rules.entries`` cuts it."""
        gross = exact(line.amount)
        if self._vat_invoice(line.move_line_id):
            return gross - sum(self._vat_parts(line).values(), ZERO), gross
        return exact(1), 1 + exact(self.provision_policy_id.sudo().default_vat_rate)

    def _vat_lines(self, line, amount):
        """Return values of the journal items that take ``amount`` of VAT back with the write-off line."""
        parts = self._vat_parts(line)
        if not parts:
            return [self._vat_line_without_invoice(line, amount)]
        due = {tax_line: part for tax_line, part in parts.items() if not self._is_transition(tax_line)}
        return [
            *(self._vat_line(tax_line, part, refund=True) for tax_line, part in due.items()),
            *(
                self._transition_line(tax_line, part)
                for tax_line, part in parts.items()
                if tax_line not in due
            ),
            *self._base_lines(line.move_line_id, due, exact(line.amount), refund=True),
        ]

    # === What becomes due again ===

    def _vat_of_recovery(self, write_off, before, amount):
        """Return {(write-off line, tax line): VAT} due again on ``amount``; the keys None: of no invoice.

        :param before: what was recovered of the write-off earlier.
        """
        rounding = exact(write_off.currency_id.rounding)
        parts = {}
        for line in write_off.line_ids.filtered('amount'):
            found = self._relieved(write_off, line)
            parts.update({(line, tax_line): part for tax_line, part in found.items()})
        due = vat.due_again(list(parts.values()), exact(write_off.amount), before, amount, rounding)
        return dict(zip(parts, due, strict=True))

    @api.model
    def _relieved(self, write_off, line):
        """Return {tax line or None: VAT} that a booked write-off line had relieved."""
        sources, total = self._vat_sources(line.move_line_id)
        gross, rounding = exact(line.amount), exact(line.currency_id.rounding)
        if not sources:
            untaxed, whole = write_off._net_of_vat(line)
            return {None: vat.relief(gross, whole, [vat.Tax(whole - untaxed)], rounding)[0]}
        parts = vat.relief(gross, total, [vat.Tax(tax.amount) for _line, tax in sources], rounding)
        return {tax_line: part for (tax_line, _tax), part in zip(sources, parts, strict=True)}

    def _vat_lines_of_recovery(self, due):
        """Return values of the journal items that make the VAT of ``_vat_of_recovery`` due again."""
        values, by_line = [], {}
        for (line, tax_line), part in due.items():
            if part and tax_line is None:
                values.append(self._vat_line_without_invoice(line, -part))
            elif part:
                values.append(self._vat_line(tax_line, -part, refund=False))
                by_line.setdefault(line, {})[tax_line] = part
        for line, parts in by_line.items():
            share = sum(parts.values(), ZERO) / -sum((exact(one.balance) for one in parts), ZERO)
            gross = self._vat_sources(line.move_line_id)[1] * share
            values += self._base_lines(line.move_line_id, parts, gross, refund=False)
        return values

    # === Of no document that is known here ===

    @api.model
    def _vat_within(self, tax, amount):
        """Return Odoo's computation of the tax that ``amount`` includes, as due, whenever it is due."""
        inclusive = tax.sudo().with_context(force_price_include=True)
        return inclusive.compute_all(amount, tax.company_id.currency_id, include_caba_tags=True)

    @api.model
    def _vat_lines_within(self, tax, amount, base_account):
        """Return values of the journal items that make the tax due that ``amount`` includes, base and tags.

        :param base_account: of the pair that carries the base, where the company has none of its own for it.
        """
        found = self._vat_within(tax, amount)
        values = []
        for part in found['taxes']:
            repartition = (
                self.env['account.tax.repartition.line'].sudo().browse(part['tax_repartition_line_id'])
            )
            values.append(
                {
                    'account_id': repartition.account_id.id or base_account.id,
                    'balance': -part['amount'],
                    'tax_repartition_line_id': repartition.id,
                    'tax_tag_ids': [Command.set(part['tag_ids'])],
                }
            )
        account = tax.company_id.sudo().account_cash_basis_base_account_id or base_account
        if found['base_tags']:
            base = {'account_id': account.id, 'balance': -found['total_excluded']}
            tags = [Command.set(found['base_tags'])]
            values += [
                {**base, 'tax_ids': [Command.set(tax.ids)], 'tax_tag_ids': tags},
                {**base, 'balance': found['total_excluded']},
            ]
        return values

    # === Journal items ===

    @api.model
    def _vat_line(self, tax_line, amount, refund):
        """Return the item on the tax's account with the tags of a refund or an invoice; debit positive."""
        repartition = tax_line.tax_repartition_line_id
        if refund:
            tax = repartition.tax_id
            own = tax.invoice_repartition_line_ids.sorted(lambda one: (one.sequence, one.id))
            others = tax.refund_repartition_line_ids.sorted(lambda one: (one.sequence, one.id))
            repartition = dict(zip(own, others, strict=True)).get(repartition, repartition)
        account = tax_line.account_id
        if self._is_transition(tax_line):
            account = tax_line.tax_repartition_line_id.account_id or account
        return {
            'name': tax_line.name,
            'account_id': account.id,
            'partner_id': tax_line.partner_id.id,
            'balance': float(amount),
            'tax_repartition_line_id': repartition.id,
            'tax_tag_ids': [Command.set(repartition.tag_ids.ids)],
        }

    @api.model
    def _transition_line(self, tax_line, amount):
        """Return the item on the transition account: never due, it carries no tags."""
        return {
            'name': tax_line.name,
            'account_id': tax_line.account_id.id,
            'partner_id': tax_line.partner_id.id,
            'balance': float(amount),
        }

    @api.model
    def _base_lines(self, item, due, gross, refund):
        """Return pairs of items that bring the base of the taxes in ``due`` to the tax return.

        They cancel each other, as those of Odoo's cash basis entries.
        """
        taxes = self.env['account.tax'].union(*(line.tax_line_id for line in due))
        invoice, total = self._vat_invoice(item), self._vat_sources(item)[1]
        rounding = exact(invoice.company_id.currency_id.rounding)
        bases = {}
        for line in invoice.invoice_line_ids.filtered(
            lambda one: one.tax_ids.flatten_taxes_hierarchy() & taxes
        ):
            own = line.tax_ids.flatten_taxes_hierarchy() & taxes
            key = (line.company_id.account_cash_basis_base_account_id or line.account_id, own)
            bases[key] = bases.get(key, ZERO) - exact(line.balance)
        values = []
        for (account, own), base in bases.items():
            amount = rounded(gross * base / total, rounding) * (1 if refund else -1)
            common = {'name': invoice.name, 'account_id': account.id, 'partner_id': item.partner_id.id}
            tags = own.get_tax_tags(refund, 'base')
            if not amount or not tags:
                continue
            values += [
                {
                    **common,
                    'balance': float(amount),
                    'tax_ids': [Command.set(own.ids)],
                    'tax_tag_ids': [Command.set(tags.ids)],
                },
                {**common, 'balance': -float(amount)},
            ]
        return values

    def _vat_line_without_invoice(self, line, amount):
        """Return the item of VAT of what came from no invoice, on the policy's account."""
        account = line.write_off_id.provision_policy_id.sudo().vat_account_id
        if not account:
            raise UserError(
                self.env._(
                    "%s comes from no invoice: enter the output VAT account on the policy.", line.move_id.name
                )
            )
        return {
            'name': line.write_off_id.name,
            'account_id': account.id,
            'partner_id': line.write_off_id.partner_id.id,
            'balance': float(amount),
        }

    # === Cash basis ===

    def _match_transition(self, move):
        """Match what the entry took off transition accounts with the invoices' tax lines there."""
        for line in self.line_ids.filtered('amount'):
            for tax_line in self._vat_invoice(line.move_line_id).line_ids.filtered(
                lambda one: self._is_transition(one) and one.account_id.reconcile and not one.reconciled
            ):
                ours = move.line_ids.filtered(
                    lambda one, account=tax_line.account_id: one.account_id == account and not one.reconciled
                )
                (tax_line | ours[:1]).reconcile()
