from odoo import models

from odoo.addons.ar_credit_control.exceptions import CreditHold

# Rules that count at delivery where nothing else is checked again.
HOLD_RULES = frozenset(['on_hold'])


class SaleOrder(models.Model):
    """The second check point: goods of a confirmed order leave, or stay."""

    _inherit = 'sale.order'

    def _credit_delivery_gate(self):
        """Let the goods of these orders leave or raise; the same for whoever ships, by whatever path.

        :raise CreditHold: naming every order whose goods must stay; whoever caused the delivery has to roll it back.
        """
        orders = self.sudo()
        orders._credit_delivery_guard()
        stopped = orders.filtered(lambda order: order._credit_stops_delivery())
        if stopped:
            raise CreditHold(stopped._credit_delivery_message(self.env), stopped.ids)

    def _credit_delivery_guard(self):
        """Before exposure is read, write the customers' rows: with a horizon, or more than was ordered, shipping raises it."""
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
        if self._credit_delivery_exempt():
            return False
        if self._credit_delivery_decision():
            return True
        return bool(self._credit_delivery_failures()) and not self._credit_release_covers(
            self._credit_account()
        )

    def _credit_delivery_exempt(self):
        """Tell whether the customer owes nothing for these goods. Terms that ask for payment first are no payment."""
        nothing_to_pay = self.currency_id.compare_amounts(self.amount_total, 0) <= 0
        return nothing_to_pay or self._credit_is_paid() or self._credit_is_settled()

    def _credit_is_settled(self):
        """Tell whether payments of its invoices cover the order. A credit note takes off what it settled."""
        moves = self.invoice_ids.filtered(
            lambda move: move.state == 'posted' and move.currency_id == self.currency_id
        )
        settled = sum(
            (move.amount_total - move.amount_residual) * (-1 if move.move_type == 'out_refund' else 1)
            for move in moves
        )
        return self.currency_id.compare_amounts(settled, self.amount_total) >= 0

    def _credit_delivery_decision(self):
        """Return the decision that stops deliveries by itself: one that waits, or the refusal to deliver, if it is the last.

        A quotation that was rejected and passed the rules later is a sales order like any other.
        """
        last = self.credit_decision_ids.sorted('id')[-1:]
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
        # More than was ordered is more than was ever checked; and what was to be paid first was not checked at all.
        full = self.company_id.root_id.ar_delivery_check == 'full'
        return None if more or self.payment_term_id.ar_prepayment or full else HOLD_RULES

    def _credit_delivery_failures(self):
        """Return the codes of the hold rules that the customer fails now, with this order counted once."""
        account, counting = self._credit_account(), self._credit_delivery_rules()
        if counting is not None and not account.hold_ids.filtered('active'):
            return []
        rules, known, documents = self._credit_facts(account)
        document = max(documents[self.id] - self._credit_unbooked(), 0.0)
        reasons = account._credit_verdict(known, rules, document).reasons
        return [code for code in reasons if counting is None or code in counting]

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

    def _credit_delivery_message(self, env):
        names = dict(env['ar.credit.rule']._fields['code']._description_selection(env))
        states = dict(env['ar.credit.decision']._fields['state']._description_selection(env))
        return '\n'.join(
            env._(
                "The goods of %(order)s for %(customer)s must stay: %(reasons)s. %(people)s can release the delivery.",
                order=order.name,
                customer=order.partner_invoice_id.commercial_partner_id.display_name,
                reasons=', '.join(
                    [names[code] for code in order._credit_delivery_failures()]
                    or [states[order._credit_delivery_decision().state]]
                ),
                people=order.company_id._ar_credit_responsible().name or env._("A credit controller"),
            )
            for order in self
        )

    # === Records ===

    def _credit_record_delivery_hold(self):
        """Put the deliveries of these orders on hold; one that was refused stays refused."""
        for order in self.sudo():
            if order._credit_delivery_decision().state != 'rejected':
                order._credit_record_hold('delivery')

    def _credit_recheck_delivery(self):
        """Look at once at what waits: somebody wants to ship, and the cron may not have come by yet."""
        for order in self.sudo():
            waiting = order._credit_delivery_decision()
            if waiting.state == 'hold' and waiting.origin == 'delivery':
                waiting._recheck()
