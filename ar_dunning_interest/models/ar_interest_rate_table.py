from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.ar_base.rules.money import exact


class ArInterestRateTable(models.Model):
    """A reference rate as it was published: percent per year, each valid until the next."""

    _name = 'ar.interest.rate.table'
    _description = "Interest Rate Table"
    _order = 'name, id'

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', help="Empty: for all companies.")
    publisher = fields.Char(help="Where the next rate will be found.")
    valid_days = fields.Integer(
        "Published Every (Days)",
        help="The table asks to be brought up to date when its last rate is older. 0: it never does.",
    )
    note = fields.Text(translate=True)
    rate_ids = fields.One2many('ar.interest.rate', 'table_id', "Rates", copy=True)
    current_rate = fields.Float("Rate Today (%)", digits=(12, 6), compute='_compute_current')
    is_stale = fields.Boolean("Out of Date", compute='_compute_current')

    _valid_days_positive = models.Constraint(
        'CHECK (valid_days >= 0)', "The days between publications cannot be negative."
    )

    @api.depends('rate_ids.date_from', 'rate_ids.rate', 'valid_days')
    def _compute_current(self):
        today = fields.Date.context_today(self)
        for table in self:
            last = table.rate_ids.filtered(lambda rate: rate.date_from and rate.date_from <= today).sorted(
                'date_from'
            )[-1:]
            table.current_rate = last.rate
            table.is_stale = bool(
                table.valid_days and last and last.date_from + timedelta(days=table.valid_days) < today
            )

    def _rows(self):
        """Return ((valid from, fraction per year), ...) in the order of the dates."""
        return tuple((rate.date_from, exact(rate.rate) / 100) for rate in self.rate_ids.sorted('date_from'))
