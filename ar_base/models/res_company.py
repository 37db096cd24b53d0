from odoo import fields, models

from ..rules import calendar


class ResCompany(models.Model):
    _inherit = 'res.company'

    ar_aging_scheme_id = fields.Many2one('ar.aging.scheme', "Default Aging Scheme")
    ar_snapshot_monthly = fields.Boolean(
        "Freeze the Aging Monthly",
        default=True,
        help="Take a snapshot of the aging of the last day of each month, with the default scheme.",
    )
    ar_snapshot_day = fields.Integer(
        "Day of the Snapshot",
        default=3,
        help="The day of the month on which the month before is frozen, at the earliest: when its entries are posted.",
    )

    ar_four_eyes = fields.Boolean(
        "Four Eyes", default=True, help="Nobody decides on their own order or their own request."
    )
    ar_portal_available_credit = fields.Boolean(
        "Show the Credit Room",
        help="Customers see their limit, and what is left of it, on their page of receivables.",
    )

    _ar_snapshot_day_in_month = models.Constraint(
        'CHECK (ar_snapshot_day BETWEEN 1 AND 28)', "The day of the aging snapshot must be between 1 and 28."
    )

    def _ar_is_open(self, day, weekends=False):
        """Tell whether something may go out to customers on ``day``: not while the company is closed.

        :param weekends: whether Saturdays and Sundays count as open.
        """
        entries = (
            self.env['ar.closed.day']
            .sudo()
            .search([('company_id', '=', self.root_id.id), ('date_from', '<=', day), ('date_to', '>=', day)])
        )
        return calendar.is_open(
            day, weekends, [(entry.date_from, entry.date_to, entry.is_worked) for entry in entries]
        )

    def _with_internal_lang(self, records):
        """Return ``records`` in the language in which one writes for the company's people.

        A colleague writes in the own language; what a job or a customer makes us write is in the company's.
        """
        user = records.env.user
        if user._is_internal() and not user._is_superuser():
            return records
        return records.with_context(lang=self.partner_id.lang or records.env.lang)

    def _ar_scheme(self):
        """Return the scheme that ages this company's receivables unless another is asked for."""
        return self.root_id.sudo().ar_aging_scheme_id or self.env['ar.aging.scheme'].sudo().search(
            [('company_id', 'in', (False, self.root_id.id))], limit=1
        )
