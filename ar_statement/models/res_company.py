from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    ar_reminder_days = fields.Integer(
        "Remind of Confirmations Every",
        default=7,
        help="Days without an answer after which the customer is reminded again.",
    )
    ar_reminder_max = fields.Integer(
        "Reminders", default=3, help="After so many reminders a person takes over."
    )

    _ar_reminders_positive = models.Constraint(
        'CHECK (ar_reminder_days >= 1 AND ar_reminder_max >= 0)',
        "Remind after at least one day; enter 0 reminders for none.",
    )
