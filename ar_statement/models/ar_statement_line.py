import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..report.download import attach

_logger = logging.getLogger(__name__)


class ArStatementLine(models.Model):
    """The statement of one customer in a run: its frozen figures, the PDF that was sent, and its fate.

    States: ready → queued → sending → sent; or failed (with the error), or skipped (with the reason). A
    statement that was being sent when the server stopped is *failed*: whether it left is for a person to say,
    it is not sent again by itself.
    """

    _name = 'ar.statement.line'
    _description = "Statement"
    _journaled = frozenset(['sent', 'failed'])
    _journal_fields = frozenset(['as_of', 'email', 'closing'])
    _inherit = ['mail.thread', 'ar.portal.link.mixin', 'ar.fact.mixin']
    _order = 'run_id, id'  # in the order of the runs, which is the latest first
    _rec_name = 'partner_id'
    _link_paths = {'read': '/my/statements/%s'}
    _facts = frozenset(
        [
            'run_id',
            'credit_account_id',
            'partner_id',
            'recipient_id',
            'email',
            'data',
            'closing',
            'state',
            'error',
            'attempts',
            'sent_on',
            'attachment_id',
        ]
    )

    run_id = fields.Many2one('ar.statement.run', required=True, readonly=True, index=True, ondelete='cascade')
    credit_account_id = fields.Many2one(
        'ar.credit.account', "Credit File", required=True, readonly=True, index=True, ondelete='restrict'
    )
    partner_id = fields.Many2one(
        'res.partner', "Customer", required=True, readonly=True, index=True, ondelete='restrict'
    )
    recipient_id = fields.Many2one('res.partner', "Sent To", readonly=True)
    email = fields.Char("E-mail", readonly=True)
    company_id = fields.Many2one(related='run_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    as_of = fields.Date(related='run_id.as_of', store=True)
    kind = fields.Selection(related='run_id.kind')
    channel = fields.Selection(related='run_id.channel')
    data = fields.Json("Frozen Figures", readonly=True)
    closing = fields.Monetary(
        readonly=True, help="In company currency: the customer's total in the aging of the day."
    )
    state = fields.Selection(
        [
            ('ready', "Ready"),
            ('queued', "Queued"),
            ('sending', "Being sent"),
            ('sent', "Sent"),
            ('failed', "Failed"),
            ('skipped', "Skipped"),
        ],
        default='ready',
        required=True,
        readonly=True,
        index=True,
    )
    error = fields.Text("Reason", readonly=True)
    attempts = fields.Integer(readonly=True)
    sent_on = fields.Datetime(readonly=True)
    attachment_id = fields.Many2one('ir.attachment', "PDF", readonly=True)

    _one_per_customer = models.UniqueIndex(
        '(run_id, partner_id)', "This customer already has a statement in this run."
    )

    def _is_kept(self):
        return self.state in ('sending', 'sent')

    def _refusal_to_delete(self):
        return self.env._(
            "The statement of %s has been sent and cannot be changed or deleted.", self.partner_id.name
        )

    @api.model
    def _cron_send(self):
        """Send what is queued, one by one; stops when the time is over and goes on at the next call.

        Each is committed as *being sent* before it leaves, which no step of ``ar.job.mixin`` could do.
        """
        progress, domain = self.env['ir.cron']._commit_progress, [('state', '=', 'queued')]
        interrupted = self.search([('state', '=', 'sending')])
        interrupted._record_facts(
            {
                'state': 'failed',
                'error': self.env._(
                    "Sending was interrupted, and it is not known whether the message left. "
                    "Ask the customer, or send it again."
                ),
            }
        )
        interrupted.run_id._finish()
        todo = self.search(domain, limit=500, order='id')
        progress(remaining=self.search_count(domain))
        for line in todo:
            line = line.try_lock_for_update().filtered_domain(domain)
            if line:
                line._send()
                line.run_id._finish()
            if not progress(1):
                break

    def _send(self):
        """Send the statement and write what became of it; an error stays on this line."""
        self._record_facts({'state': 'sending', 'attempts': self.attempts + 1, 'error': False})
        # A server that stops now leaves a trace: this statement may have been sent.
        self.env['ir.cron']._commit_progress(0)
        try:
            with self.env.cr.savepoint():
                self._deliver()
                self._record_facts({'state': 'sent', 'sent_on': fields.Datetime.now()})
        except psycopg2.OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 # pylint: disable=broad-exception-caught
            # Rendering, mail servers and templates fail in many ways; each customer's statement fails alone.
            _logger.warning("Statement %s was not sent", self.id, exc_info=True)
            self._record_facts({'state': 'failed', 'error': str(error) or type(error).__name__})

    def _deliver(self):
        """Keep the PDF, and mail it where the run sends mails."""
        self._pdf()
        if self.channel != 'mail':
            return
        template = self.run_id.template_id or self.env.ref('ar_statement.mail_template_statement')
        link = self._issue_link('read', self.recipient_id)
        template.sudo().with_context(link=link).send_mail(
            self.id,
            force_send=True,
            raise_exception=True,
            email_values={'attachment_ids': self.attachment_id.ids},
        )

    def _pdf(self):
        """Return the PDF of the frozen figures; made once and kept."""
        if not self.attachment_id:
            name, content = self.env['ar.customer.statement']._render_pdf(self.data)
            attachment = attach(self.sudo(), name, content)
            self.sudo()._record_facts({'attachment_id': attachment.id})
        return self.sudo().attachment_id.raw

    def action_retry(self):
        """Queue again what failed, and what was skipped for want of an address if there is one now."""
        for line in self:
            if line.state not in ('failed', 'skipped'):
                raise UserError(self.env._("The statement of %s has not failed.", line.partner_id.name))
            recipient = line.credit_account_id._statement_recipients()[line.credit_account_id]
            reason = line.run_id._reason_to_skip(line.credit_account_id, recipient, line.data)
            line.sudo()._record_facts(
                {
                    'recipient_id': recipient.id,
                    'email': recipient.email,
                    'error': reason,
                    'state': 'skipped' if reason else 'queued',
                }
            )
            if not reason:
                line.run_id._record_facts({'state': 'sending'})
        self.run_id._wake_job()
        return True

    def action_download(self):
        self.ensure_one()
        self.check_access('read')
        self._pdf()
        return {
            'type': 'ir.actions.act_url',
            'url': f'/web/content/{self.attachment_id.id}?download=true',
            'target': 'download',
        }
