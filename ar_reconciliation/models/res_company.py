from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    ar_difference_tolerance = fields.Monetary(
        "Tolerance of Differences",
        default=1.0,
        help="A difference between sales and finance up to this amount is none.",
    )
    ar_difference_days_to_invoice = fields.Integer(
        "Days to Invoice a Delivery", default=7, help="A delivery may wait so many days for its invoice."
    )
    ar_difference_days_to_deliver = fields.Integer(
        "Days to Deliver an Invoice", default=30, help="An invoice may wait so many days for its delivery."
    )
    ar_difference_days_to_allocate = fields.Integer(
        "Days to Allocate a Receipt", default=3, help="A receipt may wait so many days until it is matched."
    )
    ar_difference_days_to_clear = fields.Integer(
        "Days to Clear a Difference", default=7, help="The deadline of a new difference, in days."
    )
    ar_difference_since = fields.Date(
        "Look for Differences Since",
        help="Documents before this day are left alone. Empty: all are looked at.",
    )
    ar_difference_finance_owner_id = fields.Many2one(
        'res.users',
        "Owner of Finance's Differences",
        domain=[('share', '=', False)],
        help="Who clears the differences that finance has to clear, unless another owner is named.",
    )
    ar_reconciliation_days = fields.Integer(
        "Days to Reconcile",
        default=10,
        help="Sales and finance sign a period within so many days after its end.",
    )
    ar_reconciliation_remind = fields.Integer(
        "Remind Before",
        default=3,
        help="Who has not signed is reminded so many days before the deadline, and again after it.",
    )

    _ar_difference_limits_positive = models.Constraint(
        'CHECK (ar_difference_tolerance >= 0 AND ar_difference_days_to_invoice >= 0 '
        'AND ar_difference_days_to_deliver >= 0 AND ar_difference_days_to_allocate >= 0 '
        'AND ar_difference_days_to_clear >= 0)',
        "The tolerance and the days of differences cannot be negative.",
    )
