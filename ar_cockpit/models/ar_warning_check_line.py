from odoo import fields, models


class ArWarningCheckLine(models.Model):
    """One rule in a try on the past: how often it warned, how often it was right, and how early."""

    _name = 'ar.warning.check.line'
    _description = "Warning Rule Tried on the Past"
    _inherit = ['ar.fact.mixin']
    _order = 'check_id desc, id'
    _rec_name = 'rule_id'
    _only_recorded = True
    _recorded_by = frozenset(['ar.warning.check'])

    check_id = fields.Many2one(
        'ar.warning.check', required=True, readonly=True, index=True, ondelete='restrict'
    )
    company_id = fields.Many2one(related='check_id.company_id', store=True, index=True)
    checked_on = fields.Date(related='check_id.checked_on')
    rule_id = fields.Many2one(
        'ar.warning.rule', "Warning", required=True, readonly=True, index=True, ondelete='restrict'
    )
    warnings = fields.Integer(readonly=True)
    right = fields.Integer("Was Right", readonly=True, help="The customer defaulted within 180 days.")
    false_alarms = fields.Integer(readonly=True)
    days_early = fields.Integer(readonly=True, aggregator=None, help="Before the default: the median.")
