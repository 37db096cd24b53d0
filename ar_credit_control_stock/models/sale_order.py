from odoo import models

from odoo.addons.ar_credit_control import words
from odoo.addons.ar_credit_control.exceptions import CreditHold

# Rules that count at delivery where nothing else is checked again.
HOLD_RULES = frozenset(['on_hold'])


def _stopping(check):
    """Return the rules for which goods must stay."""
    return [rule for rule in check.verdict.holding if not rule.kind.of_order]


class SaleOrder(models.Model):
    """The second check point: goods of a confirmed order leave, or stay."""

    _inherit = 'sale.order'

    def _credit_delivery_check(self):
        """Let the goods of these orders leave or raise; the same for every user and path.

        :raise CreditHold: naming every order whose goods must stay; the caller has to roll the delivery back.
        """
        orders = self.sudo()
        orders._credit_lock_for_delivery()
        checks = [check for order in orders if (check := order._credit_delivery_stop())]
        if checks:
            text = orders._credit_delivery_message(self.env, checks)
            raise CreditHold(checks, lambda: text)

    def _credit_lock_for_delivery(self):
        """Before exposure is read, write the customers' rows.

        With a horizon, or where more leaves than was ordered, shipping raises the exposure.
        """
        pairs = {
            (order.partner_invoice_id.commercial_partner_id, order.company_id.root_id)
            for order in self
            if order._credit_delivery_rules() is None
        }
        for partner, company in sorted(pairs, key=lambda pair: (pair[0].id, pair[1].id)):
            self.env['ar.credit.account']._lock_for_exposure(partner, company)

    def _credit_stops_delivery(self):
        """Tell whether the goods of this order must stay."""
        self.ensure_one()
        if not self._credit_delivery_exempt() and self._credit_delivery_decision():
            return True
        return bool(self._credit_delivery_stop())

    def _credit_delivery_stop(self):
        """Return the ``rules.hold.Check`` for which the goods must stay; None = they may leave."""
        self.ensure_one()
        if self._credit_delivery_exempt():
            return None
        if self._credit_delivery_decision():
            return self._credit_check_alone()
        account = self._credit_account()
        if self._credit_delivery_rules() is not None and not account.hold_ids.filtered('active'):
            return None
        check = self._credit_check_alone()
        stops = _stopping(check) and not self._credit_release_covers(account)
        return check if stops else None

    def _credit_check_alone(self):
        # EXTENDS 'ar_credit_control': of a confirmed order only those rules are named that count at delivery:
        # nothing else would free it.
        check = super()._credit_check_alone()
        order = self.sudo()
        if order.state != 'sale':
            return check
        counting = frozenset() if order._credit_delivery_exempt() else order._credit_delivery_rules()
        return check if counting is None else check.only(counting)

    def _credit_delivery_exempt(self):
        """Tell whether the customer has paid these goods. Terms of prepayment are no payment."""
        return not self._credit_is_free() and (self._credit_is_paid() or self._credit_is_settled())

    def _credit_is_settled(self):
        """Tell whether payments of its invoices cover the order. A credit note takes off what it settled."""
        customer = self.partner_invoice_id.commercial_partner_id
        moves = self.invoice_ids.filtered(
            lambda move: (
                move.state == 'posted'
                and move.currency_id == self.currency_id
                and move.commercial_partner_id == customer
            )
        )
        settled = sum(
            (move.amount_total - move.amount_residual) * (-1 if move.move_type == 'out_refund' else 1)
            for move in moves
        )
        return self.currency_id.compare_amounts(settled, self.amount_total) >= 0

    def _credit_delivery_decision(self):
        """Return the decision that stops deliveries: one that waits, or a refusal, if it is the last.

        A quotation that was rejected and passed the rules later is a sales order like any other.
        """
        last = self.credit_decision_ids._last_on_order()
        return last.filtered(
            lambda d: d.state == 'hold' or (d.state == 'rejected' and d.origin == 'delivery')
        )

    def _credit_delivery_rules(self):
        """Return the codes of the rules that count when the goods leave; None = all of them."""
        more = any(
            line.qty_delivered_method == 'stock_move'
            and line.product_uom_id.compare(line.qty_delivered, line.product_uom_qty) > 0
            for line in self.order_line
        )
        # More than was ordered is more than was ever checked; and what was to be paid first was not checked
        # at all.
        full = self.company_id.root_id.ar_delivery_check == 'full'
        return None if more or self.payment_term_id.ar_prepayment or full else HOLD_RULES

    def _credit_active_holds(self):
        """Return the holds on the customers of these orders, by order id; creates no credit file."""
        holds = (
            self.env['ar.hold']
            .sudo()
            .search(
                [
                    ('credit_account_id.partner_id', 'in', self.partner_invoice_id.commercial_partner_id.ids),
                    ('company_id', 'in', self.company_id.root_id.ids),
                ]
            )
        )
        return {
            order.id: holds.filtered(
                lambda hold, order=order: hold.partner_id == order.partner_invoice_id.commercial_partner_id
                and hold.company_id == order.company_id.root_id
            )
            for order in self
        }

    def _credit_delivery_message(self, env, checks):
        lang = env.lang or 'en_US'
        states = dict(env['ar.credit.decision']._fields['state']._description_selection(env))
        orders = {order.id: order for order in self}
        return '\n'.join(
            env._(
                "The goods of %(order)s for %(customer)s must not leave: %(reasons)s. %(people)s can "
                "release the delivery.",
                order=check.order,
                customer=check.customer,
                reasons=words.labels(_stopping(check), lang)
                or states[orders[check.order_id]._credit_delivery_decision().state],
                people=orders[check.order_id].company_id._ar_credit_responsible().name
                or env._("A credit controller"),
            )
            for check in checks
        )

    # === Records ===

    def _credit_record_delivery_hold(self):
        """Put the deliveries of these orders on hold; one that was refused stays refused."""
        for order in self.sudo():
            if order._credit_delivery_decision().state != 'rejected':
                order._credit_record_hold('delivery')

    def _credit_recheck_delivery(self):
        """Look at once at what waits: goods are to be shipped, and the job may not have run yet."""
        for order in self.sudo():
            waiting = order._credit_delivery_decision()
            if waiting.state == 'hold' and waiting.origin == 'delivery':
                waiting._recheck()
