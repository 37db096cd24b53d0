from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

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
