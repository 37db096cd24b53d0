from odoo import fields, models


class ArForecastWeek(models.Model):
    """A week of a forecast: what is expected in it, and what came in."""

    _name = 'ar.forecast.week'
    _description = "Week of Expected Cash"
    _inherit = ['ar.fact.mixin']
    _order = 'forecast_id desc, number, id'
    _rec_name = 'date_from'
    _only_recorded = True
    _recorded_by = frozenset(['ar.forecast'])

    forecast_id = fields.Many2one(
        'ar.forecast', required=True, readonly=True, index=True, ondelete='restrict'
    )
    as_of = fields.Date(related='forecast_id.as_of', string="As of", store=True)
    company_id = fields.Many2one(related='forecast_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    number = fields.Integer("Week", required=True, readonly=True, aggregator=None)
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("To", required=True, readonly=True)
    expected = fields.Monetary(readonly=True, help="From open items and promises.")
    low = fields.Monetary(readonly=True, aggregator=None, help="Receipts fall below this in one week of ten.")
    high = fields.Monetary(readonly=True, aggregator=None, help="Receipts are above this in one week of ten.")
    promised = fields.Monetary(readonly=True, help="The part of it that customers promised for this week.")
    received = fields.Monetary(
        readonly=True, help="What came in for the items that were open on the day of the forecast."
    )
    passed = fields.Boolean(readonly=True)
