from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    ar_dunning_daily = fields.Boolean(
        "Propose Letters Daily",
        help="Each morning a job proposes the letters of the day; those of stages without approval are sent.",
    )
    ar_dunning_weekend = fields.Boolean("Send on Saturdays and Sundays")
    ar_effect_sample = fields.Integer(
        "Letters for a Suggestion",
        default=30,
        help="Nothing is suggested about a stage with fewer letters than these.",
    )

    _ar_effect_sample_positive = models.Constraint(
        'CHECK (COALESCE(ar_effect_sample, 1) > 0)', "A suggestion about a stage needs at least one letter."
    )

    def _ar_dunning_open(self, day):
        """Return whether letters may go out on the day: not on days on which the company is closed."""
        return self._ar_is_open(day, weekends=self.root_id.sudo().ar_dunning_weekend)
