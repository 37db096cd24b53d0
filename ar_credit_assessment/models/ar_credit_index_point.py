from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare


class ArCreditIndexPoint(models.Model):
    """What a payment is worth by how late it comes: the payment index is linear between these points."""

    _name = 'ar.credit.index.point'
    _description = "Payment Index Scale"
    _inherit = ['ar.plausible.mixin']
    _order = 'days_late'
    _rec_name = 'days_late'

    days_late = fields.Integer(
        "Days after the Due Date", required=True, help="Negative: paid before it fell due."
    )
    points = fields.Float(required=True, digits=(4, 1))

    _days_unique = models.UniqueIndex('(days_late)', "The scale already has a line for this number of days.")

    @api.constrains('days_late', 'points')
    def _check_scale(self):
        previous = None
        for point in self.search([]):
            if not 0 <= point.points <= 100:
                raise ValidationError(
                    self.env._(
                        "The points for %(days)s days must be between 0 and 100, not %(points)s.",
                        days=point.days_late,
                        points=point.points,
                    )
                )
            if previous and float_compare(point.points, previous.points, precision_digits=1) > 0:
                raise ValidationError(
                    self.env._(
                        "Paying later cannot earn more: %(days)s days give %(points)s points, but %(before)s "
                        "days give %(fewer)s.",
                        days=point.days_late,
                        points=point.points,
                        before=previous.days_late,
                        fewer=previous.points,
                    )
                )
            previous = point

    @api.model
    def _anchors(self):
        """Return the scale as ``rules.scoring`` takes it."""
        return tuple(
            (point.days_late, point.points) for point in self.sudo().search_fetch([], ['days_late', 'points'])
        )
