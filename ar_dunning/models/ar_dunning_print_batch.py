import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import mute_logger
from odoo.tools.pdf import merge_pdf

from odoo.addons.ar_base.report.download import serve


class ArDunningPrintBatch(models.Model):
    """Letters on paper, printed and posted together. They are sent once the batch is marked as posted."""

    _name = 'ar.dunning.print.batch'
    _description = "Printing Batch of Dunning Letters"
    _inherit = ['mail.thread', 'ar.fact.mixin']
    _only_recorded = True
    _order = 'id desc'

    name = fields.Char(compute='_compute_name')
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    state = fields.Selection(
        [('open', "To Print"), ('printed', "Printed"), ('posted', "Posted")],
        default='open',
        required=True,
        readonly=True,
        tracking=True,
    )
    printed_on = fields.Datetime(readonly=True)
    printed_by = fields.Many2one('res.users', readonly=True)
    delivery_ids = fields.One2many('ar.dunning.delivery', 'batch_id', "Letters", readonly=True)
    letter_count = fields.Integer("Number of Letters", compute='_compute_letter_count')
    document_id = fields.Many2one('ir.attachment', "To Print", readonly=True)

    _one_open = models.UniqueIndex("(company_id) WHERE state = 'open'", "There is already a batch to print.")

    @api.depends('create_date', 'company_id')
    @api.depends_context('lang', 'tz')
    def _compute_name(self):
        for batch in self:
            day = fields.Datetime.context_timestamp(batch, batch.create_date or fields.Datetime.now()).date()
            batch.name = self.env._(
                "Letters of %(day)s, no. %(number)s", day=fields.Date.to_string(day), number=batch.id or ''
            )

    @api.depends('delivery_ids.state')
    def _compute_letter_count(self):
        counts = dict(
            self.env['ar.dunning.delivery']._read_group(
                [('batch_id', 'in', self.ids), ('state', 'in', ('waiting', 'sent'))],
                ['batch_id'],
                ['__count'],
            )
        )
        for batch in self:
            batch.letter_count = counts.get(batch._origin, 0)

    @api.model
    def _open_batch(self, company):
        """Return the batch of the company that is not printed yet, made where there is none."""
        found = self.search([('company_id', '=', company.id), ('state', '=', 'open')], limit=1)
        if found:
            return found
        try:
            with self.env.cr.savepoint(), mute_logger('odoo.sql_db'):
                return self._create_with_facts({'company_id': company.id})
        except psycopg2.errors.UniqueViolation as error:
            # Another worker made it after this transaction began: the letter goes with the next one.
            raise psycopg2.errors.SerializationFailure(*error.args) from error

    def _check_state(self, *states):
        """Check that the user may print and post.

        :raise AccessError: the user does not send letters.
        :raise UserError: it is done already.
        """
        self.env['ar.dunning.notice'].check_access('write')
        self.check_access('read')
        for batch in self:
            if batch.state not in states:
                raise UserError(self.env._("%s is already done.", batch.name))

    def action_print(self):
        """Make one document of all letters that still demand something, and close the batch to new ones."""
        self.ensure_one()
        self._check_state('open', 'printed')
        batch = self.sudo()
        if batch.state == 'open':
            batch._refresh_letters()
            letters = batch.delivery_ids.filtered(lambda delivery: delivery.state == 'waiting').sorted('id')
            if not letters:
                raise UserError(
                    self.env._("No letter is left to print: everything was paid, or is sent another way.")
                )
            letters._seal_documents()
            pages = [document.raw for letter in letters for document in letter.attachment_ids.sorted('id')]
            document = self.env['ar.kept.document']._keep(batch, f'{self.name}.pdf', merge_pdf(pages))
            batch._record_facts({'document_id': document.id})
            batch._record_facts(
                {'state': 'printed', 'printed_on': fields.Datetime.now(), 'printed_by': self.env.uid}
            )
        return serve(batch.document_id)

    def _refresh_letters(self):
        """Leave out what was paid since, and render letters again whose figures have changed."""
        letters = self.delivery_ids.filtered(lambda delivery: delivery.state == 'waiting')
        before = {letter: letter._figures() for letter in letters}
        letters.notice_id._recheck()
        for letter in letters.filtered(
            lambda delivery: delivery.state == 'waiting' and delivery._figures() != before[delivery]
        ):
            letter._deliver_letter()

    def action_posted(self):
        """The letters are in the post: the customers have been notified."""
        self._check_state('printed')
        for batch in self.sudo():
            for letter in batch.delivery_ids.filtered(lambda delivery: delivery.state == 'waiting'):
                letter._delivered()
            batch._record_facts({'state': 'posted'})
        return True
