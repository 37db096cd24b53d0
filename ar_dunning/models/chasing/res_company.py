from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    ar_dunning_daily = fields.Boolean(
        "Propose Letters Daily",
        help="Each morning a job proposes the letters of the day; stages without approval are sent.",
    )
    ar_dunning_weekend = fields.Boolean("Send on Saturdays and Sundays")

    def _ar_dunning_open(self, day):
        """Return whether letters may go out on the day: not on days on which the company is closed."""
        return self._ar_is_open(day, weekends=self.root_id.sudo().ar_dunning_weekend)
