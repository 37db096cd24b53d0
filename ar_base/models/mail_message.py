from odoo import api, models
from odoo.exceptions import AccessError

# What a reader of the history takes from a message.
SAID = frozenset(
    ('author_id', 'body', 'date', 'email_from', 'message_type', 'model', 'res_id', 'subject')
    + ('subtype_id', 'tracking_value_ids')
)


class MailMessage(models.Model):
    """What the program noted about a record of the suite stays in its history; people's comments are theirs.

    Odoo lets everyone who may write a record edit and delete its messages over RPC, tracked changes too.
    """

    _inherit = 'mail.message'

    @api.model
    def _ar_keeps_notes(self, model):
        """Hook: return whether what is noted on records of this model stays."""
        return bool(model) and model.startswith('ar.')

    def write(self, vals):
        if SAID & vals.keys():
            self._ar_check_notes()
        return super().write(vals)

    def unlink(self):
        self._ar_check_notes()
        return super().unlink()

    def _ar_check_notes(self):
        if not self.env.su and any(
            self._ar_keeps_notes(message.model)
            and (message.message_type != 'comment' or message.tracking_value_ids)
            for message in self.sudo()
        ):
            raise AccessError(
                self.env._("What was noted in the history stays: only comments can be edited or deleted.")
            )
