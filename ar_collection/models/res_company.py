from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    ar_worklist_collector_id = fields.Many2one(
        'res.users',
        "Default Collector",
        domain=[('share', '=', False)],
        help="Collects from the customers that have no collector of their own.",
    )
    ar_worklist_risk_weight = fields.Float(
        "Weight of Risk",
        default=1.0,
        help="How much grade, age and broken promises raise the amount. 0: not at all.",
    )
    ar_worklist_stale_weight = fields.Float(
        "Weight of Time since Contact",
        default=1.0,
        help="How much the days since the last contact raise the amount. 0: not at all.",
    )
    ar_worklist_stale_days = fields.Integer("A Contact Is Stale after (Days)", default=14)
    ar_worklist_high_value = fields.Monetary(
        "High Value from", default=10000.0, help="Overdue amount in company currency."
    )

    _ar_worklist_weights = models.Constraint(
        """CHECK (COALESCE(ar_worklist_risk_weight, 0) >= 0 AND COALESCE(ar_worklist_stale_weight, 0) >= 0
                  AND COALESCE(ar_worklist_stale_days, 1) > 0)""",
        "Weights of the worklist cannot be negative; its days are at least one.",
    )
