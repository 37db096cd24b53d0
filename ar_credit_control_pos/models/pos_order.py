from contextlib import contextmanager
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from .sale_order import AT_TILL
from odoo.addons.ar_base.rules.money import ZERO, exact
from odoo.addons.ar_credit_control import words
from odoo.addons.ar_credit_control.engine import orders as orders_engine
from odoo.addons.ar_credit_control.exceptions import CreditHold

# Writing one of these on a sale can put something on its customer's account.
RISKY_FIELDS = {'state', 'partner_id', 'payment_ids'}
# In the context while a sale is written with its payments: they are checked once, with the sale.
WITH_PAYMENTS = object()


class Position(NamedTuple):
    """What a sale has left on a customer's account (company currency) since it was closed."""

    closed: bool = False
    customer_id: int = 0
    amount: object = ZERO


class PosOrder(models.Model):
    """What goes on a customer's account over the counter is checked before the sale is closed.

    The till asks first (``credit_refusal``), so that no goods are handed out on a sale that is refused. The
    server decides when the sale becomes paid, whatever program sends it. Payments count as paid; what a sale
    takes over from an order that was confirmed or released was checked then.
    """

    _inherit = 'pos.order'

    @api.model
    def sync_from_ui(self, orders):
        # EXTENDS 'pos_sale': it confirms the quotations that were settled.
        return super(PosOrder, self.with_context(credit_entry=AT_TILL)).sync_from_ui(orders)

    @api.model_create_multi
    def create(self, vals_list):
        sales = super(PosOrder, self.with_context(credit_payments=WITH_PAYMENTS)).create(vals_list)
        sales = sales.with_env(self.env)
        sales._credit_check_grown({})
        return sales

    def write(self, vals):
        if not RISKY_FIELDS & vals.keys():
            return super().write(vals)
        with self._credit_watch():
            return super(PosOrder, self.with_context(credit_payments=WITH_PAYMENTS)).write(vals)

    @contextmanager
    def _credit_watch(self):
        """Check what the enclosed change puts on the accounts of customers.

        :raise CreditHold: it is refused; the caller has to roll the change back.
        """
        before = {sale.id: sale._credit_position() for sale in self.sudo()}
        yield
        self._credit_check_grown(before)

    # === The check ===

    def _credit_position(self):
        if self.state not in ('paid', 'done'):
            return Position()
        amount = ZERO if self.account_move else self._credit_convert(self._credit_later_amount())
        return Position(True, self.partner_id.commercial_partner_id.id, exact(amount))

    def _credit_later_amount(self):
        """Return what this sale leaves on the customer's account, in its currency."""
        later = self.payment_ids.filtered(lambda payment: payment.payment_method_id.type == 'pay_later')
        return sum(later.mapped('amount'))

    def _credit_convert(self, amount):
        today = fields.Date.context_today(self)
        return self.company_id._credit_convert(amount, self.currency_id.id, today)

    def _credit_check_grown(self, before):
        """Let what these sales put on accounts since ``before`` ({id: position}) stay there, or raise.

        :raise CreditHold: naming customer and reasons.
        """
        for sale in self.sudo():
            was, now = before.get(sale.id, Position()), sale._credit_position()
            added = now.amount - (was.amount if was.customer_id == now.customer_id else ZERO)
            if added <= 0 or not now.customer_id:
                continue
            account = (
                self.env['ar.credit.account'].sudo()._lock_for_exposure(sale.partner_id, sale.company_id)
            )
            account.group_id._lock_for_exposure()
            if not was.closed:
                added -= sale._credit_taken_over(account)
            # The exposure has it already: it is judged as if it were to come.
            if refusal := added > 0 and self._credit_refusal(account, added, -added):
                raise CreditHold((), lambda text=refusal: text)

    def _credit_taken_over(self, account):
        """Return what this sale took over from orders that were checked before, in company currency."""
        orders = self.lines.sale_order_origin_id.filtered(lambda order: order._credit_account() == account)
        confirmed = orders.filtered(lambda order: order.state == 'sale' and not order._credit_adds_nothing())
        total = ZERO
        if confirmed:
            lines = self.env['sale.order.line']
            others = SQL('%s - %s', lines._credit_invoiced_elsewhere(), lines._credit_sold_at_till(self))
            now = confirmed._credit_weights()
            for order_id, weight in self.env.execute_query(orders_engine.weights(confirmed.ids, others)):
                order = confirmed.browse(order_id)
                less = max(exact(weight) - now[order_id], ZERO)
                total += order._credit_convert(less, order.currency_id.id)
        sold = orders._credit_sold_at_till(self)
        for order in orders.filtered(lambda order: order.state != 'sale'):
            if order._credit_release_covers(account):
                total += order._credit_convert(sold.get(order.id, 0), order.currency_id.id)
        return total

    @api.model
    def _credit_refusal(self, account, added, taken=ZERO):
        """Return why the customer may not buy for ``added`` (company currency) on account; False = may."""
        rules = self.env['ar.credit.rule'].sudo()._in_force(account)
        terms = account.partner_id.with_company(account.company_id).property_payment_term_id
        _figures, verdict = account._credit_judge(
            account._credit_known(rules),
            rules,
            added,
            taken,
            order_value=added,
            credit_days=terms._ar_longest_days() if terms else 0,
        )
        if not verdict.held:
            return False
        return self.env._(
            "%(customer)s cannot buy on account: %(reasons)s. Take another payment, or ask %(people)s.",
            customer=account.partner_id.display_name,
            reasons=words.labels(verdict.holding, self.env.lang or 'en_US'),
            people=account.company_id._ar_credit_responsible().name or self.env._("a credit controller"),
        )

    @api.model
    def credit_refusal(self, session_id, partner_id, amount, settled=None):
        """Return why the customer may not buy for ``amount`` on account, to be read at the till; False = may.

        It only informs: the server checks again when the sale is closed.

        :param amount: in the currency of the session.
        :param settled: {id of an order: what the sale takes over from it, in the same currency}.
        """
        self.check_access('create')
        session = self.env['pos.session'].browse(session_id)
        session.check_access('read')
        company = session.company_id
        partner = self.env['res.partner'].browse(partner_id)
        partner.check_access('read')
        account = self.env['ar.credit.account'].sudo()._for_partner(partner, company)
        settled = {int(order_id): exact(value) for order_id, value in (settled or {}).items()}
        orders = self.env['sale.order'].sudo().browse(settled).exists()
        checked = orders.filtered(
            lambda order: order._credit_account() == account
            and (order.state == 'sale' or order._credit_release_covers(account))
        )
        amount = exact(amount) - sum(settled[order.id] for order in checked)
        today = fields.Date.context_today(self)
        added = company._credit_convert(amount, session.currency_id.id, today)
        return added > 0 and self._credit_refusal(account, added)
