from odoo import api, fields, models

from odoo.addons.ar_base.rules.money import exact


class ResCompany(models.Model):
    _inherit = 'res.company'

    ar_default_limit_policy = fields.Selection(
        [('skip', "No limit is checked"), ('amount', "This limit applies")],
        "Customers without a Limit",
        default='skip',
        required=True,
    )
    ar_default_limit = fields.Monetary("Default Limit", help="0 = no credit until a limit is granted.")
    ar_deduct_credits = fields.Boolean("Deduct Unallocated Payments and Credit Notes", default=True)
    ar_payment_counts = fields.Selection(
        [('registered', "When it is registered"), ('bank', "When it is on the bank statement")],
        "A Payment Lowers the Exposure",
        default='registered',
        required=True,
    )
    ar_use_horizon = fields.Boolean("Shipping Horizon")
    ar_horizon_days = fields.Integer("Horizon (Days)", default=30)
    ar_honour_days = fields.Integer("A Release Holds for (Days)", default=7)
    ar_release_tolerance = fields.Float("Released Order May Grow by (%)", default=0.0)
    ar_limit_documents = fields.Boolean(
        "Limits by Document Only",
        default=True,
        help="Limits, grades and terms change by an approved document. Switched off, they can be entered in "
        "the file with a reason, below the first amount of the approval matrix.",
    )
    ar_notice_days = fields.Integer("Notice before Reviews and Expiries (Days)", default=14)
    ar_confirm_auto_released = fields.Boolean("Confirm Orders Released Automatically", default=True)
    ar_credit_responsible_id = fields.Many2one(
        'res.users',
        "Credit Responsible",
        domain=[('share', '=', False)],
        help="Receives an activity for each held order. Empty: the first credit controller of the company.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        for company in companies.filtered(lambda c: not c.parent_id):
            self.env['ar.credit.rule'].sudo()._create_defaults(company)
        return companies

    def _credit_convert(self, amount, currency_id, day):
        """Return the amount in company currency at the day's rate, exact and not rounded."""
        if currency_id == self.currency_id.id:
            return exact(amount)
        currency = self.env['res.currency'].browse(currency_id)
        return exact(amount) * exact(self.env['ar.open.item']._rate(currency, self.currency_id, self, day))

    def _ar_credit_responsible(self):
        """Return who is notified of a held order; may be empty if no user has the role."""
        root = self.root_id.sudo()
        if root.ar_credit_responsible_id:
            return root.ar_credit_responsible_id
        controllers = self._ar_people('ar_base.group_controller')
        return (controllers.filtered(lambda user: not user.has_group('base.group_system')) or controllers)[:1]
