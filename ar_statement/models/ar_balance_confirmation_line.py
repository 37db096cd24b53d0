from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

ANSWER = frozenset(
    ['answer', 'reason', 'customer_amount', 'has_customer_amount', 'comment', 'attachment_ids']
)


class ArBalanceConfirmationLine(models.Model):
    """An open item as the letter shows it, and what the customer says to it.

    Copied, not related: books change, letters do not.
    """

    _name = 'ar.balance.confirmation.line'
    _description = "Line of a Balance Confirmation"
    _inherit = ['ar.fact.mixin']
    _order = 'confirmation_id, is_missing, due, id'
    _rec_name = 'document'
    _facts = frozenset(
        [
            'confirmation_id',
            'move_id',
            'move_line_id',
            'document',
            'document_type',
            'reference',
            'date',
            'due',
            'currency_id',
            'original',
            'amount',
            'residual',
            'disputed',
            'is_missing',
            'dispute_id',
            'marked_by_id',
        ]
    )
    _fixed_after = frozenset(['queued', 'sent', 'confirmed', 'objected', 'cancelled'])
    _free_fields = ANSWER

    confirmation_id = fields.Many2one(
        'ar.balance.confirmation', required=True, readonly=True, index=True, ondelete='restrict'
    )
    partner_id = fields.Many2one(related='confirmation_id.partner_id', store=True, index=True)
    company_id = fields.Many2one(related='confirmation_id.company_id', store=True, index=True)
    campaign_id = fields.Many2one(related='confirmation_id.campaign_id', store=True, index='btree_not_null')
    state = fields.Selection(related='confirmation_id.state')
    company_currency_id = fields.Many2one(related='company_id.currency_id', string="Company Currency")
    move_id = fields.Many2one(
        'account.move', "Entry", readonly=True, index='btree_not_null', ondelete='set null'
    )
    move_line_id = fields.Many2one(
        'account.move.line', "Item", readonly=True, index='btree_not_null', ondelete='set null'
    )
    document = fields.Char(required=True, readonly=True)
    document_type = fields.Char("Type", readonly=True)
    reference = fields.Char("Customer Reference", readonly=True)
    date = fields.Date(readonly=True)
    due = fields.Date("Due Date", readonly=True)
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    original = fields.Monetary("Original Amount", readonly=True)
    amount = fields.Monetary("Open Amount", readonly=True)
    residual = fields.Monetary(
        "Open in Company Currency", readonly=True, currency_field='company_currency_id'
    )
    disputed = fields.Monetary(readonly=True)
    is_missing = fields.Boolean(
        "Only in the Customer's Books",
        readonly=True,
        help="The customer named this document; the letter does not have it.",
    )
    answer = fields.Selection(
        [('agreed', "Agreed"), ('objected', "Objected")],
        help="The customer's answer; empty until there is one.",
    )
    reason = fields.Selection(
        lambda self: self.env['ar.dispute']._fields['reason']._description_selection(self.env)
    )
    has_customer_amount = fields.Boolean()
    customer_amount = fields.Monetary("Amount in the Customer's Books")
    comment = fields.Text()
    attachment_ids = fields.Many2many('ir.attachment', string="Evidence")
    marked_by_id = fields.Many2one(
        'res.users',
        readonly=True,
        help="Who of us marked the answer, to enter a reply on paper. It is no answer of the customer on the "
        "portal.",
    )
    dispute_id = fields.Many2one('ar.dispute', readonly=True, index='btree_not_null', ondelete='set null')
    difference = fields.Monetary(
        compute='_compute_difference',
        store=True,
        help="Our amount less the customer's; the whole amount if the customer gave none.",
    )
    difference_company = fields.Monetary(
        "Difference in Company Currency",
        compute='_compute_difference',
        store=True,
        currency_field='company_currency_id',
    )

    @api.depends('answer', 'amount', 'residual', 'customer_amount', 'has_customer_amount')
    def _compute_difference(self):
        for line in self:
            named = line.customer_amount if line.has_customer_amount else 0
            line.difference = line.currency_id.round(line.amount - named) if line.answer == 'objected' else 0
            line.difference_company = line._in_company_currency(line.difference)

    @api.onchange('customer_amount')
    def _onchange_customer_amount(self):
        self.has_customer_amount = bool(self.customer_amount)

    def _in_company_currency(self, amount):
        """Return the amount at the rate of the line in our books; without one, at the day's rate."""
        if self.amount:
            return self.company_currency_id.round(amount * self.residual / self.amount)
        return self.currency_id._convert(
            amount, self.company_currency_id, self.company_id, self.confirmation_id.as_of
        )

    @api.model
    def _prepare_from_statement(self, confirmation, line):
        """Return the values of a line from a line of ``ar.credit.account._statement_data``."""
        return {
            'confirmation_id': confirmation.id,
            'move_id': line['move_id'],
            'move_line_id': line['move_line_id'],
            'document': line['document'],
            'document_type': line['type'],
            'reference': line['reference'],
            'date': line['date'],
            'due': line['due'],
            'currency_id': line['currency'],
            'original': line['original'],
            'amount': line['open'],
            'residual': line['residual'],
            'disputed': line['disputed'],
        }

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        # What only the customer's books have is named while the answer is awaited.
        if any(line._is_fixed() and not (line.is_missing and line.state == 'sent') for line in lines):
            lines._refuse_edit([])
        return lines

    def write(self, vals):
        marks = not self._records_facts_now() and ANSWER.intersection(vals)
        if marks and ANSWER.issuperset(vals):
            self._check_waiting()
        result = super().write(vals)
        if marks:
            self._record_facts({'marked_by_id': self.env.uid})
        return result

    def _check_waiting(self):
        """:raise UserError: no answer is awaited."""
        if any(line.state != 'sent' for line in self):
            raise UserError(self.env._("%s is not waiting for an answer.", self.confirmation_id[:1].name))

    @api.model
    def _refusal_to_edit(self, names):
        fixed = self.filtered(lambda line: line._is_fixed())[:1]
        return fixed._refusal_to_delete() if fixed else super()._refusal_to_edit(names)

    def _refusal_to_delete(self):
        return self.env._(
            "%(letter)s has been sent: %(document)s can no longer be changed. Cancel the letter "
            "and make a new one.",
            letter=self.confirmation_id.name,
            document=self.document,
        )

    # === The customer's answer ===

    def _object(self, reason=None, customer_amount=None, comment='', files=()):
        """Note the customer's objection; it counts when the answer is signed.

        :param files: (name, bytes).
        """
        self.ensure_one()
        self._check_waiting()
        reasons = dict(self.env['ar.dispute']._fields['reason']._description_selection(self.env))
        self._record_facts(
            {
                'marked_by_id': False,
                'answer': 'objected',
                'reason': reason if reason in reasons else 'other',
                'comment': comment,
                'has_customer_amount': customer_amount is not None,
                'customer_amount': customer_amount or 0,
            }
        )
        for name, content in files:
            attachment = self.env['ir.attachment'].create(
                {'name': name, 'raw': content, 'res_model': self._name, 'res_id': self.id}
            )
            self._record_facts({'attachment_ids': [Command.link(attachment.id)]})

    def _withdraw(self):
        """Take an objection back before the answer is signed."""
        self._check_waiting()
        self.filtered('is_missing')._delete_recorded()
        self.exists()._record_facts(
            {
                'marked_by_id': False,
                'answer': False,
                'reason': False,
                'comment': False,
                'has_customer_amount': False,
                'customer_amount': 0,
            }
        )

    def _open_dispute(self):
        """Open a dispute of the item; what is no invoice of ours becomes a task of the responsible person."""
        self.ensure_one()
        move, owner = self.move_id, self.confirmation_id._owner()
        amount = min(self.difference, abs(move.amount_total)) if move else 0
        if (
            not move
            or not move.is_sale_document(include_receipts=True)
            or move.state != 'posted'
            or amount <= 0
        ):
            self.confirmation_id.activity_schedule(
                'mail.mail_activity_data_todo',
                user_id=owner.id,
                summary=self.env._("Clear the objection to %s", self.document),
                note=self.comment or False,
            )
            return
        several = len(move.line_ids.filtered(lambda line: line.display_type == 'payment_term')) > 1
        # Who enters a reply, or signs it, need not be one who works disputes.
        dispute = (
            self.env['ar.dispute']
            .sudo()
            .create(
                {
                    'name': self.env._(
                        "%(letter)s: %(document)s", letter=self.confirmation_id.name, document=self.document
                    ),
                    'move_id': move.id,
                    'move_line_id': self.move_line_id.id if several else False,
                    'amount': amount,
                    'reason': self.reason or 'other',
                    'description': self.comment,
                    'owner_id': owner.id,
                }
            )
        )
        self._record_facts({'dispute_id': dispute.id})
