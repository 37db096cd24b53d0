import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.misc import clean_context


class ArKeptDocument(models.Model):
    """The register of what was sent, signed or handed in: letters, statements, confirmations, plans, packs.

    Guarantees:

    * A kept file is an attachment of its document, and is never changed, moved, published or deleted, by any
      role or by the superuser's code (``ir.attachment`` asks here).
    * Its SHA-256 is a fact. What is served, on the portal and in the back office, is compared with it first;
      a file that is not the one that was kept is not served, and the reader sees why.
    """

    _name = 'ar.kept.document'
    _description = "Kept Document"
    _inherit = ['ar.fact.mixin']
    _order = 'id desc'
    _only_recorded = True
    _journal_fields = frozenset(['name', 'res_model', 'res_id', 'attachment_id', 'sha256', 'size'])

    name = fields.Char("File", required=True)
    res_model = fields.Char("Document Type", required=True)
    res_id = fields.Many2oneReference("Document", model_field='res_model', required=True)
    company_id = fields.Many2one('res.company', index=True)
    attachment_id = fields.Many2one('ir.attachment', required=True, ondelete='restrict')
    sha256 = fields.Char("SHA-256", required=True, help="Of the file when it was kept.")
    size = fields.Integer("Size (Bytes)", aggregator=None)
    kept_on = fields.Datetime(required=True, default=fields.Datetime.now)
    kept_by = fields.Many2one('res.users', required=True, default=lambda self: self.env.user)
    is_intact = fields.Boolean("Intact", compute='_compute_is_intact', help="The file is the one kept.")

    _file_once = models.UniqueIndex('(attachment_id)', "This file is kept already.")
    _document = models.Index('(res_model, res_id)')

    def _compute_is_intact(self):
        for kept in self:
            kept.is_intact = self._hash(kept.sudo().attachment_id.raw) == kept.sha256

    # === Keeping ===

    @api.model
    def _keep(self, record, name, content, mimetype='application/pdf'):
        """Keep ``content`` as a file of ``record`` for good, and return the attachment (superuser).

        :param name: slashes, as in numbers of documents, become dashes.
        """
        # What a client puts into the context must not publish the file.
        context = clean_context(self.env.context)
        Attachment = self.env['ir.attachment'].sudo()
        Attachment = Attachment.with_context(context)  # pylint: disable=context-overridden
        attachment = Attachment.create(
            {
                'name': name.replace('/', '-'),
                'raw': content,
                **({'mimetype': mimetype} if mimetype else {}),
                'res_model': record._name,
                'res_id': record.id,
            }
        )
        self._keep_attachments(record, attachment)
        return attachment

    @api.model
    def _keep_once(self, record, name, make, mimetype=None):
        """Return the file kept under this name for ``record``; the first time it is what ``make()`` returns.

        :raise UserError: the file is no longer the one that was kept.
        """
        name = name.replace('/', '-')
        domain = [('res_model', '=', record._name), ('res_id', '=', record.id), ('name', '=', name)]
        kept = self.sudo().search(domain, order='id', limit=1)
        kept._check_intact()
        return kept.attachment_id or self._keep(record, name, make(), mimetype)

    @api.model
    def _keep_attachments(self, record, attachments):
        """Keep files that are there already, as they are now, as files of ``record``."""
        attachments = attachments.sudo()
        new = attachments - self._of(attachments).attachment_id
        self.sudo()._create_with_facts(
            [
                {
                    'name': attachment.name or attachment.res_field or "",
                    'res_model': record._name,
                    'res_id': record.id,
                    'company_id': record.sudo().company_id.id,
                    'attachment_id': attachment.id,
                    'sha256': self._hash(attachment.raw),
                    'size': len(attachment.raw or b''),
                }
                for attachment in new
            ]
        )._journal('kept')

    @api.model
    def _keep_fields(self, record, *names):
        """Keep what stands in binary fields of ``record``, as a signature or the scan of one."""
        record.flush_recordset(names)
        domain = [('res_model', '=', record._name), ('res_id', '=', record.id), ('res_field', 'in', names)]
        self._keep_attachments(record, self.env['ir.attachment'].sudo().search(domain))

    # === Looking ===

    @api.model
    def _of(self, attachments):
        """Return the kept documents among the attachments (superuser)."""
        return self.sudo().search([('attachment_id', 'in', attachments.ids)])

    @api.model
    def _content(self, attachment):
        """Return the bytes of a file; of one that is kept, only if they are those that were kept.

        :raise UserError: they are not.
        """
        attachment = attachment.sudo()
        for kept in self._of(attachment):
            kept._check_intact()
        return attachment.raw

    def _check_intact(self):
        for kept in self.filtered(lambda kept: not kept.is_intact):
            raise UserError(
                self.env._(
                    "%(name)s is not shown: the file is no longer the one that was kept on %(day)s, its "
                    "SHA-256 differs. Ask the receivables manager to look at Kept Documents.",
                    name=kept.name,
                    day=format_date(self.env, kept.kept_on),
                )
            )

    @api.model
    def _hash(self, content):
        return hashlib.sha256(content or b'').hexdigest()

    @api.model
    def _refusal_to_edit(self, names):
        return self.env._("What was sent or signed is kept as it was: it can be neither changed nor deleted.")

    def _refusal_to_delete(self):
        return self._refusal_to_edit(())

    def action_verify(self):
        """Compare the files with their hashes, and say which of them are no longer what was kept."""
        self.check_access('read')
        broken = self.filtered(lambda kept: not kept.is_intact)
        text = (
            self.env._("Not the file that was kept: %s", ", ".join(broken.mapped('name')))
            if broken
            else self.env._("All %s files are those that were kept.", len(self))
        )
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {'message': text, 'type': 'danger' if broken else 'success', 'sticky': bool(broken)},
        }

    def action_open_document(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': self.res_model,
            'res_id': self.res_id,
            'view_mode': 'form',
        }
