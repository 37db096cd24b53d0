from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules import entries
from .account_move_line import CATEGORIES
from odoo.addons.ar_base.rules.money import ZERO, exact


class ArWriteOffLine(models.Model):
    """One open item that is written off, wholly or in part, with the allowance that it has."""

    _name = 'ar.write.off.line'
    _description = "Write-Off Line"
    _inherit = ['ar.fact.mixin']
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
        for line in self:
            frozen = line._frozen_line()
            line.category = 'individual' if frozen.category == 'individual' else 'pool'
            line.segment_id = frozen.segment_id
            line.allowance = (
                line._allowance_of_customer()
                if line.write_off_id.provision_policy_id.netting_level == 'customer'
                else (
                    min(max(frozen.allowance - line._used_since(frozen.run_id.as_of), 0), line.amount)
                    if frozen
                    else 0
                )
            )

    def _is_fixed(self):
        return self.write_off_id._is_fixed()

    def _frozen_line(self):
        """Return this item's line of the last posted run on or before the write-off's date."""
        return (
            self.env['ar.provision.line']
            .sudo()
            .search(
                [
                    ('move_line_id', '=', self.move_line_id.id),
                    ('run_id.state', '=', 'posted'),
                    ('run_id.as_of', '<=', self.write_off_id.date),
                ],
                order='run_id desc',
                limit=1,
            )
        )

    def _used_since(self, as_of):
        others = self.search(
            [
                ('move_line_id', '=', self.move_line_id.id),
                ('write_off_id.state', '=', 'posted'),
                ('write_off_id.date', '>', as_of),
            ]
        )
        return sum(others.mapped('allowance'))

    def _allowance_of_customer(self):
        """Return this item's part of the customer's booked allowance, in proportion to what is open."""
        write_off = self.write_off_id
        booked = write_off._booked_of_customer()
        whole = sum(item.residual for item in write_off._open_items())
        return self.currency_id.round(booked * self.amount / whole) if whole > 0 and booked > 0 else 0

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
            self._net(),
            write_off.vat_relief,
            entries.top_up(gross, available) if write_off.top_up != 'none' else ZERO,
            rounding,
        )

    def _net(self):
        return self.write_off_id._net_of_vat(self)
