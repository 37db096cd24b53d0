from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.ar_base.report.download import download, serve


class ArStatementLine(models.Model):
    """The statement of one customer in a run: its frozen figures, the PDF that was sent, and its fate.

    States: ready → queued → sent; or failed (with the error), or skipped (with the reason). Where it is not
    known whether the message left, it is *failed*: a person finds out, it is not sent again by itself.
    """

    _name = 'ar.statement.line'
    _description = "Statement"
    _journaled = frozenset(['sent', 'failed'])
    _journal_fields = frozenset(['as_of', 'email', 'closing', 'data'])
    _inherit = ['mail.thread', 'ar.delivery.document.mixin', 'ar.fact.mixin']
    _order = 'run_id, id'  # in the order of the runs, which is the latest first
    _rec_name = 'partner_id'
    _link_paths = {'read': '/my/statements/%s'}
    _only_recorded = True

    run_id = fields.Many2one(
        'ar.statement.run', required=True, readonly=True, index=True, ondelete='restrict'
    )
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

    def _refusal_to_delete(self):
        return self.env._(
            "The statement of %s has been sent and cannot be changed or deleted.", self.partner_id.name
        )

    # === Sending ===

    def _delivery_template(self, purpose):
        return self.run_id.template_id or self.env.ref('ar_statement.mail_template_statement')

    def _delivery_link(self, delivery):
        return self._issue_link('read', delivery.contact_id)

    def _delivery_page(self):
        return self.get_base_url() + self._link_paths['read'] % self.id

    def _delivery_documents(self, delivery):
        self._pdf(keep=True)
        return self.sudo().attachment_id

    def _delivery_obstacle(self, delivery):
        return self.state != 'queued' and self.env._("The statement is no longer queued.")

    def _delivery_outcome(self, delivery):
        values = {'state': 'failed', 'error': delivery.error, 'attempts': self.attempts + 1}
        if delivery.state == 'sent':
            values |= {'state': 'sent', 'sent_on': delivery.sent_on, 'error': False}
        self._record_facts(values)
        self.run_id._finish()

    def _delivery_check_access(self):
        self.run_id.check_access('write')

    def _queue(self):
        """Hand the statements to the worker; what a run prints is only made and kept."""
        self.sudo()._record_facts({'state': 'queued'})
        for channel, lines in self.grouped('channel').items():
            lines._deliver(
                'statement', lambda line: line.recipient_id, 'mail' if channel == 'mail' else 'file'
            )

    def _pdf(self, keep=False):
        """Return the PDF of the frozen figures; made once, and kept with ``keep``: when it is sent."""
        Kept = self.env['ar.kept.document']
        if self.sudo().attachment_id:
            return Kept._content(self.sudo().attachment_id)
        name, content = self.env['ar.customer.statement']._render_pdf(self.data)
        if keep:
            self.sudo()._record_facts({'attachment_id': Kept._keep(self, name, content).id})
        return content

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
                    'state': 'skipped',
                }
            )
            if not reason:
                line._queue()
                line.run_id._record_facts({'state': 'sending'})
        return True

    def action_download(self):
        self.ensure_one()
        self.check_access('read')
        content = self._pdf()
        if not self.attachment_id:
            line, name = self.sudo(), f"{self.partner_id.display_name} {self.as_of}.pdf"
            return download(line.env, name, content, line)
        return serve(self.attachment_id)
