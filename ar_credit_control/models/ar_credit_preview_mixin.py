from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import words
from ..rules import hold
from odoo.addons.ar_base.rules.money import exact


class ArCreditPreviewMixin(models.AbstractModel):
    """What people see of the credit check on an order, and what a seller does about a hold.

    For ``sale.order``.
    """

    _name = 'ar.credit.preview.mixin'
    _description = "The Credit Check for Its Reader"

    credit_line = fields.Char(
        "Credit Situation",
        compute='_compute_credit_line',
        groups='base.group_user',
        help="What is left of the customer's credit, what is overdue, and whether this order would be held.",
    )
    credit_panel = fields.Html(compute='_compute_credit_panel', groups='base.group_user')
    credit_can_promise = fields.Boolean(compute='_compute_credit_can_promise', groups='base.group_user')
    credit_is_asked = fields.Boolean(compute='_compute_credit_is_asked', groups='base.group_user')
    credit_would_hold = fields.Boolean(compute='_compute_credit_line', groups='base.group_user')

    def _has_field_access(self, field, operation):
        # Customers do not learn from a search whether credit control stopped their orders.
        if field.name == 'credit_state' and not self.env.su and not self.env.user._is_internal():
            return False
        return super()._has_field_access(field, operation)

    @api.depends(
        'partner_invoice_id',
        'company_id',
        'currency_id',
        'amount_total',
        'payment_term_id',
        'state',
        'order_line.discount',
    )
    @api.depends_context('lang', 'uid')
    def _compute_credit_line(self):
        for order in self:
            order.credit_line, order.credit_would_hold = order.sudo()._credit_preview()

    def _credit_preview(self):
        """Return (line, whether it would be held) of a quotation as it stands on the screen."""
        if self.state not in ('draft', 'sent') or not (self.partner_invoice_id and self.company_id):
            return False, False
        account = self._credit_account()
        rules = self.env['ar.credit.rule'].sudo()._in_force(account)
        facts = hold.Facts(rules, account._credit_known(rules), {})
        check = self._credit_judge(account, facts, exact(self._credit_value()))
        if self._credit_adds_nothing():
            check = check.only(facts.of_any_amount)
        would_hold = check.verdict.held
        lang = self.env.lang or 'en_US'
        verdict = would_hold and self.env._(
            "This order would be held: %s.", words.labels(check.verdict.holding, lang)
        )
        parts = [words.situation(self.env, account, check), verdict]
        return ' '.join(filter(None, parts)), would_hold

    @api.depends('credit_state', 'amount_total', 'payment_term_id', 'partner_invoice_id')
    @api.depends_context('lang', 'uid')
    def _compute_credit_panel(self):
        for order in self:
            decision = order.sudo().credit_decision_id
            visible = decision.state in ('hold', 'rejected', 'released')
            order.credit_panel = visible and self.env['ar.credit.decision']._render_panel(decision)

    # === What a seller does about a hold ===

    @api.depends('credit_state')
    @api.depends_context('uid')
    def _compute_credit_can_promise(self):
        for order in self:
            held = order.credit_state == 'hold'
            order.credit_can_promise = held and bool(order._credit_account().sudo(False)._promise_action())

    @api.depends('credit_state')
    def _compute_credit_is_asked(self):
        for order in self:
            decision = order.sudo().credit_decision_id
            order.credit_is_asked = decision.state == 'hold' and decision.dialogue == 'asked'

    def action_credit_ask_release(self):
        """Ask for the text by which the seller asks for a release."""
        return self._credit_say('release', self.env._("Ask for Release"))

    def action_credit_answer(self):
        """Ask for the answer to the question of the credit team."""
        return self._credit_say('answer', self.env._("Answer the Credit Team"))

    def action_credit_dispute(self):
        """Open a dispute about the oldest open invoice, or report to a collector what the customer says."""
        self.ensure_one()
        if not self.env['ar.dispute'].has_access('create'):
            return self._credit_say('objection', self.env._("The Customer Objects"))
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.dispute',
            'view_mode': 'form',
            'name': self.env._("Dispute"),
            'context': {'default_move_id': self._credit_oldest_invoice().id},
        }

    def _credit_oldest_invoice(self):
        customer, company = self.partner_invoice_id.commercial_partner_id, self.company_id.root_id
        return self.env['account.move'].search(
            [
                ('commercial_partner_id', '=', customer.id),
                ('company_id', 'child_of', company.id),
                ('move_type', '=', 'out_invoice'),
                ('state', '=', 'posted'),
                ('payment_state', 'in', ('not_paid', 'partial')),
            ],
            order='invoice_date_due, id',
            limit=1,
        )

    def _credit_say(self, kind, title):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.credit.request',
            'view_mode': 'form',
            'target': 'new',
            'name': title,
            'context': {'default_order_id': self.id, 'default_kind': kind},
        }

    def action_credit_promise(self):
        """Note what the customer promises, which may be reason enough to release the order."""
        self.ensure_one()
        action = self._credit_account().sudo(False)._promise_action()
        if not action:
            raise UserError(self.env._("Only a collector or a credit controller notes promises."))
        return action

    def action_credit_prepayment(self):
        """Open the payment link of the order: once it is paid, it is confirmed."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('sale.action_sale_order_generate_link')
        context = {'active_model': self._name, 'active_id': self.id, 'active_ids': self.ids}
        return {**action, 'context': context}

    def _credit_held_notification(self):
        _, names = self.env._, ', '.join(self.mapped('name'))
        if len(self) == 1:
            text = _("%s is on credit hold. The order shows why, and what would release it.", names)
        else:
            text = _("%(count)s orders are on credit hold: %(names)s", count=len(self), names=names)
        return words.notification(_("Credit hold"), text, sticky=len(self) > 1)

    def action_open_credit_account(self):
        self.ensure_one()
        return self.env['ar.credit.account'].action_open_for_partner(self.partner_invoice_id.id)
