from odoo import fields, models
from odoo.exceptions import UserError, ValidationError


class ArPaymentPlan(models.Model):
    """Offering an agreement, and its acceptance by signature on the portal or on paper."""

    _inherit = 'ar.payment.plan'

    def action_offer(self):
        """Freeze the agreement and send the customer the link to sign it, in the customer's language.

        :raise UserError: the instalments do not sum to what is open, are in the past, or an item is covered already.
        """
        for plan in self:
            plan._require('draft')
            plan._freeze_items()
            plan._check_arranged()
            plan._check_free()
            plan._check_schedule()
            plan.write({'state': 'offered'})
            plan._portal_ensure_token()
            plan._send_offer()
        return True

    def _check_free(self):
        """An agreement takes the place of open promises; only another agreement is in its way."""
        taken = (
            self.env['ar.covered.item']
            .sudo()
            .search(
                [
                    ('move_line_id', 'in', self.item_ids.move_line_id.ids),
                    ('live', '=', True),
                    ('payment_plan_id', '!=', False),
                    ('payment_plan_id', 'not in', self.ids),
                ],
                limit=1,
            )
        )
        if taken:
            raise UserError(
                self.env._(
                    "%(item)s of %(customer)s is already covered by %(other)s. Cancel that one first, with the reason.",
                    item=taken.document,
                    customer=self[:1].partner_id.display_name,
                    other=taken.payment_plan_id.name,
                )
            )

    def _check_schedule(self):
        currency, today = self.currency_id, fields.Date.context_today(self)
        if currency.compare_amounts(self.amount, self.covered_amount):
            raise ValidationError(
                self.env._(
                    "%(customer)s: the instalments sum to %(amount)s, open of the chosen invoices are %(open)s. Build the schedule "
                    "anew, or change the last instalment.",
                    customer=self.partner_id.display_name,
                    amount=currency.format(self.amount),
                    open=currency.format(self.covered_amount),
                )
            )
        if min(self.line_ids.mapped('date')) < today or (self.valid_until and self.valid_until < today):
            raise ValidationError(
                self.env._(
                    "%(customer)s: an instalment or the end of the offer is before today. Choose later dates.",
                    customer=self.partner_id.display_name,
                )
            )

    def _send_offer(self):
        """Send the link to the contact, if there is an address; else it waits on the portal and on paper."""
        contact = self.contact_id or self.partner_id
        if not contact.email:
            self.message_post(
                body=self.env._(
                    "%s has no e-mail address: the offer waits on the portal, or is signed on paper.",
                    contact.display_name,
                )
            )
            return
        plan = self.with_context(lang=contact.lang or self.env.lang)
        plan.message_post_with_source(
            'ar_dunning.message_payment_plan_offer',
            render_values={'plan': plan, 'url': self._offer_url()},
            partner_ids=contact.ids,
            subtype_xmlid='mail.mt_comment',
            message_type='comment',
            subject=plan.env._("Payment plan %s", self.name),
        )

    def _offer_url(self):
        return self.get_base_url() + self.get_portal_url()

    def action_take_back(self):
        """Take an offer back to change it; its link no longer works."""
        self._require('offered')
        self.write({'state': 'draft', 'access_token': False})
        return True

    # === Acceptance ===

    def _may_be_signed(self):
        """Tell whether the customer can still accept it."""
        today = fields.Date.context_today(self)
        return self.state == 'offered' and (not self.valid_until or self.valid_until >= today)

    def _link_is_good(self):
        """Tell whether the mailed link still opens it: as long as it can be signed or is being paid; later one signs in."""
        return self.state == 'active' or self._may_be_signed()

    def _accept(self, name, signature=None, ip=None):
        """Make the agreement active from today. Open promises for its items end: the agreement takes their place.

        Decided from the stored state, never from who runs it: a customer signs as superuser. Of two submits at once the
        second sees the first and is refused.

        :raise UserError: it was accepted, taken back, or has ended meanwhile; an item was paid in full.
        """
        self.ensure_one()
        self._lock_account(self.credit_account_id)
        if not self._may_be_signed():
            raise UserError(
                self.env._("This offer is no longer open. Ask %s for a new one.", self.company_id.name)
            )
        if not (name or '').strip():
            raise UserError(self.env._("Write the name of who signs."))
        self._check_unpaid()
        self._check_free()
        self._replace_promises()
        first, last = self._end_dates()
        self.write(
            {
                'state': 'active',
                'accepted_on': fields.Date.context_today(self),
                'next_date': first,
                'ends_on': last,
                'signed_by': name.strip(),
                'signed_on': fields.Datetime.now(),
                'signed_ip': ip,
                'signature': signature,
            }
        )
        self._attach_agreement()
        self._settle_offer()

    def _check_unpaid(self):
        """Refuse an offer whose items changed meanwhile: what is signed must be what is owed."""
        for item in self.item_ids:
            if self.currency_id.compare_amounts(item.residual, item.open_amount):
                raise UserError(
                    self.env._(
                        "%(item)s was %(then)s when the offer was made and is %(now)s now. Ask %(company)s for a new offer.",
                        item=item.document,
                        then=self.currency_id.format(item.open_amount),
                        now=self.currency_id.format(item.residual),
                        company=self.company_id.name,
                    )
                )

    def _replace_promises(self):
        promises = (
            self.env['ar.covered.item']
            .search([('move_line_id', 'in', self.item_ids.move_line_id.ids), ('live', '=', True)])
            .promise_id
        )
        if promises:
            promises.action_cancel(self.env._("Replaced by %s.", self.name))
            promises.item_ids.flush_recordset()  # before the unique index sees the agreement's items

    def _settle_offer(self):
        user = self._responsible()
        told = self.with_context(lang=user.lang)
        told.message_post(body=told.env._("Accepted by %s.", self.signed_by), partner_ids=user.partner_id.ids)

    def _attach_agreement(self):
        """Keep the exact document that was accepted."""
        Report = self.env['ir.actions.report'].sudo()
        try:
            content, kind = Report._render('ar_dunning.payment_plan_document', self.ids)
        except UserError:  # no printer must not lose a signature: the page itself is kept
            content, kind = Report._render_qweb_html('ar_dunning.payment_plan_document', self.ids)
        self.env['ir.attachment'].sudo().create(
            {
                'name': f'{self.name}.{"pdf" if kind == "pdf" else "html"}'.replace('/', '-'),
                'raw': content,
                'res_model': self._name,
                'res_id': self.id,
            }
        )

    def action_accept_paper(self):
        """Make the agreement active; the signed scan and who signed are kept.

        :raise UserError: the scan or the name is missing.
        """
        self.ensure_one()
        self._require('offered')
        if not self.signed_document or not self.signed_by:
            raise UserError(
                self.env._(
                    "Attach the signed agreement of %s and write who signed it.", self.partner_id.display_name
                )
            )
        self._accept(self.signed_by)
        return True

    def _get_report_base_filename(self):
        return self.env._("Payment plan %s", self.name)

    def action_print(self):
        return self.env.ref('ar_dunning.payment_plan_report').report_action(self)

    def action_preview(self):
        """Open the customer's page."""
        self.ensure_one()
        return {'type': 'ir.actions.act_url', 'target': 'self', 'url': self.get_portal_url()}
