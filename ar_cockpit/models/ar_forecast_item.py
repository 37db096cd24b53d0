from odoo import api, fields, models
from odoo.tools import format_date


class ArForecastItem(models.Model):
    """What is expected of one open item, and the facts that it follows from. Of the latest forecast only."""

    _name = 'ar.forecast.item'
    _description = "Expected Payment of an Item"
    _inherit = ['ar.fact.mixin']
    _order = 'expected_on, id'
    _rec_name = 'move_line_id'
    _only_recorded = True
    _recorded_by = frozenset(['ar.forecast'])

    forecast_id = fields.Many2one(
        'ar.forecast', required=True, readonly=True, index=True, ondelete='restrict'
    )
    company_id = fields.Many2one(related='forecast_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    as_of = fields.Date(related='forecast_id.as_of', string="As of")
    move_line_id = fields.Many2one(
        'account.move.line', "Journal Item", required=True, readonly=True, index=True, ondelete='cascade'
    )
    move_id = fields.Many2one(related='move_line_id.move_id', string="Document", store=True, index=True)
    salesperson_id = fields.Many2one(related='move_id.invoice_user_id', store=True, index='btree_not_null')
    partner_id = fields.Many2one('res.partner', "Customer", readonly=True, index=True)
    date_maturity = fields.Date("Due Date", readonly=True)
    amount = fields.Monetary("Open Amount", readonly=True)
    disputed = fields.Monetary(readonly=True, help="Not expected: the customer objects.")
    expected_on = fields.Date(
        "Expected on", readonly=True, help="By this day it is as likely paid as not; a promise replaces it."
    )
    promised_on = fields.Date("Promised for", readonly=True)
    late = fields.Float(
        "Late (%)",
        readonly=True,
        digits=(16, 1),
        aggregator=None,
        help="Probability that it is paid after its due date.",
    )
    within = fields.Float(
        "Paid in 30 Days (%)",
        readonly=True,
        digits=(16, 1),
        aggregator=None,
        help="Probability that it is paid within 30 days of the forecast.",
    )
    paid_before = fields.Integer("Items Paid Before", readonly=True, aggregator=None)
    late_before = fields.Integer("Of Them Late", readonly=True, aggregator=None)
    usual_days = fields.Integer(
        "Usually Late by (Days)",
        readonly=True,
        aggregator=None,
        help="Median; negative: before the due date.",
    )
    facts = fields.Char("Why", compute='_compute_facts')

    @api.depends('paid_before', 'late_before', 'usual_days', 'date_maturity', 'promised_on', 'disputed')
    @api.depends_context('lang')
    def _compute_facts(self):
        for item in self:
            item.facts = ' '.join(item._reasons())

    def _reasons(self):
        """Return the three facts that moved the estimate most, as sentences."""
        self.ensure_one()
        reasons = []
        if self.promised_on:
            reasons.append(
                self.env._("The customer promised to pay by %s.", format_date(self.env, self.promised_on))
            )
        if self.disputed:
            reasons.append(self.env._("What is disputed is not expected."))
        if self.paid_before:
            reasons.append(
                self.env._(
                    "%(late)s of %(paid)s items were paid late.", late=self.late_before, paid=self.paid_before
                )
            )
            reasons.append(self._usual())
        else:
            reasons.append(self.env._("Nothing paid before: like the company's other customers."))
        passed = (self.as_of - self.date_maturity).days if self.date_maturity else 0
        if passed > 0:
            reasons.append(self.env._("%s days overdue.", passed))
        else:
            reasons.append(self.env._("Due in %s days.", -passed))
        return reasons[:3]

    def _usual(self):
        if self.usual_days > 0:
            return self.env._("Usually %s days late.", self.usual_days)
        if self.usual_days < 0:
            return self.env._("Usually %s days early.", -self.usual_days)
        return self.env._("Usually on the due date.")
