import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import consteq


class ArPortalLink(models.Model):
    """The customer's link: its holder sees and answers one document, for one purpose, without logging in.

    Documents use it through ``ar.portal.link.mixin``; the whole of it is ``_issue``, ``_resolve`` and
    ``action_revoke``.

    Guarantees:

    * Only the hash of the token is kept. The token is returned once, by ``_issue``; it cannot be read again
      by anyone.
    * A token opens the document, the purpose and the company that it was issued for, and no other. It answers
      the items that the document names (``_link_items``), and no others.
    * A link expires, and it can be revoked. Nothing else of it ever changes.
    """

    _name = 'ar.portal.link'
    _description = "Customer Link"
    _inherit = ['ar.fact.mixin']
    _order = 'id desc'
    _rec_name = 'partner_id'
    _only_recorded = True

    res_model = fields.Char("Document Type", required=True, readonly=True)
    res_id = fields.Many2oneReference("Document", model_field='res_model', required=True, readonly=True)
    purpose = fields.Char(
        required=True, readonly=True, help="What the link is for: it gives no access to anything else."
    )
    partner_id = fields.Many2one(
        'res.partner', "Sent To", required=True, readonly=True, index=True, ondelete='restrict'
    )
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True, ondelete='restrict')
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
    def _refusal_to_edit(self, names):
        return self.env._("A link cannot be changed. Revoke it and send another one.")

    @api.model
    def _issue(self, record, purpose, partner, days):
        """Return a new token that opens ``record`` for ``purpose`` to its holder, for ``days``.

        Links that are out stay good until they expire.

        :raise ValueError: the record's model gives no links for this purpose (``_link_paths``).
        """
        record.ensure_one()
        if purpose not in getattr(record, '_link_paths', ()):
            raise ValueError(f'{record._name} gives no links for {purpose!r}')
        token = secrets.token_urlsafe(32)
        self.sudo()._create_with_facts(
            {
                'res_model': record._name,
                'res_id': record.id,
                'purpose': purpose,
                'partner_id': partner.id,
                'company_id': record.sudo().company_id.id,
                'token_hash': self._hash(token),
                'expires_on': fields.Datetime.now() + timedelta(days=days),
            }
        )
        return token

    @api.model
    def _resolve(self, record, purpose, token):
        """Return the valid link (as superuser) by which ``token`` opens ``record`` for ``purpose``, and note
        its use.

        Empty for a token that is wrong, expired, revoked, or of another document, purpose or company.
        """
        links = self._of(record).filtered(lambda link: link.purpose == purpose)
        given = self._hash(token or '')
        # Every link is compared, and in constant time: how long it takes tells nothing.
        matching = links.filtered(lambda link: consteq(link.token_hash, given))
        now = fields.Datetime.now()
        link = matching.filtered(
            lambda link: not link.revoked_on
            and link.expires_on > now
            and link.company_id == record.sudo().company_id
        )[:1]
        link._record_facts({'used_on': self.env.cr.now()})
        return link

    @api.model
    def _answering(self, token):
        """Return the valid link (as superuser) by whose token the visitor may answer items of its document.

        Empty for a token that is wrong, expired or revoked, and for a document that has nothing to answer
        (``_link_items``).
        """
        link = self.sudo().search([('token_hash', '=', self._hash(token or ''))], limit=1)
        document = link._document()
        if not document or link.purpose in document._link_looks or not document._link_items():
            return link.browse()
        return self._resolve(document, link.purpose, token)

    def _document(self):
        """Return the document that the link opens (as superuser); empty where it is gone."""
        known = self and self.res_model in self.env
        return self.env[self.res_model].sudo().browse(self.res_id).exists() if known else None

    @api.model
    def _of(self, records):
        """Return all links to ``records`` (as superuser), whatever their state."""
        return self.sudo().search([('res_model', '=', records._name), ('res_id', 'in', records.ids)])

    @api.model
    def _hash(self, token):
        return hashlib.sha256(str(token).encode()).hexdigest()

    def action_revoke(self):
        """Make the links useless at once, and keep who did it."""
        self.check_access('write')
        self.sudo().filtered(lambda link: not link.revoked_on)._record_facts(
            {'revoked_on': fields.Datetime.now(), 'revoked_by_id': self.env.uid}
        )
        return True
