from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    ar_promise_grace_days = fields.Integer(
        "Grace of a Promise (days)",
        help="A receipt that takes effect within these days after the promised date still keeps it.",
    )
    ar_promise_hold = fields.Boolean(
        "Hold on Broken Promise", help="Place the customer on hold when a promise is broken."
    )
    ar_promise_portal = fields.Boolean("Promises on the Portal", default=True)
    ar_promise_max_days = fields.Integer(
        "Furthest Promise (days)",
        default=30,
        help="How many days ahead a customer may promise on the portal.",
    )
    ar_promise_open_limit = fields.Integer(
        "Open Promises",
        default=3,
        help="How many open promises a customer may have and still make another on the portal.",
    )
    ar_promise_broken_limit = fields.Integer(
        "Broken Promises",
        default=2,
        help=(
            "With this many broken promises in the last twelve months, a customer cannot make promises on "
            "the portal."
        ),
    )
    ar_plan_grace_days = fields.Integer("Grace of an Instalment (days)", default=3)
    ar_plan_terms = fields.Html("Terms of Payment Plans", translate=True)

    _ar_promise_days_positive = models.Constraint(
        """CHECK (COALESCE(ar_promise_grace_days, 0) >= 0 AND COALESCE(ar_promise_max_days, 0) >= 0
                  AND COALESCE(ar_plan_grace_days, 0) >= 0)""",
        "Days of grace and of promises cannot be negative.",
    )
