from odoo import fields, models
from odoo.exceptions import UserError

SIGNING = 'ar_signing_contact'  # of those who get a mail: who signs


class ArCommitmentOfferMixin(models.AbstractModel):
    """An offer that a customer signs on the portal or on paper; the document is kept as it was signed.

    Its links (``_link_paths``) are for two purposes: ``sign``, which the contact gets with every mail, and
    ``preview``, which shows a colleague the same page and signs nothing.
    """

    _name = 'ar.commitment.offer.mixin'
    _description = "Offer to Sign"
    _inherit = ['ar.commitment.mixin', 'ar.delivery.document.mixin', 'ar.approval.mixin']

    _facts = frozenset({'signature', 'signed_copy_id', 'signed_ip', 'signed_on'})
    # External ids of the document to sign, and of the mail with its link.
    _document = None
    _offer_message = None

    valid_until = fields.Date(
        "Offer Ends", default=lambda self: fields.Date.add(fields.Date.context_today(self), days=10)
    )
    signed_by = fields.Char(copy=False)
    signed_on = fields.Datetime(readonly=True, copy=False)
    signed_ip = fields.Char("Signed From", readonly=True, copy=False)
    signature = fields.Image(readonly=True, copy=False, attachment=True, max_width=1024, max_height=1024)
    signed_document = fields.Binary("Signed on Paper", copy=False, attachment=True)
    signed_document_name = fields.Char(copy=False)
    signed_copy_id = fields.Many2one('ir.attachment', readonly=True, copy=False, ondelete='restrict')

    def _offer_title(self):
        """Hook: the subject of the mail, in the language of the environment."""
        raise NotImplementedError

    def _link_is_good(self):
        """Hook: whether the page opens by a link at all."""
        raise NotImplementedError

    def _get_report_base_filename(self):
        return self._offer_title()

    def _require(self, *states):
        """:raise UserError: it is in another state."""
        labels = dict(self._fields['state']._description_selection(self.env))
        for offer in self:
            if offer.state not in states:
                raise UserError(
                    self.env._(
                        "%(plan)s is %(state)s; this is only possible while it is %(expected)s.",
                        plan=offer.name,
                        state=labels[offer.state],
                        expected=' / '.join(labels[state] for state in states),
                    )
                )

    # === The second person, see ar.approval.mixin ===

    def _approval_kind(self):
        return 'plan'

    def _approval_amount(self):
        currency, today = self.company_id.currency_id, fields.Date.context_today(self)
        return self.currency_id._convert(self.amount, currency, self.company_id, today)

    def _approval_grade(self):
        return self.credit_account_id.sudo().grade_id

    def _approval_requesters(self):
        return self.create_uid

    # === Sending it ===

    def _send_offer(self):
        """Queue the mail with the link to the contact, if there is an address; it leaves once.

        Without an address the offer waits on the portal and on paper.
        """
        contact = self._signing_contact()
        if not contact.email:
            self.message_post(
                body=self.env._(
                    "%s has no e-mail address: the offer waits on the portal, or is signed on paper.",
                    contact.display_name,
                )
            )
            return
        self._withdraw_mail()
        self._deliver('offer', contact)

    def _withdraw_mail(self):
        """Take a mail back that has not left."""
        self._under_way()._cancel(self.env._("The offer was taken back or made again"))

    # === The mail of the offer, see ar.delivery.document.mixin ===

    def _delivery_template(self, purpose):
        return self.env.ref(self._offer_message)

    def _delivery_link(self, delivery):
        return self._issue_link('sign', delivery.contact_id, self._link_days())

    def _delivery_page(self):
        return self.get_base_url() + self._link_paths['sign'] % self.id

    def _delivery_documents(self, delivery):
        return self.env['ir.attachment'].sudo()

    def _delivery_obstacle(self, delivery):
        return not self._may_be_signed() and self.env._("%s is no longer offered.", self.name)

    def _delivery_outcome(self, delivery):
        if delivery.state != 'sent':
            user = self._responsible()
            internal = self.with_context(lang=user.lang)
            body = internal.env._(
                "The offer did not reach %(contact)s: %(why)s",
                contact=delivery.contact_id.display_name,
                why=delivery.error,
            )
            internal.message_post(body=body, partner_ids=user.partner_id.ids)

    def _signing_contact(self):
        return self.contact_id or self.partner_id

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """Give the contact a button that opens the page; other recipients get none."""
        groups = super()._notify_get_recipients_groups(message, model_description, msg_vals=msg_vals)
        if not self or not self._link_is_good():
            return groups
        contact = self._signing_contact()
        button = {'active': True, 'has_button_access': True}
        return [[SIGNING, lambda recipient: recipient['id'] == contact.id, button], *groups]

    def _notify_by_email_render_layout(self, message, recipients_group, msg_vals=False, render_values=None):
        """Put a new link into the mail to the contact: it is in the mail alone, and in no message."""
        if recipients_group['notification_group_name'] == SIGNING:
            url = self._issue_link('sign', self._signing_contact(), self._link_days())
            button = {**recipients_group['button_access'], 'url': url}
            if self._may_be_signed():
                button['title'] = self.env._("View and sign")
            recipients_group = {**recipients_group, 'button_access': button}
        return super()._notify_by_email_render_layout(message, recipients_group, msg_vals, render_values)

    def _link_days(self):
        """Return for how long a link is good: as the company says, and while the offer is open at least."""
        today = fields.Date.context_today(self)
        return max(self.company_id.ar_link_days, ((self.valid_until or today) - today).days + 1)

    def action_preview(self):
        """Open the customer's page, by a link of the user's own that cannot sign."""
        self.ensure_one()
        self.check_access('read')
        url = self._issue_link('preview', self.env.user.partner_id, days=1)
        return {'type': 'ir.actions.act_url', 'target': 'self', 'url': url}

    def _may_be_signed(self):
        """Tell whether the customer can still accept it."""
        today = fields.Date.context_today(self)
        return self.state == 'offered' and (not self.valid_until or self.valid_until >= today)

    def _check_signable(self, name):
        """Refuse a signature once the offer was accepted, taken back or has ended, and one without a name.

        Decided from the stored state, never from who runs it: a customer signs as superuser.
        """
        if not self._may_be_signed():
            raise UserError(
                self.env._("This offer is no longer open. Ask %s for a new one.", self.company_id.name)
            )
        if not (name or '').strip():
            raise UserError(self.env._("Enter the name of the person signing."))

    def _prepare_signature(self, name, signature, ip):
        return {
            'signed_by': name.strip(),
            'signed_on': fields.Datetime.now(),
            'signed_ip': ip,
            'signature': signature,
        }

    def _keep_signed_document(self):
        """Keep the exact document that was accepted, and the signature or its scan."""
        Report = self.env['ir.actions.report'].sudo()
        try:
            content, kind = Report._render(self._document, self.ids)
        except UserError:  # no printer must not lose a signature: the page itself is kept
            content, kind = Report._render_qweb_html(self._document, self.ids)
        Kept = self.env['ar.kept.document']
        suffix, mimetype = ('pdf', 'application/pdf') if kind == 'pdf' else ('html', 'text/html')
        copy = Kept._keep(self, f'{self.name}.{suffix}', content, mimetype)
        self._record_facts({'signed_copy_id': copy.id})
        Kept._keep_fields(self, 'signature', 'signed_document')
