import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import consteq


class ArPortalLink(models.Model):
    """A link that lets its holder see and answer one document without logging in. It expires, and it can be revoked.

    Only the hash of the token is kept: whoever reads this table cannot follow a link.
    """

    _name = 'ar.portal.link'
    _description = "Customer Link"
    _order = 'id desc'
    _rec_name = 'partner_id'

    res_model = fields.Char("Document Type", required=True, readonly=True)
    res_id = fields.Many2oneReference("Document", model_field='res_model', required=True, readonly=True)
    partner_id = fields.Many2one(
        'res.partner', "Sent To", required=True, readonly=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True, ondelete='cascade')
    token_hash = fields.Char(required=True, readonly=True, copy=False, groups='base.group_system')
    expires_on = fields.Datetime(required=True, readonly=True)
    revoked_on = fields.Datetime(readonly=True)
    revoked_by_id = fields.Many2one('res.users', readonly=True)
    used_on = fields.Datetime("Last Used", readonly=True)
    state = fields.Selection(
        [('valid', "Valid"), ('expired', "Expired"), ('revoked', "Revoked")], compute='_compute_state'
    )

    _document = models.Index('(res_model, res_id)')

    @api.depends('expires_on', 'revoked_on')
    def _compute_state(self):
        now = fields.Datetime.now()
        for link in self:
            link.state = 'revoked' if link.revoked_on else 'expired' if link.expires_on <= now else 'valid'

    @api.model
    def _issue(self, record, partner, days):
        """Return a new token for ``record``, good for ``days``; it is not kept and cannot be read again."""
        token = secrets.token_urlsafe(32)
        self.sudo().create(
            {
                'res_model': record._name,
                'res_id': record.id,
                'partner_id': partner.id,
                'company_id': record.company_id.id,
                'token_hash': self._hash(token),
                'expires_on': fields.Datetime.now() + timedelta(days=days),
            }
        )
        return token

    @api.model
    def _verify(self, record, token):
        """Return the valid link of ``record`` that ``token`` opens; empty for a wrong, expired or revoked one."""
        links = self.sudo().search([('res_model', '=', record._name), ('res_id', '=', record.id)])
        given = self._hash(token or '')
        # Every link is compared, and in constant time: how long it takes tells nothing.
        matching = links.filtered(lambda link: consteq(link.token_hash, given))
        now = fields.Datetime.now()
        return matching.filtered(lambda link: not link.revoked_on and link.expires_on > now)[:1]

    @api.model
    def _hash(self, token):
        return hashlib.sha256(str(token).encode()).hexdigest()

    def action_revoke(self):
        self.filtered(lambda link: not link.revoked_on).write(
            {'revoked_on': fields.Datetime.now(), 'revoked_by_id': self.env.uid}
        )
        return True
