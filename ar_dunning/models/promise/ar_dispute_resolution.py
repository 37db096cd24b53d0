from odoo import fields, models
from odoo.exceptions import UserError


class ArDispute(models.Model):
    """What a dispute comes to: a credit note, a correction, or a refusal; and the customer is told."""

    _inherit = 'ar.dispute'

    def action_credit_note(self):
        """Open the credit note of the invoice, prefilled; posting it settles the dispute.

        :raise UserError: the dispute is closed.
        """
        self.ensure_one()
        if self.state != 'open':
            raise UserError(self.env._("The dispute of %s is closed: reopen it first.", self.move_id.name))
        reasons = dict(self._fields['reason']._description_selection(self.env))
        action = self.env['ir.actions.act_window']._for_xml_id('account.action_view_account_move_reversal')
        return {
            **action,
            'context': {
                'active_model': 'account.move',
                'active_ids': self.move_id.ids,
                'default_ar_dispute_id': self.id,
                'default_reason': f"{self.name} ({reasons[self.reason]})",
            },
        }

    def action_correct(self):
        """Close it: the document or the delivery was put right, the amount stays owed."""
        return self.write({'state': 'accepted', 'resolution': 'corrected'})

    def action_open_credit_notes(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'account.move',
            'view_mode': 'list,form',
            'name': self.env._("Credit Notes"),
            'domain': [('ar_dispute_id', '=', self.id)],
        }

    def _on_credited(self):
        """Close disputes whose amount is credited; what is credited in part stays open for the rest."""
        for dispute in self:
            notes = dispute.credit_note_ids.filtered(lambda move: move.state == 'posted')
            dispute.credited_amount = sum(abs(note.amount_total) for note in notes)
            if dispute.state != 'open':
                continue
            if dispute.currency_id.compare_amounts(dispute.credited_amount, dispute.amount) >= 0:
                dispute.write({'state': 'accepted', 'resolution': 'credit_note'})
            else:
                dispute.message_post(
                    body=self.env._(
                        "%(credited)s of %(amount)s is credited; the rest is still disputed.",
                        credited=dispute.currency_id.format(dispute.credited_amount),
                        amount=dispute.currency_id.format(dispute.amount),
                    )
                )

    def _on_resolved(self):
        """Clear the desks, and tell the customer who raised it."""
        answers = dict(self._fields['resolution']._description_selection(self.env))
        for dispute in self:
            dispute.activity_feedback(
                ['ar_dunning.mail_activity_type_dispute'],
                feedback=dispute.outcome or answers.get(dispute.resolution),
            )
            if dispute.contact_id.email:
                lang = dispute.with_context(lang=dispute.contact_id.lang or self.env.lang)
                answers_told = dict(lang._fields['resolution']._description_selection(lang.env))
                lang.message_post(
                    body=lang.env._(
                        "Your objection to %(invoice)s: %(answer)s. %(outcome)s",
                        invoice=dispute.move_id.name,
                        answer=answers_told.get(dispute.resolution),
                        outcome=dispute.outcome or '',
                    ),
                    partner_ids=dispute.contact_id.ids,
                    message_type='comment',
                    subtype_xmlid='mail.mt_comment',
                )

    def _portal_state(self):
        """Return the state as the customer reads it."""
        self.ensure_one()
        if self.state == 'open':
            return self.env._("We are looking into it")
        return {
            'credit_note': self.env._("Credited"),
            'corrected': self.env._("Corrected"),
            'rejected': self.env._("Not accepted"),
        }.get(self.resolution, self.env._("Closed"))

    def _closed_since(self, days):
        """Return the disputes that are open or were closed within the days."""
        since = fields.Date.subtract(fields.Date.context_today(self), days=days)
        return self.filtered(lambda dispute: dispute.state == 'open' or dispute.closed_on >= since)
