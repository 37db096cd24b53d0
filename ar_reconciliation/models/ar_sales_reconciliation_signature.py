from odoo import api, fields, models
from odoo.tools import format_datetime

from ..rules.differences import SIDES


class ArSalesReconciliationSignature(models.Model):
    """Who signed which figures, when; and until when they held. Never deleted."""

    _name = 'ar.sales.reconciliation.signature'
    _description = "Signature of a Sales Reconciliation"
    _inherit = ['ar.fact.mixin']
    _order = 'id desc'
    _rec_name = 'user_id'
    _only_recorded = True
    _journal_fields = frozenset(
        ['reconciliation_id', 'side', 'user_id', 'signed_on', 'fingerprint', 'closing']
    )

    reconciliation_id = fields.Many2one(
        'ar.sales.reconciliation', required=True, readonly=True, index=True, ondelete='restrict'
    )
    side = fields.Selection(SIDES, required=True, readonly=True)
    user_id = fields.Many2one('res.users', "Signed by", required=True, readonly=True)
    signed_on = fields.Datetime(required=True, readonly=True)
    fingerprint = fields.Char(required=True, readonly=True, help="Of the figures that were signed.")
    currency_id = fields.Many2one(related='reconciliation_id.currency_id')
    closing = fields.Monetary(readonly=True)
    revoked_on = fields.Datetime(
        "Void Since", readonly=True, help="When a change in the period made the signature void."
    )

    _one_valid_idx = models.UniqueIndex(
        '(reconciliation_id, side) WHERE revoked_on IS NULL', "This side has already signed."
    )

    @api.depends('user_id', 'signed_on')
    def _compute_display_name(self):
        for signature in self:
            signed_on = format_datetime(self.env, signature.signed_on, dt_format='short')
            signature.display_name = f"{signature.user_id.sudo().name}, {signed_on}"

    def _journal_company(self):
        return self.reconciliation_id.company_id
