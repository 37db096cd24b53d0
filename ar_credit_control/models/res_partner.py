from odoo import models


class ResPartner(models.Model):
    """Whose credit a contact uses follows from the company it belongs to."""

    _name = 'res.partner'
    _inherit = ['ar.computed.mixin', 'res.partner']

    _computed_only = frozenset(['commercial_partner_id'])
