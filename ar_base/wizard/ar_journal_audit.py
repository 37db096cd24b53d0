import base64

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine import journal as engine
from ..report import ar_journal_xlsx

SHOWN = 50  # differences that a verification names


class ArJournalAudit(models.TransientModel):
    """Verify the journal of a main company, and export a period of it."""

    _name = 'ar.journal.audit'
    _description = "Verify and Export the Journal"
    _inherit = ['ar.plausible.mixin']

    company_id = fields.Many2one(
        'res.company',
        required=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
    )
    date_from = fields.Date(
        "From", required=True, default=lambda self: fields.Date.context_today(self) + relativedelta(day=1)
    )
    date_to = fields.Date("To", required=True, default=fields.Date.context_today)
    head = fields.Char(
        "Head Noted Earlier",
        help="Number and SHA-256 of the last seal, as an earlier verification or export showed them, with a "
        "colon between: the chain must still pass through it.",
    )
    result = fields.Text(readonly=True)
    is_broken = fields.Boolean(readonly=True)

    @api.constrains('date_from', 'date_to')
    def _check_period(self):
        for audit in self:
            if audit.date_from > audit.date_to:
                raise UserError(self.env._("The period ends before it begins: check the two days."))

    def _check_reader(self):
        """Return the company; only its readers verify and export the journal."""
        self.ensure_one()
        self.env['ar.journal'].check_access('read')
        company = self.company_id.root_id
        if company not in self.env.companies.root_id:
            raise AccessError(self.env._("The journal of %s is for its own people.", company.name))
        return company

    def action_verify(self):
        """Verify the whole chain, compare the records with it, and show what was found."""
        company = self._check_reader()
        found = self._verify(company)
        differences = self.env['ar.journal'].sudo()._verify_records(company)
        shown = differences[:SHOWN]
        if len(differences) > SHOWN:
            shown.append(self.env._("and %s more", len(differences) - SHOWN))
        lines = [*shown, self._in_words(found)]
        self.write({'result': '\n'.join(lines), 'is_broken': bool(found['fault'] or differences)})
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("Verify the Journal"),
        }

    def _verify(self, company):
        return self.env['ar.journal'].sudo()._verify(company, self._noted_head())

    def _noted_head(self):
        if not (self.head or '').strip():
            return None
        number, _colon, digest = self.head.partition(':')
        if not number.strip().isdigit():
            raise UserError(self.env._("Enter the head as number:SHA-256, as a verification shows it."))
        return int(number), digest.strip()

    def _in_words(self, found):
        head = self.env._(
            "Head of the chain: %(number)s:%(digest)s", number=found['number'], digest=found['sha256']
        )
        if found['fault']:
            return f"{found['fault']}\n{head}"
        return self.env._("All %s entries are as they were written.", found['number']) + f"\n{head}"

    def action_export(self):
        """Send the entries of the period as a spreadsheet, with what the verification found."""
        company = self._check_reader()
        found = self._verify(company)
        rows = self.env.execute_query(engine.period(company.id, self.date_from, self.date_to))
        title = self.env._("Journal of Receivables")
        facts = [
            (self.env._("Company"), company.name),
            (self.env._("From"), self.date_from),
            (self.env._("To"), self.date_to),
            (self.env._("Exported By"), self.env.user.login),
            (self.env._("Verified"), self._in_words(found)),
        ]
        content = ar_journal_xlsx.workbook(title, facts, self._labels(), rows)
        attachment = self.env['ir.attachment'].create(
            {
                'name': f"journal_{company.id}_{self.date_from}_{self.date_to}.xlsx",
                'datas': base64.b64encode(content),
                'res_model': self._name,
                'res_id': self.id,
            }
        )
        url = f'/web/content/{attachment.id}?download=true'
        return {'type': 'ir.actions.act_url', 'url': url, 'target': 'download'}

    @api.model
    def _labels(self):
        return {
            'number': self.env._("Number"),
            'entry': self.env._("Entry ID"),
            'date': self.env._("When (UTC)"),
            'login': self.env._("User"),
            'uid': self.env._("User ID"),
            'event': self.env._("Event"),
            'model': self.env._("Model"),
            'res_id': self.env._("Record ID"),
            'name': self.env._("Record"),
            'figures': self.env._("Figures"),
            'sha256': self.env._("SHA-256"),
            'before': self.env._("Seal Before"),
            'seal': self.env._("Seal"),
        }
