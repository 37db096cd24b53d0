import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError


class ArBalanceConfirmation(models.Model):
    """The answer: signed on the portal, or on paper and entered with its scan."""

    _inherit = 'ar.balance.confirmation'

    replied_on = fields.Datetime("Answered On", readonly=True, copy=False)
    replied_by = fields.Char("Answered By", readonly=True, copy=False)
    reply_channel = fields.Selection([('portal', "Portal"), ('paper', "Paper")], readonly=True, copy=False)
    reply_ip = fields.Char("From Address", readonly=True, copy=False)
    reply_user_id = fields.Many2one('res.users', "Logged In As", readonly=True, copy=False)
    reply_link_id = fields.Many2one('ar.portal.link', "By Link", readonly=True, copy=False)
    signature = fields.Image(readonly=True, copy=False, attachment=True, max_width=1024, max_height=1024)
    scan_id = fields.Many2one('ir.attachment', "Scan of the Reply", readonly=True, copy=False)
    customer_comment = fields.Text("Customer's Remark", readonly=True, copy=False)
    confirmed = fields.Monetary(
        compute='_compute_confirmed', store=True, help="What of the balance the customer agrees to."
    )
    difference = fields.Monetary(
        compute='_compute_confirmed', store=True, help="Balance less what the customer's books show."
    )

    _evidence = (
        'replied_on',
        'replied_by',
        'reply_channel',
        'reply_ip',
        'reply_user_id',
        'reply_link_id',
        'signature',
        'scan_id',
    )

    @api.depends('state', 'line_ids.difference_company', 'line_ids.residual')
    def _compute_confirmed(self):
        for confirmation in self:
            answered = confirmation.state in ('confirmed', 'objected')
            confirmation.difference = (
                sum(confirmation.line_ids.mapped('difference_company')) if answered else 0
            )
            confirmation.confirmed = (
                sum(
                    line.residual - line.difference_company
                    for line in confirmation.line_ids
                    if not line.is_missing
                )
                if answered
                else 0
            )

    def write(self, vals):
        if any(confirmation[name] for confirmation in self for name in self._evidence if name in vals):
            raise UserError(self.env._("The answer to %s is evidence and cannot be changed.", self[:1].name))
        return super().write(vals)

    def _owner(self):
        """Return who clears the objections: the customer's collector, or whoever sent the letter."""
        return self.credit_account_id.collector_id or self.user_id or self.create_uid

    def _objections(self):
        return self.line_ids.filtered(lambda line: line.answer == 'objected')

    def _answer(self, name, signature=None, **values):
        """Write the customer's answer: confirmed, or objected where any line is. Runs as superuser for a customer.

        :raise UserError: it waits for no answer, or nobody signed.
        """
        self.ensure_one()
        if self.state != 'sent':
            raise UserError(self.env._("%s has been answered or withdrawn.", self.name))
        if not (name or '').strip():
            raise UserError(self.env._("Write the name of the person who answers."))
        objections = self._objections()
        (self.line_ids - objections).write({'answer': 'agreed'})
        vals = {
            'replied_by': name.strip(),
            'replied_on': fields.Datetime.now(),
            'signature': signature or False,
            **values,
        }
        try:
            self.write({**vals, 'state': 'objected' if objections else 'confirmed'})
            self.flush_recordset()
        except (TypeError, ValueError, binascii.Error):
            raise UserError(self.env._("The signature could not be read: draw it again.")) from None
        told = self.company_id._with_internal_lang(self)
        for line in objections.with_env(told.env):
            line._open_dispute()
        told._announce(objections)

    def _announce(self, objections):
        text = (
            self.env._(
                "%(name)s objects to %(count)s lines.",
                name=self.replied_by,
                count=len(objections),
            )
            if objections
            else self.env._("%s confirms the balance.", self.replied_by)
        )
        author = self.reply_user_id.partner_id or self.recipient_id or self.partner_id
        self.message_post(body=text, attachment_ids=objections.attachment_ids.ids, author_id=author.id)
        self.credit_account_id.sudo().message_post(
            author_id=author.id, body=self.env._("%(letter)s: %(answer)s", letter=self.name, answer=text)
        )
        self.activity_unlink(['ar_reconciliation.mail_activity_type_reminder'])

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
