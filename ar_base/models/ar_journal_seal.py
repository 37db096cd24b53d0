from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..engine import journal as engine


class ArJournalSeal(models.Model):
    """A link of the journal's chain: the place of an entry, and the SHA-256 over it and all before it.

    Append-only like the journal itself; made by ``ar.journal._seal`` only.
    """

    _name = 'ar.journal.seal'
    _description = "Seal of a Journal Entry"
    _order = 'id desc'
    _rec_name = 'number'
    _log_access = False

    company_id = fields.Many2one('res.company', required=True, readonly=True, ondelete='restrict')
    number = fields.Integer(required=True, readonly=True, aggregator=None)
    date = fields.Datetime("Sealed On", required=True, readonly=True)
    entry_id = fields.Many2one(
        'ar.journal', "Sealed Entry", required=True, readonly=True, index=True, ondelete='restrict'
    )
    entry_sha256 = fields.Char("SHA-256 of the Entry", required=True, readonly=True)
    sha256_before = fields.Char("SHA-256 Before", readonly=True)
    sha256 = fields.Char("SHA-256", required=True, readonly=True)

    _number_unique = models.UniqueIndex("(company_id, number)", "This number is taken.")
    _entry_unique = models.UniqueIndex("(entry_id)", "This entry is sealed.")

    def init(self):
        self.env.cr.execute(engine.refusals(engine.SEALS))

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise AccessError(self.env._("The journal is written by the records themselves."))

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("The journal is append-only: entries are never changed."))

    def unlink(self):  # pylint: disable=method-required-super
        # pylint: disable-next=no-raise-unlink
        raise AccessError(self.env._("The journal is append-only: entries are never deleted."))
