from odoo import models
from odoo.exceptions import AccessError


class IrAttachment(models.Model):
    """A kept file stays what it was, by any role and any way, and only such a file is served."""

    _inherit = 'ir.attachment'

    def write(self, vals):
        kept = self.env['ar.kept.document']._of(self)
        if kept and vals.keys() == {'thumbnail'}:
            # The client makes a preview of each PDF that it shows, and saves it: of a kept file it is
            # made again each time, because nobody's picture stands in for the file.
            return super(IrAttachment, self - kept.attachment_id).write(vals)
        if kept and not self._ar_same_content(vals, kept):
            kept._refuse_edit(())
        return super().write(vals)

    def unlink(self):
        if kept := self.env['ar.kept.document']._of(self):
            # As create and write do: what is checked before deletion is left out at an uninstallation.
            raise AccessError(kept[0]._refusal_to_delete())  # pylint: disable=no-raise-unlink
        return super().unlink()

    def _ar_same_content(self, vals, kept):
        """Tell whether the file is merely stored elsewhere, as when an administrator moves the file store."""
        return vals.keys() <= {'raw', 'mimetype'} and all(
            kept._hash(vals.get('raw')) == one.sha256
            and vals.get('mimetype', one.attachment_id.mimetype) == one.attachment_id.mimetype
            for one in kept
        )

    def _to_http_stream(self):
        self.env['ar.kept.document']._of(self)._check_intact()
        return super()._to_http_stream()
