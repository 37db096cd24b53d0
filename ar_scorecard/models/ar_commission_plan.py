from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules.commission import Terms, Tier


class ArCommissionPlan(models.Model):
    """What salespersons earn on the cash that their invoices bring in. The rules: ``rules.commission``.

    A statement keeps the rates that it was computed with; a change counts from the next open month.
    """

    _name = 'ar.commission.plan'
    _description = "Commission Plan"
    _inherit = ['ar.journal.mixin']
    _journal_edits = frozenset(
        {'name', 'rate', 'on_untaxed', 'overdue_rate', 'overdue_days', 'minimum', 'has_maximum', 'maximum'}
    )
    _order = 'name, id'

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related='company_id.currency_id')
    rate = fields.Float("Rate (%)", digits=(16, 4), required=True, help="In percent of the cash collected.")
    on_untaxed = fields.Boolean(
        "Without Tax", default=True, help="The tax in the cash, as the invoice has it, earns nothing."
    )
    tier_ids = fields.One2many(
        'ar.commission.tier',
        'plan_id',
        "By Age",
        copy=True,
        default=lambda self: [
            fields.Command.create({'last_day': day, 'share': share})
            for day, share in ((0, 100), (30, 80), (60, 50))
        ],
        help="Which share of the rate is earned, by the days from the due date to the receipt. Cash older "
        "than the last line earns nothing.",
    )
    overdue_rate = fields.Float(
        "Deduction for Overdue (%)",
        digits=(16, 4),
        help="Each month, this percentage of what is overdue at its end is deducted.",
    )
    overdue_days = fields.Integer("Overdue by More Than (Days)")
    minimum = fields.Monetary(help="A month pays at least this.")
    has_maximum = fields.Boolean("Capped")
    maximum = fields.Monetary(help="A month pays at most this; what is above is lost.")
    assignment_ids = fields.One2many('ar.commission.assignment', 'plan_id', "Salespersons")

    _rates = models.Constraint(
        'CHECK (rate BETWEEN 0 AND 100 AND overdue_rate BETWEEN 0 AND 100 AND overdue_days >= 0)',
        "Rates lie between 0 and 100 %, days are not negative.",
    )

    @api.constrains('minimum', 'has_maximum', 'maximum')
    def _check_bounds(self):
        for plan in self:
            if plan.minimum < 0 or (plan.has_maximum and plan.maximum < plan.minimum):
                raise ValidationError(
                    self.env._(
                        "%s: the minimum is not negative, and the maximum not below the minimum.", plan.name
                    )
                )

    def _terms(self):
        """Return the ``rules.commission.Terms`` of the plan."""
        self.ensure_one()
        tiers = tuple(Tier(tier.last_day, tier.share) for tier in self.tier_ids)
        return Terms(self.rate, self.on_untaxed, tiers)
