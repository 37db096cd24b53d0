import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date
from odoo.tools.misc import format_datetime

from ..engine import journal as engine
from ..rules import journal as rules

_logger = logging.getLogger(__name__)

BATCH = 5000  # seals of one statement
SLACK = 100_000  # entries that the job looks at again for transactions committed late


class ArJournal(models.Model):
    """The append-only journal: who did what, to which record, with which figures. For the auditor.

    Guarantees:

    - An entry is written in the transaction of what it reports: both are there, or neither.
    - PostgreSQL itself sets its time (the server's clock) and its SHA-256, and refuses to change, delete or
      empty the table, to Odoo's own database user too. The ORM refuses everything but reading.
    - Each main company has a chain. A job **seals** the entries every few minutes, in the order of their
      ids, numbered without gaps: a seal holds the entry's SHA-256 and the one of the seal before. Entries are
      not chained while they are written: confirmations in parallel would have to wait for each other.
    - ``_verify`` finds the first entry that was changed, deleted, inserted between others or put in another
      order since it was sealed. Until its seal an entry can be deleted unnoticed, and afterwards the end
      of the chain can, by the owner of the database alone, who takes the triggers away first. Against
      that, keep the head of the chain elsewhere: it is in the server's log, on the export, and
      ``_verify`` compares.

    Entries are made by ``ar.journal.mixin``. Who did it is the user of the session (also where the code goes
    on as superuser); what a customer does through a link is done by the public user.
    """

    _name = 'ar.journal'
    _description = "Journal of Receivables"
    _order = 'id desc'
    _log_access = False  # its columns and their foreign keys would be updates

    # ``uid`` and ``res_id`` are plain numbers: a user or record that is deleted must not change an entry.
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True, ondelete='restrict')
    date = fields.Datetime("When", required=True, readonly=True, index=True)
    uid = fields.Integer("User ID", required=True, readonly=True)
    login = fields.Char("User", readonly=True)
    model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference("Record ID", model_field='model', required=True, readonly=True)
    name = fields.Char("Record", readonly=True)
    event = fields.Char(required=True, readonly=True)
    figures = fields.Text(required=True, readonly=True, help="As JSON, names sorted.")
    sha256 = fields.Char("SHA-256", required=True, readonly=True)
    seal_ids = fields.One2many('ar.journal.seal', 'entry_id')
    number = fields.Integer(related='seal_ids.number', help="Empty: not sealed yet.")

    _record_idx = models.Index("(model, res_id)")  # the history of one record

    def init(self):
        self.env.cr.execute(engine.refusals(engine.ENTRIES))
        self.env.cr.execute(engine.stamp())

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise AccessError(self.env._("The journal is written by the records themselves."))

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("The journal is append-only: entries are never changed."))

    def unlink(self):  # pylint: disable=method-required-super
        # pylint: disable-next=no-raise-unlink
        raise AccessError(self.env._("The journal is append-only: entries are never deleted."))

    @api.depends('model', 'name', 'event')
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = f"{entry.event}: {entry.name or entry.model}"

    @api.model
    def _append(self, model, event, rows):
        """Add entries in one statement.

        :param rows: (id of the main company, id of the record, its name, its figures as text) each.
        """
        if rows:
            self.env.cr.execute(engine.append(self.env.uid, model, event, rows))

    def action_open_record(self):
        """Open what the entry reports."""
        self.ensure_one()
        self.env[self.model].browse(self.res_id).check_access('read')
        return {
            'type': 'ir.actions.act_window',
            'res_model': self.model,
            'res_id': self.res_id,
            'view_mode': 'form',
        }

    # === The chain ===

    @api.model
    def _cron_seal(self):
        """Seal what was written since, and note the heads of the chains in the server's log."""
        while done := self._seal(BATCH, SLACK):
            if not self.env['ir.cron']._commit_progress(done):
                break

    @api.model
    def _seal(self, limit=None, slack=None):
        """Seal entries that have no seal and return their number; 0 also while another transaction does it.

        :param slack: see ``engine.journal.unsealed``.
        """
        if not self.env.execute_query(engine.try_lock())[0][0]:
            return 0
        entries = self.env.execute_query(engine.unsealed(limit, slack))
        heads = self._heads({company for company, _entry, _digest in entries})
        for company, (number, before, _date) in heads.items():
            mine = [(entry, digest) for owner, entry, digest in entries if owner == company]
            seals = rules.chain(before, number, [digest for _entry, digest in mine])
            rows = [(company, at, *own, *link) for own, (at, *link) in zip(mine, seals)]
            for start in range(0, len(rows), BATCH):
                self.env.cr.execute(engine.add_seals(rows[start : start + BATCH]))
            at, _before, head = seals[-1]
            _logger.info("Journal of company %s is sealed up to number %s: %s", company, at, head)
        self.invalidate_model(['seal_ids', 'number'])
        return len(entries)

    @api.model
    def _heads(self, company_ids):
        """Return {company id: (number, SHA-256, when)} of the last seal of each company."""
        found = self.env.execute_query(engine.heads(company_ids))
        return {**dict.fromkeys(company_ids, (0, rules.START, False)), **{row[0]: row[1:] for row in found}}

    @api.model
    def _verify(self, company, head=None):
        """Seal what waits, verify the whole chain of a main company, and return what was found.

        :param head: (number, SHA-256) noted elsewhere: the chain must still pass through it.
        :return: dict of ``number`` and ``sha256`` of the head, and ``fault``: a sentence that names the first
            broken entry, or False.
        """
        self.flush_model()
        self._seal()
        rows = self.env.execute_query(engine.first_fault(company.id)) or self.env.execute_query(
            engine.first_changed_waiting(company.id)
        )
        number, digest, _date = self._heads([company.id])[company.id]
        fault = self._fault_in_words(*rows[0]) if rows else False
        if head and not fault:
            found = self.env.execute_query(engine.sealed_as(company.id, head[0]))
            if not found or found[0][0] != head[1]:
                fault = self.env._("Number %s is not what it was when its SHA-256 was noted.", head[0])
        return {'number': number, 'sha256': digest, 'fault': fault}

    @api.model
    def _verify_records(self, company):
        """Compare what is settled with what its last entry says, and kept files with their SHA-256.

        Finds what was changed or deleted below all checks, by SQL for instance. Returns a sentence each.
        """
        self.env.flush_all()
        found = []
        for model in self.env.values():
            if not model._abstract and isinstance(model, self.pool['ar.journal.mixin']):
                differences = model._journal_differences(company)
                found += [self._difference_in_words(model, *item) for item in sorted(differences.items())]
        kept = self.env['ar.kept.document'].sudo().search([('company_id', 'child_of', company.id)])
        return found + [
            self.env._(
                "%(file)s is not the file that was kept on %(day)s.",
                file=file.name,
                day=format_date(self.env, file.kept_on),
            )
            for file in kept.filtered(lambda file: not file.is_intact)
        ]

    @api.model
    def _difference_in_words(self, model, id_, names):
        kind = self.env['ir.model']._get(model._name).name
        if names is None:
            return self.env._("%(kind)s %(id)s was deleted; the journal tells of it.", kind=kind, id=id_)
        labels = [model._fields[name]._description_string(self.env) or name for name in names]
        return self.env._(
            "%(kind)s %(name)s is not what the journal says: %(fields)s.",
            kind=kind,
            name=model.sudo().browse(id_).display_name,
            fields=", ".join(labels),
        )

    @api.model
    def _fault_in_words(self, number, entry_id, fault):
        if fault == 'gap':
            return self.env._("The seal before number %s is missing.", number)
        if fault == 'missing':
            return self.env._(
                "Entry %(entry)s (number %(number)s) was deleted.", entry=entry_id, number=number
            )
        entry = self.sudo().browse(entry_id)
        parts = {
            'entry': entry_id,
            'number': number,
            'name': entry.display_name,
            'user': entry.login or '',
            'date': format_datetime(self.env, entry.date),
        }
        if fault == 'chain':
            return self.env._(
                "Entry %(entry)s (number %(number)s), %(name)s, by %(user)s on %(date)s, does not follow the "
                "entry before.",
                **parts,
            )
        return self.env._(
            "Entry %(entry)s (number %(number)s), %(name)s, by %(user)s on %(date)s, was changed.", **parts
        )
