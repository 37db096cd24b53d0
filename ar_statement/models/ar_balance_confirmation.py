import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import merge_pdf

from odoo.addons.ar_base.report.download import download

TEMPLATES = {
    'confirmation': 'ar_statement.mail_template_confirmation',
    'reminder': 'ar_statement.mail_template_confirmation_reminder',
}
# What the lines of the letter say, and what the customer answers to them.
LETTER = ('document', 'due', 'currency_id', 'original', 'amount', 'residual', 'disputed')
ANSWERS = ('answer', 'reason', 'has_customer_amount', 'customer_amount', 'comment')
# The customer's answer.
EVIDENCE = frozenset(
    ['replied_on', 'replied_by', 'reply_channel', 'reply_ip', 'reply_user_id', 'reply_link_id']
)
EVIDENCE |= {'signature', 'scan_id', 'customer_comment'}


class ArBalanceConfirmation(models.Model):
    """A numbered letter that asks a customer whether our books of a day agree with the customer's.

    Its lines are frozen when it is sent: un-reconciling, re-dating or cancelling later changes no letter that
    is out. The answer, signed on the portal or on paper and entered with its scan, is the customer's: who
    gave it, when and from where is kept, and nothing of it can be changed. It waits for an answer once it has
    left. Those who work here do not hold the link by which the customer answers: it is in the mail alone.
    """

    _name = 'ar.balance.confirmation'
    _description = "Balance Confirmation"
    _journaled = frozenset(['sent', 'confirmed', 'objected', 'cancelled'])
    _journal_fields = frozenset(['as_of'])
    # Printed when it is asked for; the kept file reports itself.
    _journal_goes_on = frozenset(['letter_id'])
    _journal_parts = {'line_ids': LETTER}
    _inherit = [
        'mail.thread',
        'mail.activity.mixin',
        'ar.delivery.document.mixin',
        'ar.awaited.answer.mixin',
    ]
    _order = 'as_of desc, id desc'
    _check_company_auto = True
    _link_paths = {'answer': '/my/confirmations/%s'}
    _facts = EVIDENCE | {'name', 'state', 'balance', 'letter_id', 'campaign_id'}
    _parts = ('line_ids',)
    _fixed_after = frozenset(['queued', 'sent', 'confirmed', 'objected', 'cancelled'])
    _free_fields = frozenset(['recipient_id', 'auditor_id', 'user_id', 'deadline', 'channel', 'line_ids'])

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
        "Credit File",
        compute='_compute_credit_account_id',
        store=True,
        index='btree_not_null',
    )
    recipient_id = fields.Many2one(
        'res.partner', "Sent To", compute='_compute_recipient_id', store=True, readonly=False
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
            ('queued', "Being sent"),
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
    letter_id = fields.Many2one('ir.attachment', readonly=True, copy=False)
    replied_by = fields.Char("Answered By", readonly=True, copy=False)
    reply_channel = fields.Selection([('portal', "Portal"), ('paper', "Paper")], readonly=True, copy=False)
    signature = fields.Image(readonly=True, copy=False, attachment=True, max_width=1024, max_height=1024)
    scan_id = fields.Many2one('ir.attachment', "Scan of the Reply", readonly=True, copy=False)
    customer_comment = fields.Text("Customer's Remark", readonly=True, copy=False)
    confirmed = fields.Monetary(
        compute='_compute_confirmed', store=True, help="The part of the balance that the customer agrees to."
    )
    difference = fields.Monetary(
        compute='_compute_confirmed', store=True, help="Balance less what the customer's books show."
    )

    _number = models.UniqueIndex("(company_id, name) WHERE state <> 'draft'", "This number is taken.")

    @api.depends('partner_id', 'company_id')
    def _compute_credit_account_id(self):
        Account = self.env['ar.credit.account'].sudo()
        for confirmation in self:
            partner, company = confirmation.partner_id, confirmation.company_id
            account = Account._for_partner(partner, company) if partner.id and company.id else Account
            confirmation.credit_account_id = account

    # Apart from the credit file: naming the recipient leaves the file to be found.
    @api.depends('partner_id', 'credit_account_id')
    def _compute_recipient_id(self):
        for confirmation in self:
            account = confirmation.credit_account_id.sudo()
            recipients = account._statement_recipients()
            confirmation.recipient_id = recipients.get(account, confirmation.partner_id)

    @api.depends('state', 'line_ids.difference_company', 'line_ids.residual')
    def _compute_confirmed(self):
        for confirmation in self:
            lines = confirmation.line_ids
            if confirmation.state not in ('confirmed', 'objected'):
                lines = lines.browse()
            confirmation.difference = sum(lines.mapped('difference_company'))
            confirmation.confirmed = sum(
                line.residual - line.difference_company for line in lines if not line.is_missing
            )

    @api.model_create_multi
    def create(self, vals_list):
        Partner = self.env['res.partner']
        for vals in vals_list:
            if vals.get('partner_id'):
                vals['partner_id'] = Partner.browse(vals['partner_id']).commercial_partner_id.id
        return super().create(vals_list)

    def _journal_part_names(self):
        parts = super()._journal_part_names()
        if not {'confirmed', 'objected'}.issuperset(self.mapped('state')):
            return parts
        return {**parts, 'line_ids': [*parts['line_ids'], *ANSWERS]}

    @api.model
    def _refusal_to_edit(self, names):
        fixed = self.filtered(lambda confirmation: confirmation._is_fixed())[:1]
        if not fixed:
            return super()._refusal_to_edit(names)
        if EVIDENCE.intersection(names):
            return self.env._("The answer to %s is evidence and cannot be changed.", fixed.name)
        return self.env._(
            "%s has been sent: what it says cannot be changed. Cancel it and make a new one.", fixed.name
        )

    def _refusal_to_delete(self):
        return self.env._(
            "%s has been sent and is audit evidence: it cannot be deleted. Cancel it instead.", self.name
        )

    # === Prepare ===

    def action_fill(self):
        """Take the open items of the day as lines; again as often as wanted until it is sent."""
        drafts = self.filtered(lambda c: c.state == 'draft')
        for (company, as_of), group in drafts.grouped(lambda c: (c.company_id, c.as_of)).items():
            group._fill(company, as_of)
        return True

    def _fill(self, company, as_of):
        """Fill the lines of confirmations of one company and day, in a fixed number of queries."""
        self.line_ids.unlink()
        accounts = self.env['ar.credit.account'].sudo()._for_partners(self.partner_id, company)
        data = accounts._statement_data(as_of)
        by_partner = {account.partner_id: data[account.id] for account in accounts}
        Line = self.env['ar.balance.confirmation.line'].sudo()
        Line._create_with_facts(
            [
                Line._prepare_from_statement(confirmation, line)
                for confirmation in self
                for section in by_partner[confirmation.partner_id]['sections']
                for line in section['lines']
            ]
        )
        for confirmation in self:
            confirmation._record_facts({'balance': by_partner[confirmation.partner_id]['closing']})

    def action_print(self):
        """Download the letters in one PDF."""
        self.check_access('read')
        content = merge_pdf([confirmation._letter() for confirmation in self])
        return download(self.env, f"{self[:1].name}.pdf", content, self[:1])

    def action_cancel(self):
        """Withdraw the letter; its links are revoked and its number stays used."""
        for confirmation in self:
            if confirmation.state in ('confirmed', 'objected'):
                raise UserError(
                    self.env._("%s has been answered; an answer cannot be cancelled.", confirmation.name)
                )
            confirmation._record_facts({'state': 'cancelled'})
            confirmation.action_revoke_links()
        return True

    def action_revoke_links(self):
        super().action_revoke_links()
        for confirmation in self:
            confirmation.message_post(body=self.env._("The links were revoked."))
        return True

    # === Send ===

    def action_send(self):
        """Number the letters, freeze them, and hand them to the worker, or leave them to be printed."""
        for confirmation in self:
            if confirmation.state not in ('draft', 'queued') or confirmation._under_way():
                raise UserError(self.env._("%s has already been sent.", confirmation.name))
            if not confirmation.line_ids:
                confirmation.action_fill()
            confirmation._check_recipient()
            if confirmation.state == 'draft':
                sequence = self.env['ir.sequence'].sudo().with_company(confirmation.company_id)
                name = sequence.next_by_code('ar.balance.confirmation') or confirmation.name
                confirmation._record_facts({'state': 'queued', 'name': name})
            by_mail = confirmation.channel == 'mail'
            if not by_mail:
                confirmation._note_sent(fields.Datetime.now())
            confirmation._deliver('confirmation', confirmation.recipient_id, 'mail' if by_mail else 'file')
        return True

    def _note_sent(self, moment):
        self._record_facts(
            {'state': 'sent', 'sent_on': moment, 'last_sent_on': fields.Date.context_today(self, moment)}
        )

    def _letter(self):
        """Return the PDF of the letter; made once and kept, from when it is numbered."""
        if not self.letter_id:
            content = self.env['report.ar_statement.ar_balance_confirmation_report']._pdf(self)
            if self.state == 'draft':
                return content
            letter = self.env['ar.kept.document']._keep(self, f'{self.name}.pdf', content)
            self.sudo()._record_facts({'letter_id': letter.id})
        return self.env['ar.kept.document']._content(self.sudo().letter_id)

    # === Delivery ===

    def _delivery_template(self, purpose):
        return self.env.ref(TEMPLATES[purpose])

    def _delivery_link(self, delivery):
        return self._issue_link('answer', delivery.contact_id)

    def _delivery_page(self):
        return self.get_base_url() + self._link_paths['answer'] % self.id

    def _delivery_documents(self, delivery):
        self._letter()
        return self.sudo().letter_id

    def _delivery_obstacle(self, delivery):
        waits = ('queued', 'sent') if delivery.purpose == 'confirmation' else ('sent',)
        return self.state not in waits and self.env._("%s has been answered or withdrawn.", self.name)

    def _delivery_outcome(self, delivery):
        if delivery.channel == 'file':
            if delivery.state != 'sent':
                self._alert_not_sent(delivery.error)
        elif delivery.state == 'sent':
            self._on_mailed(delivery)
        else:
            if delivery.state == 'bounced' and delivery.purpose == 'confirmation' and self.state == 'sent':
                self._record_facts({'state': 'queued', 'sent_on': False, 'last_sent_on': False})
            self._alert_not_sent(delivery.error)

    def _on_mailed(self, delivery):
        moment = delivery.sent_on
        if self.state == 'queued':
            self._note_sent(moment)
        if delivery.purpose == 'reminder':
            day = fields.Date.context_today(self, moment)
            self._record_facts({'reminder_count': self.reminder_count + 1, 'last_sent_on': day})
        self.message_post(
            body=self.env._(
                "Mailed to %(contact)s (%(email)s) with a link that is valid for %(days)s days.",
                contact=delivery.contact_id.display_name,
                email=delivery.address,
                days=self.company_id.ar_link_days,
            )
        )

    # === The answer ===

    def _owner(self):
        """Return who clears the objections: the customer's collector, or the person who sent the letter."""
        return self.credit_account_id.collector_id or self.user_id or self.create_uid

    def _objections(self):
        return self.line_ids.filtered(lambda line: line.answer == 'objected')

    def _drop_marks(self):
        """Forget what colleagues marked for a reply on paper: the customer sees and signs only its own."""
        if self.state == 'sent':
            self.line_ids.filtered('marked_by_id')._withdraw()

    def _answer(self, name, signature=None, **values):
        """Write the customer's answer, as superuser: confirmed, or objected where any line is.

        :raise UserError: no answer is awaited, or the answer is not signed.
        """
        self.ensure_one()
        if self.state != 'sent':
            raise UserError(self.env._("%s has been answered or withdrawn.", self.name))
        if not (name or '').strip():
            raise UserError(self.env._("Enter the name of the person answering."))
        if values.get('reply_channel') == 'portal':
            self._drop_marks()
        objections = self._objections()
        (self.line_ids - objections)._record_facts({'answer': 'agreed'})
        vals = {
            'state': 'objected' if objections else 'confirmed',
            'replied_by': name.strip(),
            'replied_on': fields.Datetime.now(),
            'signature': signature or False,
            **values,
        }
        try:
            self._record_facts(vals)
            self.flush_recordset()
        except (TypeError, ValueError, binascii.Error):
            raise UserError(self.env._("The signature could not be read: draw it again.")) from None
        self._keep_answer()
        internal = self.company_id._with_internal_lang(self)
        for line in objections.with_env(internal.env):
            line._open_dispute()
        internal._announce(objections)

    def _keep_answer(self):
        """Keep what the customer signed and handed in."""
        Kept = self.env['ar.kept.document']
        Kept._keep_fields(self, 'signature')
        Kept._keep_attachments(self, self.sudo().scan_id | self.sudo().line_ids.attachment_ids)

    def _announce(self, objections):
        """Post the answer on the letter and on the credit file, as the customer's."""
        text = (
            self.env._("%(name)s objects to %(count)s lines.", name=self.replied_by, count=len(objections))
            if objections
            else self.env._("%s confirms the balance.", self.replied_by)
        )
        author = self.reply_user_id.partner_id or self.recipient_id or self.partner_id
        self.message_post(body=text, attachment_ids=objections.attachment_ids.ids, author_id=author.id)
        self.credit_account_id.sudo().message_post(
            author_id=author.id, body=self.env._("%(letter)s: %(answer)s", letter=self.name, answer=text)
        )
        self.activity_unlink(['ar_statement.mail_activity_type_reminder'])

    def action_enter_reply(self):
        """Enter a reply on paper."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.confirmation.reply',
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("Reply on Paper"),
            'context': {'default_confirmation_id': self.id},
        }
