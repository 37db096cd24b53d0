from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..engine import differences, settlement
from ..engine.difference_limits import Limits
from ..rules.differences import BY_CODE, SIDES, TYPES
from odoo.addons.ar_base.engine.planner import NO_JIT


class ArSalesDifference(models.Model):
    """Something that is wrong between an order, its delivery, its invoice and its receipt.

    One record per fact: the search finds it again under the same key, updates its amount, and resolves it
    once it is gone.
    """

    _name = 'ar.sales.difference'
    _description = "Sales Difference"
    _journaled = frozenset(['accepted'])
    _journal_fields = frozenset(['code', 'source_key', 'amount'])
    _inherit = ['mail.thread', 'mail.activity.mixin', 'ar.fact.mixin', 'ar.job.mixin']
    _order = 'state, deadline, id desc'
    _rec_name = 'code'
    _mail_post_access = 'read'
    _check_company_auto = True
    _only_recorded = True
    # What people write; all else comes from the search for differences.
    _free_fields = frozenset(['owner_id', 'owner_side', 'deadline', 'explanation'])

    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    code = fields.Selection(
        [(kind.code, kind.name) for kind in TYPES], "Difference", required=True, readonly=True, index=True
    )
    source_key = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [('open', "Open"), ('accepted', "Accepted"), ('resolved', "Resolved")],
        default='open',
        required=True,
        readonly=True,
        tracking=True,
        index=True,
    )
    partner_id = fields.Many2one('res.partner', "Customer", readonly=True, index='btree_not_null')
    salesperson_id = fields.Many2one('res.users', readonly=True, index='btree_not_null')
    team_id = fields.Many2one('crm.team', "Sales Team", readonly=True)
    order_id = fields.Many2one('sale.order', readonly=True, index='btree_not_null', ondelete='cascade')
    order_line_id = fields.Many2one(
        'sale.order.line', readonly=True, index='btree_not_null', ondelete='cascade'
    )
    move_id = fields.Many2one(
        'account.move', "Document", readonly=True, index='btree_not_null', ondelete='cascade'
    )
    move_line_id = fields.Many2one(
        'account.move.line', "Journal Item", readonly=True, index='btree_not_null', ondelete='cascade'
    )
    date = fields.Date("Since", readonly=True, help="The day of the document from which the difference ages.")
    age = fields.Integer(compute='_compute_age', search='_search_age', help="In days.")
    amount = fields.Monetary(
        readonly=True,
        help="In company currency, tax included; the commission base is without tax. "
        "Positive: invoiced, received or delivered more than its counterpart.",
    )
    remedy = fields.Text("Suggested Remedy", compute='_compute_remedy')
    owner_side = fields.Selection(SIDES, "Side", required=True, tracking=True, help="Who has to clear it.")
    owner_id = fields.Many2one(
        'res.users', tracking=True, domain=[('share', '=', False)], index='btree_not_null'
    )
    deadline = fields.Date(tracking=True)
    explanation = fields.Text(tracking=True)
    accepted_by_id = fields.Many2one('res.users', readonly=True)
    resolved_on = fields.Date(readonly=True)

    _source_key_unique = models.UniqueIndex(
        '(company_id, source_key)', "This difference has already been recorded."
    )

    @api.depends('code', 'order_id', 'move_id')
    @api.depends_context('lang')
    def _compute_display_name(self):
        names = dict(self._fields['code']._description_selection(self.env))
        for difference in self.sudo():
            document = difference.order_id.name or difference.move_id.name or ''
            difference.display_name = f"{names.get(difference.code, '')} {document}".strip()

    @api.depends('date', 'state', 'resolved_on')
    def _compute_age(self):
        today = fields.Date.context_today(self)
        for difference in self:
            until = difference.resolved_on or today
            difference.age = (until - difference.date).days if difference.date else 0

    @api.model
    def _search_age(self, operator, value):
        if operator not in ('>', '>=', '<', '<='):
            return NotImplemented
        day = fields.Date.subtract(fields.Date.context_today(self), days=value)
        flipped = {'>': '<', '>=': '<=', '<': '>', '<=': '>='}[operator]
        return [('date', flipped, day)]

    def _compute_remedy(self):
        texts = self._remedy_texts()
        for difference in self:
            difference.remedy = texts.get(difference.code)

    def _remedy_texts(self):
        return {
            'currency_gap': self.env._("Credit the invoice and invoice the order again in its own currency."),
            'tax_gap': self.env._(
                "Check the taxes and the fiscal position. Credit the invoice and invoice the order again, or "
                "correct the order."
            ),
            'price_gap': self.env._("Credit the difference, or let sales correct the price of the order."),
            'quantity_gap': self.env._(
                "Credit what was not ordered, or let sales raise the quantity of the order."
            ),
            'credit_without_return': self.env._(
                "Receive the goods back, invoice them again, or accept the credit note as a price reduction."
            ),
            'delivered_not_invoiced': self.env._("Invoice what was delivered."),
            'invoiced_not_delivered': self.env._("Deliver, or credit what is not going to be delivered."),
            'cancelled_order': self.env._("Credit the invoice, or confirm the order again."),
            'other_customer': self.env._(
                "Credit the invoice and invoice the customer who ordered, or correct the invoice address of "
                "the order."
            ),
            'other_salesperson': self.env._(
                "Enter on the invoice the salesperson of the order, or the other way round."
            ),
            'commission_base': self.env._("Add to the order what was invoiced in addition, or credit it."),
            'invoice_without_order': self.env._(
                "Link the invoice to its order, enter the order, or accept it as a sale without order."
            ),
            'wrong_customer': self.env._(
                "Take the payment off the invoice and allocate it to the customer who paid, or to the "
                "invoice that it names."
            ),
            'receipt_unallocated': self.env._("Match the receipt with the customer's open invoices."),
        }

    def write(self, vals):
        if (
            not self.env.su
            and 'owner_side' in vals
            and not self.env.user.has_group('ar_base.group_accountant')
        ):
            raise AccessError(
                self.env._("Accountants decide which side clears a difference. Ask one of them.")
            )
        return super().write(vals)

    @api.model
    def _refusal_to_edit(self, names):
        return self.env._(
            "A difference is derived from the documents. Correct them, and search for differences again."
        )

    # === Accept ===

    def action_accept(self):
        """Accept the differences, with a reason: off the work list until their amount changes.

        :raise AccessError: the user is no accountant. :raise UserError: a difference without explanation.
        """
        self._check_may_accept()
        for difference in self.filtered(lambda difference: difference.state == 'open'):
            if not difference.explanation:
                raise UserError(
                    self.env._(
                        "Explain first why %(difference)s of %(amount)s may stay as it is.",
                        difference=difference.display_name,
                        amount=difference.currency_id.format(difference.amount),
                    )
                )
            difference.sudo()._record_facts({'state': 'accepted', 'accepted_by_id': self.env.uid})
        return True

    def action_reopen(self):
        self._check_may_accept()
        self.filtered(lambda difference: difference.state == 'accepted').sudo()._record_facts(
            {'state': 'open', 'accepted_by_id': False}
        )
        return True

    def _check_may_accept(self):
        self.check_access('write')
        if not self.env.user.has_group('ar_base.group_accountant'):
            raise AccessError(
                self.env._(
                    "Differences are accepted by accountants. Write an explanation and ask one of them."
                )
            )

    # === Remedy ===

    def action_remedy(self):
        """Open the document, or the wizard on it, that clears the difference."""
        self.ensure_one()
        openers = {
            'order': self._open_order,
            'bill': self._open_bill,
            'invoice': self._open_invoice,
            'reverse': self._open_reverse,
            'payment': self._open_payment,
            'allocate': self._open_allocate,
        }
        return openers[BY_CODE[self.code].opens]()

    def action_open_form(self):
        """Open the difference itself, to explain it."""
        self.ensure_one()
        return self._form(self._name, self)

    def _open_order(self):
        return self._form('sale.order', self.order_id)

    def _open_bill(self):
        """Offer to invoice the order."""
        return {
            **self.env['ir.actions.act_window']._for_xml_id('sale.action_view_sale_advance_payment_inv'),
            'context': {
                'active_model': 'sale.order',
                'active_id': self.order_id.id,
                'active_ids': self.order_id.ids,
            },
        }

    def _open_invoice(self):
        return self._form('account.move', self.move_id)

    def _open_reverse(self):
        """Offer to credit the invoice; those who may not see it instead."""
        if not self.move_id or not self.env['account.move.reversal'].has_access('create'):
            return self._open_invoice() if self.move_id else self._open_order()
        return {
            **self.env['ir.actions.act_window']._for_xml_id('account.action_view_account_move_reversal'),
            'context': {
                'active_model': 'account.move',
                'active_id': self.move_id.id,
                'active_ids': self.move_id.ids,
            },
        }

    def _open_payment(self):
        payment = self.move_line_id.payment_id
        return self._form('account.payment', payment) if payment else self._open_invoice()

    def _open_allocate(self):
        """Open the customer's oldest open invoice, where the receipt is offered for matching."""
        item = self.env['ar.open.item'].search(
            [
                ('commercial_partner_id', '=', self.partner_id.id),
                ('company_id', '=', self.company_id.id),
                ('residual', '>', 0),
                ('move_type', '=', 'out_invoice'),
            ],
            limit=1,
        )
        return self._form('account.move', item.move_id or self.move_id)

    def _form(self, model, record):
        return {'type': 'ir.actions.act_window', 'res_model': model, 'res_id': record.id, 'view_mode': 'form'}

    # === Search ===

    @api.model
    def action_find(self):
        """Search the selected companies now, and show what is open."""
        self.check_access('write')
        self._find(self.env.companies)
        return self.env['ir.actions.act_window']._for_xml_id('ar_reconciliation.ar_sales_difference_action')

    @api.model
    def _cron_find(self):
        """Search all companies, one after the other, each in its own transaction."""
        self._work_on(self.env['res.company'].sudo().search([('active', '=', True)]), self._find)

    @api.model
    def _find(self, companies):
        """Bring the list up to date: new ones enter, changed ones get their amount, what is gone is resolved.

        Guarantee: afterwards the open and accepted differences of the companies are those that the documents
        show, each once. An accepted one whose amount changed is open again.
        """
        for model, names in [*settlement.FLUSHED.items(), *differences.FLUSHED.items(), (self._name, None)]:
            self.env[model].flush_model(names)
        self.env.cr.execute(NO_JIT)
        for company in companies.sudo():
            self.env.execute_query(self._sync_query(company))
        self.invalidate_model(flush=False)

    def _sync_query(self, company):
        limits = self._limits(company)
        found = differences.found(
            limits,
            self.env['account.move']._ar_loss_condition,
            self.env['sale.order']._ar_delivered_on(SQL('o')),
        )
        return differences.sync(
            found,
            limits,
            rounding=company.currency_id.rounding,
            owner_id=company.ar_difference_finance_owner_id.id or None,
            deadline=fields.Date.add(limits.as_of, days=company.ar_difference_days_to_clear),
            uid=self.env.uid,
            now=self.env.cr.now(),
        )

    @api.model
    def _limits(self, company):
        return Limits(
            as_of=fields.Date.context_today(self),
            company_ids=(company.id,),
            amount=max(company.ar_difference_tolerance, company.currency_id.rounding),
            days_to_invoice=company.ar_difference_days_to_invoice,
            days_to_deliver=company.ar_difference_days_to_deliver,
            days_to_allocate=company.ar_difference_days_to_allocate,
            since_date=company.ar_difference_since or None,
        )
