from odoo import fields, models


class ArCommissionTier(models.Model):
    """Cash that comes up to so many days after the due date earns this share of the rate."""

    _name = 'ar.commission.tier'
    _description = "Commission by Age of the Receipt"
    _inherit = ['ar.journal.mixin']
    _journal_edits = frozenset({'plan_id', 'last_day', 'share'})
    _order = 'plan_id, last_day'
    _rec_name = 'last_day'

    plan_id = fields.Many2one('ar.commission.plan', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='plan_id.company_id')
    last_day = fields.Integer("Up to Days Late", required=True, help="0: on the due date or before.")
    share = fields.Float("Share of the Rate (%)", required=True, digits=(16, 2))

    _day_unique = models.UniqueIndex('(plan_id, last_day)', "Each number of days has one share.")
    _share = models.Constraint('CHECK (share BETWEEN 0 AND 100)', "A share lies between 0 and 100 %.")
