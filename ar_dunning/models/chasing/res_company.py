from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    ar_dunning_daily = fields.Boolean(
        "Propose Letters Daily", help="Each morning a job proposes the letters of the day; stages without approval are sent.")
    ar_dunning_weekend = fields.Boolean("Send on Saturdays and Sundays")
    ar_dunning_closed_ids = fields.One2many('ar.dunning.closed.day', 'company_id', "Closed Days")

    def _ar_dunning_open(self, day):
        """Return whether letters may go out on the day: not on days on which the company is closed."""
        self.ensure_one()
        root = self.root_id.sudo()
        if day.weekday() >= 5 and not root.ar_dunning_weekend:
            return False
        return not root.ar_dunning_closed_ids.filtered(lambda closed: closed.date_from <= day <= closed.date_to)
