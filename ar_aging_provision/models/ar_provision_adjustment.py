from odoo import fields, models

from ..rules import entries
from .account_move_line import CATEGORIES
from odoo.addons.ar_base.rules.money import exact


class ArProvisionAdjustment(models.Model):
    """What a run books for one netting key: required less booked."""

    _name = 'ar.provision.adjustment'
    _description = "Provision Adjustment"
    _order = 'run_id, company_id, category desc, id'
    _log_access = False

    run_id = fields.Many2one('ar.provision.run', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', required=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    category = fields.Selection(CATEGORIES, "Class")
    segment_id = fields.Many2one('ar.provision.segment')
    partner_id = fields.Many2one('res.partner', "Customer")
    required = fields.Monetary()
    booked = fields.Monetary("Booked Before")
    transfer = fields.Monetary(
        "Assigned", help="Part of a balance that belonged to nobody, given to whom it is required for."
    )
    fx = fields.Monetary("Exchange Difference")
    adjustment = fields.Monetary(help="Positive: the allowance rises.")

    def _entry_lines(self):
        """Return the lines by role (``rules.entries.Line``) of this key, previewed and booked alike."""
        self.ensure_one()
        profile = self.run_id.policy_id._profile()
        fx = exact(self.fx)
        lines = [entries.Line('exchange', fx), entries.Line('allowance', -fx, 'fx')] if fx else []
        return lines + entries.allowance_entry(
            profile, exact(self.required) - fx, exact(self.booked) + exact(self.transfer)
        )
