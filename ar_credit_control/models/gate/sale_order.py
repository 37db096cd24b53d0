from contextlib import contextmanager
from typing import NamedTuple

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError

from ...exceptions import CreditHold
from ...rules import exposure

# Writing one of these on an order can raise what its customer owes.
RISKY_FIELDS = {
    'state',
    'partner_id',
    'partner_invoice_id',
    'payment_term_id',
    'currency_id',
    'pricelist_id',
    'company_id',
    'fiscal_position_id',
}
# Facts of the credit department; only its own code writes them.
PROTECTED_FIELDS = {'credit_state', 'credit_decision_ids', 'credit_remainder_released'}


class Position(NamedTuple):
    """What counts when asking whether an order got worse."""

    confirmed: bool
    amount: float
    currency_id: int
    partner_id: int
    company_id: int
    credit_days: int


class SaleOrder(models.Model):
    """The gate: no order becomes, or grows as, a sales order against the rules of credit control.

    It sits in ``create`` and ``write`` of the order and its lines, so that no way to confirm an order leads round it, and
    decides from stored facts alone: the figures, and a release that a controller recorded. Who asks, and with which
    context, does not matter.
    """

    _inherit = 'sale.order'

    credit_state = fields.Selection(
        [
            ('none', "Not checked"),
            ('ok', "Passed"),
            ('hold', "On hold"),
            ('released', "Released"),
            ('rejected', "Rejected"),
        ],
        "Credit",
        compute='_compute_credit_state',
        store=True,
        copy=False,
        index='btree_not_null',
        readonly=True,
    )
    # Only whoever may read decisions has these fields: a seller's read() of an order must not stumble over them.
    credit_decision_ids = fields.One2many(
        'ar.credit.decision', 'order_id', "Credit Decisions", copy=False, groups='ar_base.group_viewer'
    )
    credit_panel = fields.Html(
        compute='_compute_credit_panel', help="Why the order is held, and what would free it."
    )
    credit_decision_id = fields.Many2one(
        'ar.credit.decision',
        compute='_compute_credit_decision_id',
        compute_sudo=True,
        groups='ar_base.group_viewer',
    )

    @api.depends('state', 'credit_decision_ids.state')
    def _compute_credit_state(self):
        for order in self:
            state = order.sudo().credit_decision_ids.sorted('id')[-1:].state
            if state in ('hold', 'released', 'rejected'):
                order.credit_state = state
            else:
                order.credit_state = 'ok' if order.state == 'sale' else 'none'

    @api.depends('credit_decision_ids')
    def _compute_credit_decision_id(self):
        for order in self:
            order.credit_decision_id = order.credit_decision_ids.sorted('id')[-1:]

    @api.depends('credit_state')
    @api.depends_context('lang', 'uid')
    def _compute_credit_panel(self):
        for order in self:
            decision = order.sudo().credit_decision_id
            visible = decision.state in ('hold', 'rejected', 'released')
            order.credit_panel = visible and self.env['ar.credit.decision']._render_panel(decision)

    def _compute_partner_credit_warning(self):  # pylint: disable=missing-return
        # EXTENDS 'account': one voice. Odoo's own banner is silent where credit control decides.
        super()._compute_partner_credit_warning()
        for order in self.filtered('partner_credit_warning'):
            account = order._credit_account()
            if account.is_unlimited or account._credit_effective_limit() is not None:
                order.partner_credit_warning = ''

    # === The gate ===

    @api.model_create_multi
    def create(self, vals_list):
        self._credit_protect(*vals_list)
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state == 'sale')._credit_gate()
        return orders

    def write(self, vals):
        self._credit_protect(vals)
        if not RISKY_FIELDS & set(vals):
            return super().write(vals)
        with self._credit_watch():
            result = super().write(vals)
        if vals.get('state') == 'cancel':
            self.sudo().credit_decision_ids.filtered(lambda d: d.state == 'hold')._close('cancelled')
        return result

    @api.ondelete(at_uninstall=False)
    def _credit_close_decisions(self):
        self.sudo().credit_decision_ids.filtered(lambda d: d.state == 'hold')._close('cancelled')

    def _credit_protect(self, *vals_list):
        if not self.env.su and any(PROTECTED_FIELDS & set(vals) for vals in vals_list):
            raise AccessError(
                self.env._(
                    "The credit state of an order follows from decisions of the credit department. Ask a credit controller "
                    "to release the order."
                )
            )

    @contextmanager
    def _credit_watch(self):
        """Check the orders that the enclosed change confirmed, or made worse once confirmed.

        :raise CreditHold: one of them is refused; whoever caused the change has to roll it back.
        """
        before = {order.id: order._credit_position() for order in self.sudo()}
        yield
        worse = self.sudo().filtered(lambda order: order._credit_is_worse(before[order.id]))
        worse.filtered('credit_remainder_released').credit_remainder_released = False
        worse._credit_gate()

    def _credit_watch_confirmed(self):
        """As ``_credit_watch``, for changes of lines: they matter on confirmed orders only."""
        return self.filtered(lambda order: order.state == 'sale')._credit_watch()

    def _credit_position(self):
        return Position(
            self.state == 'sale',
            self.amount_total,
            self.currency_id.id,
            self.partner_invoice_id.commercial_partner_id.id,
            self.company_id.root_id.id,
            self._credit_days(),
        )

    def _credit_days(self):
        """Return how many days of credit the order asks for; -1 = paid in advance."""
        term = self.payment_term_id
        return -1 if term.ar_prepayment else term._ar_longest_days()

    def _credit_is_worse(self, before):
        if self.state != 'sale':
            return False
        now = self._credit_position()
        return (
            not before.confirmed
            or (now.partner_id, now.company_id) != (before.partner_id, before.company_id)
            or now.credit_days > before.credit_days
            or self._credit_convert(now.amount, now.currency_id)
            > self._credit_convert(before.amount, before.currency_id)
        )

    def _credit_convert(self, amount, currency_id):
        """Return ``amount`` in company currency at today's rate, rounded."""
        company = self.company_id
        currency = self.env['res.currency'].browse(currency_id)
        if currency != company.currency_id:
            amount *= self.env['ar.open.item']._rate(
                currency, company.currency_id, company, fields.Date.context_today(self)
            )
        return company.currency_id.round(amount)

    def _credit_gate(self):
        """Let the confirmed orders pass or raise.

        Writes the customers' guard rows first, so that of two transactions only one can use the same room; orders
        of one call add up.

        :raise CreditHold: naming every order that is refused.
        """
        if not self:
            return
        orders = self.sudo()
        orders.mapped('credit_state')  # computed now, it is stored by the same statement as the rest
        groups = orders.filtered(lambda order: not order._credit_adds_nothing()).grouped(
            lambda order: (order.partner_invoice_id.commercial_partner_id, order.company_id.root_id)
        )
        refused = self.env['sale.order']
        for (partner, company), group in sorted(
            groups.items(), key=lambda item: (item[0][0].id, item[0][1].id)
        ):
            account = self.env['ar.credit.account'].sudo()._lock_for_exposure(partner, company)
            account.group_id._lock_for_exposure()
            refused |= group._credit_refused(account)
        if refused:
            raise CreditHold(refused._credit_refusal_message(self.env), refused.ids)
        orders.credit_decision_ids.filtered(lambda d: d.state == 'hold')._close('freed')

    def _credit_refused(self, account):
        """Return which of these orders of one account do not pass, in the order given."""
        rules, known, documents = self._credit_facts(account)
        taken, refused = 0.0, self.browse()
        for order in self:
            document = documents[order.id]
            facts = order._credit_order_facts()
            verdict = account._credit_verdict(known, rules, document, taken, **facts)
            if verdict.held and order._credit_is_paid():
                continue
            if verdict.held and (unbooked := order._credit_unbooked()):
                document = max(document - unbooked, 0.0)
                verdict = account._credit_verdict(known, rules, document, taken, **facts)
            if verdict.held and not order._credit_release_covers(account):
                refused |= order
                continue
            taken += document
            order._credit_warn(verdict)
        return refused

    def _credit_facts(self, account):
        """Return (rules, figures without these orders, what each of them adds) for orders of one account."""
        rules = self.env['ar.credit.rule'].sudo()._for_account(account)
        members = account._credit_members()
        rows = self._credit_order_amounts(members._credit_orders_domain(), also=self)
        known = account._credit_known(
            rules, [row for row in rows if row.order_id not in self.ids], members=members
        )
        documents = {
            row.order_id: self.browse(row.order_id)._credit_convert(
                exposure.open_order(row.amounts) + exposure.delivered_not_invoiced(row.amounts),
                row.currency_id,
            )
            for row in rows
            if row.order_id in self.ids
        }
        return rules, known, documents

    def _credit_order_facts(self):
        """Return what the rules look at in the order itself: fields of ``rules.checks.Figures``."""
        self.ensure_one()
        return {
            'order_value': self._credit_convert(self.amount_total, self.currency_id.id),
            'credit_days': self._credit_days(),
            'discount': max(self.order_line.mapped('discount'), default=0.0),
        }

    def _credit_adds_nothing(self):
        """Tell whether the order raises no exposure: nothing to pay, or terms that say to pay first."""
        self.ensure_one()
        return (
            self.currency_id.compare_amounts(self.amount_total, 0) <= 0 or self.payment_term_id.ar_prepayment
        )

    def _credit_is_paid(self):
        """Tell whether online payments, done or authorised, cover the order."""
        return self.currency_id.compare_amounts(self.amount_paid, self.amount_total) >= 0

    def _credit_unbooked(self):
        """Return what was paid or authorised online and is no payment in the books yet, in company currency."""
        unbooked = self.transaction_ids.filtered(
            lambda tx: tx.state in ('authorized', 'done') and not tx.payment_id
        )
        return self._credit_convert(sum(unbooked.mapped('amount')), self.currency_id.id)

    def _credit_release_covers(self, account):
        """Tell whether a recorded release, not withdrawn by a later rejection, lets the order pass as it stands today."""
        last = self.credit_decision_ids.filtered(lambda d: d.state in ('released', 'rejected')).sorted('id')[
            -1:
        ]
        return last.state == 'released' and last._covers(account)

    def _credit_warn(self, verdict):
        """Tell the seller, on the order, of rules that only warn."""
        codes = [failure.code for failure in verdict.failures if failure.outcome == 'warn']
        if codes:
            names = dict(self.env['ar.credit.rule']._fields['code']._description_selection(self.env))
            self.message_post(body=self.env._("Credit warning: %s", ', '.join(names[code] for code in codes)))

    def _credit_refusal_message(self, env):
        """Return the text of the refusal: reasons for colleagues, nothing of the kind for customers."""
        user = env.user
        if env.uid == SUPERUSER_ID or not user._is_internal():
            return env._("Thank you for your order. We are reviewing it and will get back to you.")
        return '\n'.join(
            env._(
                "%(order)s for %(customer)s is on credit hold: %(reasons)s. A credit controller can release it, or open "
                "the order and press Confirm to see what would free it.",
                order=order.name,
                customer=order.partner_invoice_id.commercial_partner_id.display_name,
                reasons=', '.join(order._credit_reason_names(env)),
            )
            for order in self
        )

    def _credit_reason_names(self, env):
        names = dict(env['ar.credit.rule']._fields['code']._description_selection(env))
        account = self._credit_account()
        rules, known, documents = self._credit_facts(account)
        verdict = account._credit_verdict(known, rules, documents[self.id], **self._credit_order_facts())
        return [names[code] for code in verdict.reasons] or [names['credit_limit']]

    def _credit_account(self):
        self.ensure_one()
        return self.env['ar.credit.account'].sudo()._for_partner(self.partner_invoice_id, self.company_id)

    # === The doors ===

    def action_confirm_with_credit(self):
        """Confirm the orders; those that credit control stops are put on hold with a record of the reasons.

        Never raises for a hold. Each order stands for itself: one that is held keeps no other from being confirmed.

        :return: True where all were confirmed, else an action that tells which were not.
        """
        held = self.browse()
        for order in self:
            if not order._credit_attempt(order.action_confirm):
                order._credit_record_hold('seller')
                held |= order
        return held._credit_held_notification() if held else True

    def _credit_attempt(self, confirm):
        """Call ``confirm``; if the gate refuses, undo all it did and return False."""
        try:
            with self.env.cr.savepoint():
                confirm()
        except CreditHold:
            return False
        return True

    def _validate_order(self):  # pylint: disable=missing-return
        # EXTENDS 'sale': the customer signed, or an order without payment came from the shop. Nothing of it is lost.
        for order in self:
            if not order._credit_attempt(super(SaleOrder, order)._validate_order):
                order._credit_record_hold('portal')

    def _credit_record_hold(self, door):
        """Record that the order waits for credit, with the figures of this moment, and tell the credit team.

        :param door: where it was stopped: ``seller``, ``portal`` or ``payment``.
        """
        self.ensure_one()
        order = self.company_id._with_internal_lang(self.sudo())
        return order.env['ar.credit.decision']._record(order, door)

    def _credit_held_notification(self):
        _ = self.env._
        if len(self) == 1:
            message = _("%s is on credit hold. The order shows why, and what would free it.", self.name)
        else:
            message = _(
                "%(count)s orders are on credit hold: %(names)s",
                count=len(self),
                names=', '.join(self.mapped('name')),
            )
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'warning',
                'title': _("Credit hold"),
                'message': message,
                'sticky': len(self) > 1,
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }

    def action_open_credit_account(self):
        self.ensure_one()
        return self.env['ar.credit.account'].action_open_for_partner(self.partner_invoice_id.id)
