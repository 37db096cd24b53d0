from odoo import fields, models

from ...rules.priority import Weights


class ResCompany(models.Model):
    _inherit = 'res.company'

    ar_desk_collector_id = fields.Many2one(
        'res.users',
        "Default Collector",
        domain=[('share', '=', False)],
        help="Chases the customers that have no collector of their own.",
    )
    ar_desk_risk_weight = fields.Float(
        "Weight of Risk",
        default=1.0,
        help="How much grade, age and broken promises raise the amount. 0: not at all.",
    )
    ar_desk_stale_weight = fields.Float(
        "Weight of Silence",
        default=1.0,
        help="How much it raises the amount that nobody has spoken to the customer. 0: not at all.",
    )
    ar_desk_stale_days = fields.Integer("A Contact Is Stale after (Days)", default=14)
    ar_desk_high_value = fields.Monetary(
        "High Value from", default=10000.0, help="Overdue amount in company currency."
    )

    _ar_desk_weights = models.Constraint(
        """CHECK (COALESCE(ar_desk_risk_weight, 0) >= 0 AND COALESCE(ar_desk_stale_weight, 0) >= 0
                  AND COALESCE(ar_desk_stale_days, 1) > 0)""",
        "Weights of the worklist cannot be negative; its days are at least one.",
    )

    def _ar_desk_weights_of(self):
        self.ensure_one()
        return Weights(self.ar_desk_risk_weight, self.ar_desk_stale_weight, self.ar_desk_stale_days)
