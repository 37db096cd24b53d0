from odoo import fields, models


class ArInterestRate(models.Model):
    """One published rate. Interest already charged keeps the rate it was charged at."""

    _name = 'ar.interest.rate'
    _description = "Interest Rate"
    _inherit = ['ar.plausible.mixin']
    _order = 'table_id, date_from desc, id'
    _rec_name = 'date_from'

    table_id = fields.Many2one('ar.interest.rate.table', required=True, index=True, ondelete='cascade')
    date_from = fields.Date("Valid from", required=True)
    rate = fields.Float("Rate (%)", digits=(12, 6), required=True, help="Percent per year; may be negative.")
    to_check = fields.Boolean(help="Not compared with the publication yet.")

    _date_unique = models.UniqueIndex(
        '(table_id, date_from)', "A rate table can have only one rate for each date."
    )
