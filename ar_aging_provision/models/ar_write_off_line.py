from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import movements
from ..rules import entries
from .account_move_line import CATEGORIES
from odoo.addons.ar_base.rules.money import ZERO, exact, rounded


class ArWriteOffLine(models.Model):
    """One open item that is written off, wholly or in part, with the allowance that it has."""

    _name = 'ar.write.off.line'
    _description = "Write-Off Line"
    _inherit = ['ar.fact.mixin']
    _facts = frozenset(['residual'])
    _order = 'write_off_id, date_maturity, id'

    write_off_id = fields.Many2one('ar.write.off', required=True, index=True, ondelete='cascade')
    currency_id = fields.Many2one(related='write_off_id.currency_id')
    move_line_id = fields.Many2one(
        'account.move.line', "Open Item", required=True, index=True, ondelete='restrict'
    )
    move_id = fields.Many2one(related='move_line_id.move_id', string="Document")
    date_maturity = fields.Date(related='move_line_id.date_maturity', store=True)
    residual = fields.Monetary("Open Amount", readonly=True)
    amount = fields.Monetary("Written Off")
    allowance = fields.Monetary("Its Allowance", compute='_compute_allowance', store=True)
    of_customer = fields.Monetary(
        compute='_compute_allowance',
        store=True,
        help="Of its allowance, what was the customer's without naming an item.",
    )
    category = fields.Selection(CATEGORIES[:2], "Class", compute='_compute_allowance', store=True)
    segment_id = fields.Many2one('ar.provision.segment', compute='_compute_allowance', store=True)

    @api.constrains('amount', 'residual')
    def _check_amount(self):
        for line in self:
            currency = line.currency_id
            if (
                currency.compare_amounts(line.amount, 0) < 0
                or currency.compare_amounts(line.amount, line.residual) > 0
            ):
                raise ValidationError(
                    self.env._(
                        "%(residual)s of %(document)s is open: write off no more than that.",
                        document=line.move_id.name,
                        residual=currency.format(line.residual),
                    )
                )

    @api.depends('move_line_id', 'amount', 'write_off_id.date', 'write_off_id.provision_policy_id')
    def _compute_allowance(self):
        for write_off, lines in self.grouped('write_off_id').items():
            found, shared = lines._allowance_of_items(), write_off._customer_shares()
            for line in lines:
                item = line.move_line_id._origin.id
                category, segment, usable = found.get(item, (None, False, ZERO))
                line.category = category or 'pool'
                line.segment_id = segment
                usable = max(usable, ZERO)
                part = line._part_of(shared.get(item, ZERO))
                taken = line._taken(usable + part)
                line.of_customer = float(max(taken - usable, ZERO))
                line.allowance = float(taken)

    def _compute_allowance_now(self):
        """Look the allowance up again: movements of other documents do not trigger it."""
        for name in ('allowance', 'of_customer', 'category', 'segment_id'):
            self.env.add_to_compute(self._fields[name], self)

    def _allowance_of_items(self):
        """Return {item id: (class, segment, usable allowance)} at the date, from the sub-ledger."""
        write_off, found = self.write_off_id, {}
        items = self.move_line_id._origin.ids
        if not items or not write_off.date:
            return found
        for item, category, segment, amount in self.env.execute_query(
            movements.by_item(items, write_off.date)
        ):
            known = found.get(item)
            usable = exact(amount or 0)
            found[item] = (*known[:2], known[2] + usable) if known else (category, segment, usable)
        return found

    def _part_of(self, share):
        """Return what goes with this line of what the customer has for the whole item."""
        if not share or not self.residual:
            return ZERO
        part = min(exact(self.amount) / exact(self.residual), exact(1))
        return rounded(share * part, self.currency_id.rounding)

    def _taken(self, usable):
        """Return how much of its allowance goes with the item: all of it where the loss is an expense."""
        if self.write_off_id.through_allowance:
            return min(usable, self._net_amount())
        return usable if self.amount else ZERO

    def _net_amount(self):
        """Return what the write-off takes from the allowance: without the output VAT that is reclaimed."""
        write_off, gross = self.write_off_id, exact(self.amount)
        if not write_off.vat_relief or not self.move_line_id:
            return gross
        return entries.vat_part(gross, self._net(), exact(self.currency_id.rounding))[0]

    def _is_fixed(self):
        return self.write_off_id._is_fixed()

    def _entry_lines(self, available):
        """Return the lines by role; ``available`` is the allowance from which the item is written off."""
        self.ensure_one()
        write_off = self.write_off_id
        profile = write_off.provision_policy_id._profile()
        gross, rounding = exact(self.amount), exact(self.currency_id.rounding)
        return entries.write_off_entry(
            profile,
            gross,
            exact(self.allowance),
            self._net() if write_off.vat_relief else (gross, gross),  # read for each line: only if asked for
            write_off.vat_relief,
            entries.top_up(self._net_amount(), available) if write_off.top_up != 'none' else ZERO,
            rounding,
        )

    def _net(self):
        return self.write_off_id._net_of_vat(self)
