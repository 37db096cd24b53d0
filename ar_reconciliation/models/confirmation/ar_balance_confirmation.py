from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import merge_pdf

FROZEN = {'partner_id', 'company_id', 'as_of', 'balance', 'name', 'campaign_id'}


class ArBalanceConfirmation(models.Model):
    """A numbered letter that asks a customer whether what the books show on a day is what the customer's books show.

    Its lines are frozen when it is sent: un-reconciling, re-dating or cancelling later changes no letter that is out. The
    answer is the customer's: who gave it, when and from where is kept, and nothing of it can be changed.
    """

    _name = 'ar.balance.confirmation'
    _description = "Balance Confirmation"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'as_of desc, id desc'
    _check_company_auto = True

    name = fields.Char("Number", readonly=True, copy=False, default=lambda self: self.env._("New"))
    campaign_id = fields.Many2one(
        'ar.confirmation.campaign', readonly=True, index='btree_not_null', ondelete='restrict'
    )
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company.root_id)
    currency_id = fields.Many2one(related='company_id.currency_id')
    partner_id = fields.Many2one(
        'res.partner',
        "Customer",
        required=True,
        index=True,
        ondelete='restrict',
        domain="[('parent_id', '=', False)]",
    )
    credit_account_id = fields.Many2one(
        'ar.credit.account',
        "Credit Account",
        compute='_compute_account_id',
        store=True,
        index='btree_not_null',
    )
    recipient_id = fields.Many2one(
        'res.partner', "Sent To", compute='_compute_account_id', store=True, readonly=False
    )
    auditor_id = fields.Many2one(
        'res.partner', help="Paper replies go to this address; without one, to the company."
    )
    user_id = fields.Many2one('res.users', "Responsible", default=lambda self: self.env.user, tracking=True)
    as_of = fields.Date(required=True, default=fields.Date.context_today, tracking=True)
    deadline = fields.Date("Answer By")
    channel = fields.Selection(
        [('mail', "E-mail with link"), ('letter', "Letter")], required=True, default='mail'
    )
    state = fields.Selection(
        [
            ('draft', "Draft"),
            ('sent', "Waiting for answer"),
            ('confirmed', "Confirmed"),
            ('objected', "Objected"),
            ('cancelled', "Cancelled"),
        ],
        default='draft',
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    line_ids = fields.One2many(
        'ar.balance.confirmation.line', 'confirmation_id', "Lines", readonly=True, copy=False
    )
    balance = fields.Monetary(
        readonly=True, copy=False, help="In company currency: the customer's total in the aging of the day."
    )
    sent_on = fields.Datetime(readonly=True, copy=False)
    last_sent_on = fields.Date("Last Asked", readonly=True, copy=False)
    reminder_count = fields.Integer("Reminders", readonly=True, copy=False)
    handed_over = fields.Boolean("Handed to a Person", readonly=True, copy=False)
    letter_id = fields.Many2one('ir.attachment', readonly=True, copy=False)

    _number = models.UniqueIndex("(company_id, name) WHERE state <> 'draft'", "This number is taken.")

    @api.depends('partner_id', 'company_id')
    def _compute_account_id(self):
        Account = self.env['ar.credit.account'].sudo()
        for confirmation in self:
            partner, company = confirmation.partner_id, confirmation.company_id
            account = Account._for_partner(partner, company) if partner.id and company.id else Account
            confirmation.credit_account_id = account
            confirmation.recipient_id = account._statement_recipients().get(account, partner)

    @api.model_create_multi
    def create(self, vals_list):
        Partner = self.env['res.partner']
        for vals in vals_list:
            if vals.get('partner_id'):
                vals['partner_id'] = Partner.browse(vals['partner_id']).commercial_partner_id.id
        return super().create(vals_list)

    def write(self, vals):
        if FROZEN & set(vals) and any(confirmation.state != 'draft' for confirmation in self):
            raise UserError(
                self.env._(
                    "%s has been sent: what it says cannot be changed. Cancel it and make a new one.",
                    self[:1].name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _keep_what_was_sent(self):
        for confirmation in self.filtered(lambda c: c.state != 'draft'):
            raise UserError(
                self.env._(
                    "%s has been sent and is audit evidence: it cannot be deleted. Cancel it instead.",
                    confirmation.name,
                )
            )

    # === Prepare ===

    def action_fill(self):
        """Take the open items of the day as lines; again as often as wanted until it is sent."""
        for company, confirmations in (
            self.filtered(lambda c: c.state == 'draft').grouped('company_id').items()
        ):
            for as_of, group in confirmations.grouped('as_of').items():
                group._fill(company, as_of)
        return True

    def _fill(self, company, as_of):
        """Fill the lines of confirmations of one company and day, in a fixed number of queries."""
        self.line_ids.unlink()
        accounts = self.env['ar.credit.account'].sudo()._for_partners(self.partner_id, company)
        data = accounts._statement_data(as_of)
        by_partner = {account.partner_id: data[account.id] for account in accounts}
        Line = self.env['ar.balance.confirmation.line'].sudo()
        Line.create(
            [
                Line._prepare_from_statement(confirmation, line)
                for confirmation in self
                for section in by_partner[confirmation.partner_id]['sections']
                for line in section['lines']
            ]
        )
        for confirmation in self:
            confirmation.balance = by_partner[confirmation.partner_id]['closing']

    # === Send ===

    def action_send(self):
        """Number the letters, freeze them, and mail them with a link or leave them to be printed."""
        for confirmation in self:
            if confirmation.state != 'draft':
                raise UserError(self.env._("%s has already been sent.", confirmation.name))
            if not confirmation.line_ids:
                confirmation.action_fill()
            confirmation._check_recipient()
            sequence = self.env['ir.sequence'].sudo().with_company(confirmation.company_id)
            confirmation.name = sequence.next_by_code('ar.balance.confirmation') or confirmation.name
            confirmation.write(
                {
                    'state': 'sent',
                    'sent_on': fields.Datetime.now(),
                    'last_sent_on': fields.Date.context_today(self),
                }
            )
            confirmation._letter()
            if confirmation.channel == 'mail':
                confirmation._mail('ar_reconciliation.mail_template_confirmation')
        return True

    def _send_or_say(self):
        """Send, or hand the letter with the error to the responsible person."""
        try:
            with self.env.cr.savepoint():
                self.action_send()
        except UserError as error:
            self.activity_schedule(
                'mail.mail_activity_data_todo',
                user_id=(self.user_id or self.env.user).id,
                summary=self.env._("The confirmation could not be sent"),
                note=str(error),
            )

    def _check_recipient(self):
        if self.channel == 'mail' and not self.recipient_id.email_normalized:
            raise UserError(
                self.env._(
                    "%s has no valid e-mail address. Enter one, choose another recipient, or send the confirmation as a letter.",
                    self.recipient_id.display_name,
                )
            )

    def _letter(self):
        """Return the PDF of the letter; made once, when it is sent."""
        if self.letter_id:
            return self.sudo().letter_id.raw
        Report = (
            self.env['ir.actions.report']
            .sudo()
            .with_context(lang=self.partner_id.lang or self.env.lang, ar_page_without_scripts=True)
        )
        content = Report._render_qweb_pdf('ar_reconciliation.ar_confirmation_report', self.ids)[0]
        if self.state != 'draft':
            self.sudo().letter_id = (
                self.env['ir.attachment']
                .sudo()
                .create(
                    {
                        'name': f"{self.name.replace('/', '-')}.pdf",
                        'raw': content,
                        'res_model': self._name,
                        'res_id': self.id,
                        'mimetype': 'application/pdf',
                    }
                )
            )
        return content

    def _mail(self, template):
        """Mail the letter with a new link; links that are out stay good until they expire.

        The message is no part of the chatter and is deleted once it has left: whoever works here must not hold the link
        by which the customer answers.
        """
        company = self.company_id
        token = self.env['ar.portal.link']._issue(self, self.recipient_id, company.ar_link_days)
        self.env.ref(template).sudo().with_context(link=self._link(token)).send_mail(
            self.id,
            email_values={
                'attachment_ids': self.letter_id.ids,
                'model': False,
                'res_id': False,
                'auto_delete': True,
                'author_id': company.partner_id.id,
            },
        )
        self.message_post(
            body=self.env._(
                "Mailed to %(contact)s (%(email)s) with a link that is good for %(days)s days.",
                contact=self.recipient_id.display_name,
                email=self.recipient_id.email,
                days=company.ar_link_days,
            )
        )

    def _link(self, token):
        return f'{self.get_base_url()}/my/confirmations/{self.id}?access_token={token}'

    def action_print(self):
        """Download the letters in one PDF."""
        self.check_access('read')
        content = merge_pdf([confirmation._letter() for confirmation in self])
        attachment = self.env['ir.attachment'].create(
            {
                'name': f"{self[:1].name.replace('/', '-')}.pdf",
                'raw': content,
                'res_model': self._name,
                'res_id': self[:1].id,
            }
        )
        return {
            'type': 'ir.actions.act_url',
            'url': f'/web/content/{attachment.id}?download=true',
            'target': 'download',
        }

    def action_cancel(self):
        """Withdraw the letter; its links are revoked and its number stays used."""
        for confirmation in self:
            if confirmation.state in ('confirmed', 'objected'):
                raise UserError(
                    self.env._("%s has been answered; an answer cannot be cancelled.", confirmation.name)
                )
            confirmation.state = 'cancelled'
            confirmation.action_revoke_links()
        return True

    # === Links ===

    def _links(self):
        return (
            self.env['ar.portal.link']
            .sudo()
            .search([('res_model', '=', self._name), ('res_id', 'in', self.ids)])
        )

    def action_revoke_links(self):
        """Revoke every link to these confirmations; who logs in as the customer can still answer."""
        self.check_access('write')
        self._links().with_user(self.env.user).sudo().action_revoke()
        for confirmation in self:
            confirmation.message_post(body=self.env._("The links were revoked."))
        return True

    def action_open_links(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.portal.link',
            'view_mode': 'list',
            'name': self.env._("Links"),
            'domain': [('res_model', '=', self._name), ('res_id', '=', self.id)],
        }
