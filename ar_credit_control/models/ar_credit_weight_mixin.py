from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import fields, models

from ..engine import orders as engine
from ..engine.scope import NOTHING
from ..rules.exposure import untouched
from odoo.addons.ar_base.rules.money import ZERO, exact, rounded


class Position(NamedTuple):
    """What counts when asking whether an order got worse.

    ``weight``: what it weighs, in its currency; ``near``: its open part counts. A quotation has no position.
    """

    confirmed: bool = False
    amount: float = 0.0
    weight: Decimal = ZERO
    currency_id: int = 0
    partner_id: int = 0
    company_id: int = 0
    credit_days: int = 0
    near: bool = False


class ArCreditWeightMixin(models.AbstractModel):
    """What an order weighs, and whether a change made it worse. For ``sale.order``."""

    _name = 'ar.credit.weight.mixin'
    _description = "What an Order Weighs"

    # === Worse than before ===

    def _credit_positions(self):
        """Return {order id: ``Position``}."""
        confirmed = self.filtered(lambda order: order.state == 'sale')
        weights = confirmed._credit_weights()
        return {
            order.id: order._credit_position(weights) if order in confirmed else Position() for order in self
        }

    def _credit_position(self, weights=None):
        """Return the ``Position`` of a confirmed order, or of a quotation as if it were confirmed."""
        return Position(
            True,
            self.amount_total,
            (weights or self._credit_weights())[self.id],
            self.currency_id.id,
            self.partner_invoice_id.commercial_partner_id.id,
            self.company_id.root_id.id,
            self._credit_days(),
            self._credit_is_near(),
        )

    def _credit_days(self):
        """Return how many days of credit the order asks for; -1 = paid in advance."""
        return self.payment_term_id._ar_credit_days()

    def _credit_is_near(self):
        """Tell whether the order is to be delivered within the horizon, or the company has none."""
        root, day = self.company_id.root_id, self.commitment_date
        if not root.ar_use_horizon or not day:
            return True
        return day.date() <= fields.Date.context_today(self) + timedelta(days=root.ar_horizon_days)

    def _credit_is_worse(self, before, now):
        """Tell whether an order asks for credit, or for more of it than before.

        :param before, now: its ``Position``.
        """
        return now.confirmed and (
            not before.confirmed
            or (now.partner_id, now.company_id) != (before.partner_id, before.company_id)
            or now.credit_days > before.credit_days
            or now.near > before.near
            or any(
                self._credit_convert(new, now.currency_id) > self._credit_convert(old, before.currency_id)
                for new, old in ((now.amount, before.amount), (now.weight, before.weight))
            )
        )

    # === Amounts ===

    def _credit_weights(self):
        """Return {order id: what the order weighs as a confirmed one}, in its currency: at most one query."""
        untouched = self.filtered(lambda order: order._credit_is_untouched())
        return {
            **(self - untouched)._credit_amounts(engine.weights),
            **{order.id: order._credit_weight_untouched() for order in untouched},
        }

    def _credit_is_untouched(self):
        """Tell whether nothing of the order was delivered or billed: its lines alone say what it weighs."""
        return (
            not self.credit_remainder_released
            and not any(line.qty_delivered or line.invoice_lines for line in self.order_line)
            and self.env['sale.order.line']._credit_invoiced_elsewhere() == NOTHING
        )

    def _credit_weight_untouched(self):
        lines = self.order_line.filtered(lambda line: not line.display_type)
        return untouched(
            (exact(line.price_total), line.is_downpayment and not line.product_uom_qty) for line in lines
        )

    def _credit_delivered(self):
        """Return {order id: what was delivered and is on no invoice}, in its currency: one query."""
        return self._credit_amounts(engine.delivered)

    def _credit_amounts(self, query):
        if not self.ids:
            return {}
        for model, names in engine.FLUSHED.items():
            self.env[model].flush_model(names)
        elsewhere = self.env['sale.order.line']._credit_invoiced_elsewhere()
        rows = self.env.execute_query(query(self.ids, elsewhere))
        return {order_id: exact(amount) for order_id, amount in rows}

    def _credit_convert(self, amount, currency_id):
        """Return ``amount`` in company currency at today's rate, rounded."""
        company, today = self.company_id, fields.Date.context_today(self)
        return rounded(company._credit_convert(amount, currency_id, today), company.currency_id.rounding)

    def _credit_value(self):
        """Return the order's total in company currency."""
        return self._credit_convert(self.amount_total, self.currency_id.id)

    def _credit_is_free(self):
        """Tell whether there is nothing to pay."""
        return self.currency_id.compare_amounts(self.amount_total, 0) <= 0

    def _credit_adds_nothing(self):
        """Tell whether the order raises no exposure: nothing to pay, or terms that say to pay first.

        A hold on the customer stops it all the same.
        """
        self.ensure_one()
        return self._credit_is_free() or self._credit_days() < 0

    def _credit_is_paid(self):
        """Tell whether online payments, done or authorised, cover the order."""
        paid = sum(
            tx.currency_id._convert(
                tx.amount, self.currency_id, self.company_id, fields.Date.context_today(self)
            )
            for tx in self.transaction_ids
            if tx.state in ('authorized', 'done')
        )
        return self.currency_id.compare_amounts(paid, self.amount_total) >= 0

    def _credit_unbooked(self):
        """Return what was paid or authorised online and is not in the books yet, in company currency."""
        unbooked = self.transaction_ids.filtered(
            lambda tx: tx.state in ('authorized', 'done') and not tx.payment_id
        )
        return self._credit_convert(sum(unbooked.mapped('amount')), self.currency_id.id)
