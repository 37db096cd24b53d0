from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

ACTIVITY = 'ar_base.mail_activity_type_dispute'


class ArDispute(models.Model):
    """What a customer objects to: a whole invoice, or an amount of it.

    Its owner answers by a deadline, else it is escalated, once; the contact is informed of the resolution.
    """

    _name = 'ar.dispute'
    _description = "Dispute"
    _journaled = frozenset(['accepted', 'rejected'])
    _journal_goes_on = frozenset(['credited_amount'])
    _journal_fields = frozenset(['move_id'])
    _inherit = ['mail.thread', 'mail.activity.mixin', 'ar.customer.reply.mixin']
    _order = 'state desc, opened_on desc, id desc'
    _check_company_auto = True
    _facts = frozenset(['state', 'resolution', 'escalated_on', 'credited_amount', 'closed_on'])
    _set_once = frozenset(['move_id', 'move_line_id', 'opened_on'])
    _fixed_after = frozenset(['accepted', 'rejected'])

    name = fields.Char("Subject", required=True, default=lambda self: self.env._("Dispute"))
    move_id = fields.Many2one(
        'account.move',
        "Invoice",
        required=True,
        index=True,
        ondelete='restrict',
        domain="[('state', '=', 'posted'), "
        "('move_type', 'in', ('out_invoice', 'out_refund', 'out_receipt'))]",
    )
    move_line_id = fields.Many2one(
        'account.move.line',
        "Invoice Line",
        index='btree_not_null',
        ondelete='restrict',
        domain="[('move_id', '=', move_id), ('display_type', 'in', ('product', 'payment_term'))]",
    )
    credit_account_id = fields.Many2one(
        'ar.credit.account', compute='_compute_account_id', store=True, index=True
    )
    partner_id = fields.Many2one(related='move_id.commercial_partner_id', string="Customer")
    customer_id = fields.Many2one(
        related='credit_account_id.partner_id', string="Credit Customer", store=True, index='btree_not_null'
    )
    contact_id = fields.Many2one('res.partner', domain="[('commercial_partner_id', '=', partner_id)]")
    company_id = fields.Many2one(related='move_id.company_id', store=True)
    currency_id = fields.Many2one(related='move_id.currency_id')
    amount = fields.Monetary(
        "Disputed Amount", tracking=True, help="In the invoice's currency, tax included."
    )
    company_currency_id = fields.Many2one(related='company_id.currency_id', string="Company Currency")
    amount_company = fields.Monetary(
        "Disputed",
        compute='_compute_amount_company',
        store=True,
        currency_field='company_currency_id',
        help="In company currency, at the rate of the invoice.",
    )
    reason = fields.Selection(
        [
            ('price', "Price"),
            ('quantity', "Quantity"),
            ('quality', "Quality"),
            ('delivery', "Delivery"),
            ('document', "Missing or wrong document"),
            ('duplicate', "Invoiced twice"),
            ('other', "Other"),
        ],
        required=True,
        default='other',
        tracking=True,
    )
    channel = fields.Selection(
        [('phone', "Phone"), ('mail', "E-mail or letter"), ('visit', "Visit"), ('portal', "Portal")],
        "Raised by",
        default='phone',
        required=True,
    )
    description = fields.Text()
    owner_id = fields.Many2one(
        'res.users',
        default=lambda self: self.env.user,
        required=True,
        tracking=True,
        domain=[('share', '=', False)],
    )
    deadline = fields.Date()
    escalated_on = fields.Date(readonly=True, copy=False)
    state = fields.Selection(
        [('open', "Open"), ('accepted', "Accepted"), ('rejected', "Rejected")],
        default='open',
        required=True,
        tracking=True,
        copy=False,
    )
    resolution = fields.Selection(
        [('credit_note', "Credit note"), ('corrected', "Corrected"), ('rejected', "Rejected")],
        readonly=True,
        copy=False,
        tracking=True,
    )
    outcome = fields.Text()
    credit_note_ids = fields.One2many(
        'account.move',
        'ar_dispute_id',
        "Credit Notes",
        groups='account.group_account_readonly,account.group_account_invoice',
    )
    credited_amount = fields.Monetary(
        readonly=True, copy=False, help="Posted credit notes of this dispute, in the invoice's currency."
    )
    opened_on = fields.Date(default=fields.Date.context_today, readonly=True, copy=False)
    closed_on = fields.Date(readonly=True, copy=False)
    days_to_resolve = fields.Integer(compute='_compute_days_to_resolve', store=True, aggregator='avg')

    @api.depends('move_id')
    def _compute_account_id(self):
        Account = self.env['ar.credit.account'].sudo()
        for dispute in self:
            move = dispute.move_id
            partner = move.commercial_partner_id
            dispute.credit_account_id = Account._for_partner(partner, move.company_id) if partner else False

    @api.depends('amount', 'move_id.invoice_currency_rate')
    def _compute_amount_company(self):
        for dispute in self:
            rate = dispute.move_id.invoice_currency_rate or 1
            dispute.amount_company = dispute.company_currency_id.round(dispute.amount / rate)

    @api.depends('opened_on', 'closed_on')
    def _compute_days_to_resolve(self):
        for dispute in self:
            closed = dispute.closed_on and dispute.opened_on
            dispute.days_to_resolve = (dispute.closed_on - dispute.opened_on).days if closed else False

    @api.onchange('move_id', 'move_line_id')
    def _onchange_document(self):
        if self.move_line_id:
            self.amount = self.move_line_id.price_total or abs(self.move_line_id.amount_currency)
        elif self.move_id:
            self.amount = abs(self.move_id.amount_residual)

    @api.constrains('amount', 'move_id')
    def _check_amount(self):
        for dispute in self:
            total = abs(dispute.move_id.amount_total)
            if dispute.amount <= 0 or dispute.currency_id.compare_amounts(dispute.amount, total) > 0:
                raise ValidationError(
                    self.env._(
                        "The disputed amount of %(invoice)s must be above zero and at most its total of "
                        "%(total)s.",
                        invoice=dispute.move_id.name,
                        total=dispute.currency_id.format(total),
                    )
                )

    @api.constrains('move_line_id', 'move_id')
    def _check_line(self):
        for dispute in self.filtered('move_line_id'):
            invoice = dispute.move_id
            if dispute.move_line_id.move_id != invoice:
                raise ValidationError(
                    self.env._(
                        "The disputed line does not belong to %s: choose a line of that invoice.",
                        invoice.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals['deadline'] = vals.get('deadline') or self._default_deadline(vals)
        disputes = super().create(vals_list)
        disputes._on_change()
        disputes._schedule_answer()
        return disputes

    @api.model
    def _default_deadline(self, vals):
        move = self.env['account.move'].browse(vals.get('move_id') or self.env.context.get('default_move_id'))
        company = (move.company_id or self.env.company).root_id.sudo()
        opened = fields.Date.to_date(vals.get('opened_on')) or fields.Date.context_today(self)
        return fields.Date.add(opened, days=company.ar_dispute_days)

    def write(self, vals):
        opened = self.filtered(lambda dispute: dispute.state == 'open')
        result = super().write(vals)
        if {'state', 'amount'} & set(vals):
            self._on_change()
        if vals.get('state') in ('accepted', 'rejected'):
            opened._on_resolved()
        elif vals.get('state') == 'open' or {'owner_id', 'deadline'} & set(vals):
            self.filtered(lambda dispute: dispute.state == 'open')._schedule_answer()
        return result

    def _on_change(self):
        """Hook: what the customer disputes changed."""

    def _schedule_answer(self):
        """Give the dispute to its owner until the deadline; a previous owner's task is removed."""
        self.activity_unlink([ACTIVITY])
        for dispute in self:
            dispute.activity_schedule(
                ACTIVITY,
                date_deadline=dispute.deadline,
                user_id=dispute.owner_id.id,
                summary=self.env._(
                    "Answer %(customer)s about %(invoice)s",
                    customer=dispute.partner_id.display_name,
                    invoice=dispute.move_id.name,
                ),
            )

    @api.model
    def _cron_escalate(self):
        """Escalate each dispute that was not answered in time, once."""
        today = fields.Date.context_today(self)
        late = [('state', '=', 'open'), ('deadline', '<', today), ('escalated_on', '=', False)]
        self.env['ar.job.mixin']._work_on(
            self.search(late, order='id'),
            lambda dispute: dispute._escalate(),
            still=lambda dispute: dispute.try_lock_for_update().filtered_domain(late),
        )

    def _escalate(self):
        self._record_facts({'escalated_on': fields.Date.context_today(self)})
        company = self.company_id.root_id.sudo()
        user = company.ar_dispute_escalation_id or company._ar_people('ar_base.group_manager')[:1]
        self.activity_schedule(
            ACTIVITY,
            user_id=(user or self.owner_id).id,
            summary=self.env._("Overdue dispute: %s", self.partner_id.display_name),
            note=self.env._(
                "%(owner)s has not answered by %(date)s. %(amount)s of %(invoice)s is disputed.",
                owner=self.owner_id.name,
                date=format_date(self.env, self.deadline),
                amount=self.currency_id.format(self.amount),
                invoice=self.move_id.name,
            ),
        )

    def action_accept(self):
        return self.action_correct()

    def action_correct(self):
        """Close it: the document or the delivery was put right, the amount stays owed."""
        return self._resolve('accepted', 'corrected')

    def action_reject(self):
        return self._resolve('rejected', 'rejected')

    def action_reopen(self):
        closed = self.filtered(lambda dispute: dispute.state != 'open')
        reopened = {'state': 'open', 'closed_on': False, 'resolution': False, 'escalated_on': False}
        return closed._record_facts(reopened)

    def _resolve(self, state, resolution):
        """Close the open ones today.

        :raise UserError: nobody wrote what the customer is answered.
        """
        disputes = self.filtered(lambda dispute: dispute.state == 'open')
        for dispute in disputes.filtered(lambda dispute: not (dispute.outcome or '').strip()):
            raise UserError(
                self.env._(
                    "Write under Outcome what %(customer)s is answered about %(invoice)s, then close the "
                    "dispute.",
                    customer=dispute.partner_id.display_name,
                    invoice=dispute.move_id.name,
                )
            )
        return disputes._close(state, resolution)

    def _close(self, state, resolution):
        today = fields.Date.context_today(self)
        return self._record_facts({'state': state, 'resolution': resolution, 'closed_on': today})

    def action_credit_note(self):
        """Open the credit note of the invoice, prefilled; posting it settles the dispute.

        :raise UserError: the dispute is closed.
        """
        self.ensure_one()
        if self.state != 'open':
            raise UserError(self.env._("The dispute of %s is closed: reopen it first.", self.move_id.name))
        action = self.env['ir.actions.act_window']._for_xml_id('account.action_view_account_move_reversal')
        return {
            **action,
            'context': {
                'active_model': 'account.move',
                'active_ids': self.move_id.ids,
                'default_ar_dispute_id': self.id,
                'default_reason': f"{self.name} ({self._label('reason')})",
            },
        }

    def action_open_credit_notes(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'account.move',
            'view_mode': 'list,form',
            'name': self.env._("Credit Notes"),
            'domain': [('ar_dispute_id', '=', self.id)],
        }

    def _on_resolved(self):
        """Complete the tasks, and inform the contact who raised it."""
        for dispute in self:
            dispute.activity_feedback([ACTIVITY], feedback=dispute.outcome or dispute._label('resolution'))
            if dispute.contact_id.email:
                dispute.with_context(lang=dispute.contact_id.lang or self.env.lang)._inform_contact()

    def _inform_contact(self):
        self.message_post(
            body=self.env._(
                "Your objection to %(invoice)s: %(answer)s. %(outcome)s",
                invoice=self.move_id.name,
                answer=self._label('resolution'),
                outcome=self.outcome or '',
            ),
            partner_ids=self.contact_id.ids,
            message_type='comment',
            subtype_xmlid='mail.mt_comment',
        )

    def _label(self, name):
        """Return the label of a selection field's value, in the language of the environment."""
        return dict(self._fields[name]._description_selection(self.env)).get(self[name])

    @api.model
    def _open_on_portal(self, move, line, reason, description, amount, contact, link=None):
        """Open a customer's dispute; runs as superuser, the caller has made sure that the invoice is its own.

        :raise UserError: in words for the customer: disputed already, answered already, or too much.
        """
        account = self.env['ar.credit.account']._for_partner(move.commercial_partner_id, move.company_id)
        account._lock_account()
        self._check_not_disputed(move, line)
        open_amount = line.amount_residual_currency if line else move.amount_residual
        amount = open_amount if amount is None else amount
        self._check_reported(move, reason, description, amount, open_amount)
        internal = account.company_id._with_internal_lang(self)
        reasons = dict(self._fields['reason']._description_selection(internal.env))
        values = {
            'name': f"{move.name}: {reasons[reason]}",
            'move_id': move.id,
            'move_line_id': line.id if line else False,
            'reason': reason,
            'description': description.strip(),
            'amount': amount,
            'channel': 'portal',
            'contact_id': contact.id,
            'owner_id': account._responsible_collector().id or SUPERUSER_ID,
            **self._reply_facts(link),
        }
        return internal._create_with_facts(values).with_env(self.env)

    @api.model
    def _check_not_disputed(self, move, line):
        """Refuse what is being looked into, and what was answered: dunning is not stopped again and again."""
        before = self.search([('move_id', '=', move.id)]).filtered(
            lambda dispute: not dispute.move_line_id or not line or dispute.move_line_id == line
        )
        if before.filtered(lambda dispute: dispute.state == 'open'):
            raise UserError(self.env._("We are already looking into %s.", move.name))
        if before.filtered(lambda dispute: dispute.state == 'rejected'):
            raise UserError(self.env._("We have answered your objection to %s. Please call us.", move.name))

    @api.model
    def _check_reported(self, move, reason, description, amount, open_amount):
        if reason not in dict(self._fields['reason'].selection):
            raise UserError(self.env._("Choose what is wrong with %s.", move.name))
        if not (description or '').strip():
            raise UserError(self.env._("Write what is wrong with %s.", move.name))
        compare = move.currency_id.compare_amounts
        if compare(amount, 0) <= 0 or compare(amount, open_amount) > 0:
            raise UserError(
                self.env._(
                    "The amount you object to must be above zero and at most what is open of %(invoice)s: "
                    "%(open)s.",
                    invoice=move.name,
                    open=move.currency_id.format(open_amount),
                )
            )

    def _portal_state(self):
        """Return the state as the customer reads it."""
        if self.state == 'open':
            return self.env._("We are looking into it")
        return {
            'credit_note': self.env._("Credited"),
            'corrected': self.env._("Corrected"),
            'rejected': self.env._("Not accepted"),
        }.get(self.resolution, self.env._("Closed"))
