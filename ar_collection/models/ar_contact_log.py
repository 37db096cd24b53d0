from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class ArContactLog(models.Model):
    """A contact with a customer: who spoke to whom, the outcome, and the next step. It is kept.

    The next action is an activity of the credit file; a later contact settles it. So the last contact always
    says what is next.
    """

    _name = 'ar.contact.log'
    _description = "Contact with a Customer"
    _inherit = ['ar.fact.mixin']
    _order = 'date desc, id desc'
    _rec_name = 'date'
    _facts = frozenset(['user_id'])
    _set_once = frozenset(['credit_account_id', 'date', 'kind', 'direction', 'outcome', 'contact_id'])
    _set_once |= {'promised_on', 'promised_amount', 'disputed_move_id', 'disputed_amount', 'disputed_reason'}

    credit_account_id = fields.Many2one(
        'ar.credit.account', "Customer", required=True, index=True, ondelete='restrict'
    )
    partner_id = fields.Many2one(
        related='credit_account_id.partner_id', string="Customer Company", store=True, index=True
    )
    company_id = fields.Many2one(related='credit_account_id.company_id', store=True, index=True)
    contact_id = fields.Many2one(
        'res.partner', "Person", domain="[('commercial_partner_id', '=', partner_id)]", index='btree_not_null'
    )
    contact_phone = fields.Char(related='contact_id.phone')
    user_id = fields.Many2one(
        'res.users', "By", required=True, default=lambda self: self.env.user, readonly=True
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    kind = fields.Selection(
        [
            ('call', "Call"),
            ('mail', "E-mail or letter"),
            ('visit', "Visit"),
            ('message', "Message"),
            ('other', "Other"),
        ],
        required=True,
        default='call',
    )
    direction = fields.Selection([('out', "We to them"), ('in', "They to us")], required=True, default='out')
    outcome = fields.Selection(
        [
            ('not_reached', "Not reached"),
            ('reached', "Reached"),
            ('promised', "Promises to pay"),
            ('disputes', "Disputes"),
            ('will_check', "Will check"),
            ('refuses', "Refuses"),
        ],
        required=True,
        default='reached',
    )
    text = fields.Text("What Was Said")
    promised_on = fields.Date("Pays On")
    promised_amount = fields.Monetary(help="Empty: all that is overdue.")
    currency_id = fields.Many2one('res.currency', compute='_compute_currency_id', store=True)
    disputed_move_id = fields.Many2one(
        'account.move',
        "Disputed Invoice",
        index='btree_not_null',
        ondelete='restrict',
        domain="[('commercial_partner_id', '=', partner_id), ('state', '=', 'posted'), "
        "('move_type', '=', 'out_invoice'), ('payment_state', 'in', ('not_paid', 'partial'))]",
    )
    disputed_amount = fields.Monetary(help="Empty: all that is open of the invoice.")
    disputed_reason = fields.Selection(
        lambda self: self.env['ar.dispute']._fields['reason']._description_selection(self.env),
        "What Is Wrong",
    )
    next_action = fields.Char(help="What to do next, in a few words.")
    next_date = fields.Date("On")
    notice_id = fields.Many2one(
        'ar.dunning.notice',
        "About Letter",
        index='btree_not_null',
        ondelete='set null',
        domain="[('credit_account_id', '=', credit_account_id)]",
    )
    case_id = fields.Many2one(
        'ar.collection.case',
        "About Case",
        index='btree_not_null',
        ondelete='set null',
        domain="[('credit_account_id', '=', credit_account_id)]",
    )

    # The last contact of each customer, read for the whole worklist.
    _last_idx = models.Index('(credit_account_id, date DESC)')

    @api.constrains('next_action', 'next_date')
    def _check_next(self):
        for log in self:
            if log.next_action and not log.next_date:
                raise UserError(self.env._("Enter the day of the next action “%s”.", log.next_action))

    @api.depends('credit_account_id', 'disputed_move_id', 'outcome')
    def _compute_currency_id(self):
        """Amounts are in the currency of what is disputed, else of what is promised."""
        Promise = self.env['ar.promise']
        for log in self:
            account = log.credit_account_id
            promised = log.outcome == 'promised' and account and Promise._proposed_items(account)
            currencies = (
                log.disputed_move_id.currency_id,
                promised and promised.currency_id,
                account.currency_id,
                self.env.company.currency_id,
            )
            log.currency_id = next(currency for currency in currencies if currency)

    @api.onchange('outcome')
    def _onchange_outcome(self):
        """Propose what is usual: all that is overdue in a week; the oldest invoice, all of it."""
        account = self.credit_account_id
        if self.outcome == 'promised' and account and not self.promised_on:
            self.promised_on = fields.Date.add(fields.Date.context_today(self), days=7)
            lines = self.env['ar.promise']._proposed_items(account)
            self.promised_amount = sum(lines.mapped('amount_residual_currency'))
        if self.outcome == 'disputes' and account and not self.disputed_move_id:
            context = account.action_dispute()['context']
            self.disputed_move_id = context['default_move_id']
            self.disputed_amount = context['default_amount']
            self.disputed_reason = 'other'

    @api.model_create_multi
    def create(self, vals_list):
        logs = super().create(vals_list)
        for log in logs:
            log.credit_account_id._settle_follow_up(log._feedback())
            log._answer_call()
            log._note_promise()
            log._note_dispute()
            if log.next_date:
                log.credit_account_id._schedule_follow_up(
                    log.next_date, log.next_action or self.env._("Follow up"), self.env.user
                )
        return logs

    def _note_promise(self):
        """Note the promise about the oldest overdue items that it covers, with the rights of the user."""
        if self.outcome != 'promised' or not self.promised_on:
            return
        Promise, account = self.env['ar.promise'], self.credit_account_id
        left = self.promised_amount or float('inf')
        chosen = self.env['account.move.line']
        for line in Promise._proposed_items(account).sorted(lambda line: (line.date_maturity, line.id)):
            if left > 0:
                chosen |= line
                left -= line.amount_residual_currency
        if not chosen:
            raise UserError(
                self.env._("%s has nothing overdue that could be promised.", account.partner_id.display_name)
            )
        amount = self.promised_amount or sum(chosen.mapped('amount_residual_currency'))
        Promise._note(account, chosen, [(self.promised_on, amount)], contact_id=self.contact_id.id)

    def _note_dispute(self):
        """Open the dispute, with the rights of the user."""
        move = self.disputed_move_id
        if self.outcome != 'disputes' or not move:
            return
        if move.commercial_partner_id != self.credit_account_id.partner_id:
            raise UserError(
                self.env._(
                    "%(invoice)s is no invoice of %(customer)s.",
                    invoice=move.name,
                    customer=self.credit_account_id.partner_id.display_name,
                )
            )
        reason = self.disputed_reason or 'other'
        labels = dict(self.env['ar.dispute']._fields['reason']._description_selection(self.env))
        self.env['ar.dispute'].create(
            {
                'name': f"{move.name}: {labels[reason]}",
                'move_id': move.id,
                'amount': self.disputed_amount or move.amount_residual,
                'reason': reason,
                'description': self.text,
                'contact_id': self.contact_id.id,
                'channel': {'call': 'phone', 'visit': 'visit'}.get(self.kind, 'mail'),
            }
        )

    @api.model
    def _summary_of_today(self):
        """Return what the user has done since midnight, in words."""
        now = fields.Datetime.now()
        here = fields.Datetime.context_timestamp(self, now)
        midnight = now - timedelta(hours=here.hour, minutes=here.minute, seconds=here.second)
        mine = [('user_id', '=', self.env.uid), ('date', '>=', midnight)]
        by = dict(self._read_group(mine, ['outcome'], ['__count']))
        return self.env._(
            "Today: %(contacts)s contacts, %(reached)s reached, %(promises)s promises, "
            "%(disputes)s disputes.",
            contacts=sum(by.values()),
            reached=sum(by.values()) - by.get('not_reached', 0),
            promises=by.get('promised', 0),
            disputes=by.get('disputes', 0),
        )

    def _answer_call(self):
        """A call that reached the customer is the call that a dunning stage waits for."""
        if self.kind == 'call' and self.outcome != 'not_reached':
            self.env['ar.dunning.delivery'].sudo().search(
                [
                    ('notice_id.credit_account_id', '=', self.credit_account_id.id),
                    ('channel', '=', 'phone'),
                    ('state', '=', 'waiting'),
                ]
            ).activity_id.action_feedback(feedback=self._feedback())

    def _feedback(self):
        return self.env._(
            "%(kind)s: %(outcome)s",
            kind=dict(self._fields['kind']._description_selection(self.env))[self.kind],
            outcome=dict(self._fields['outcome']._description_selection(self.env))[self.outcome],
        )

    def _is_kept(self):
        return True

    def _refusal_to_delete(self):
        return self.env._("A contact is kept as history. Log another one that corrects it.")

    # === Buttons of the quick form ===

    def action_done(self):
        return {'type': 'ir.actions.act_window_close'}

    def action_next_customer(self):
        self.ensure_one()
        return self.credit_account_id.action_worklist_next()
