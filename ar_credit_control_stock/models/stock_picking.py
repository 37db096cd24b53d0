from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.ar_credit_control.exceptions import CreditHold
from odoo.addons.ar_credit_control.words import notification


class StockPicking(models.Model):
    _inherit = 'stock.picking'

    credit_hold = fields.Boolean(
        "On Credit Hold",
        compute='_compute_credit_hold',
        search='_search_credit_hold',
        compute_sudo=True,
        help=(
            "A decision is pending or was refused, or the customer is on hold. The other rules are checked "
            "at validation."
        ),
    )
    credit_panel = fields.Html(
        compute='_compute_credit_panel',
        help="Why the goods must not leave, and what would release them.",
        groups='base.group_user',
    )
    credit_unreserved = fields.Boolean(
        "Unreserved by Credit Control",
        copy=False,
        readonly=True,
        help=(
            "Nothing is reserved automatically until the order is released or availability is checked by "
            "hand."
        ),
    )

    @api.depends('state', 'move_ids.state', 'move_ids.sale_line_id', 'sale_id.credit_state')
    def _compute_credit_hold(self):
        waiting = self.filtered(lambda picking: picking.state not in ('done', 'cancel'))
        orders = waiting._credit_orders().sudo()
        holds = orders._credit_active_holds()
        stopped = orders.filtered(
            lambda order: (order._credit_delivery_decision() or holds[order.id])
            and order._credit_stops_delivery()
        )
        for picking in self:
            picking.credit_hold = picking in waiting and bool(picking._credit_orders() & stopped)

    def _search_credit_hold(self, operator, value):
        if operator not in ('in', 'not in') or not set(value) <= {True, False}:
            return NotImplemented
        holds = self.env['ar.hold'].sudo().search([])
        orders = Domain('sale_id.credit_state', 'in', ('hold', 'rejected'))
        for company, customers in holds.grouped('company_id').items():
            orders |= Domain(
                [
                    ('company_id', 'child_of', company.ids),
                    ('sale_id.partner_invoice_id.commercial_partner_id', 'in', customers.partner_id.ids),
                ]
            )
        waiting = self.sudo().search(Domain('state', 'not in', ('done', 'cancel')) & orders)
        found = waiting.filtered('credit_hold').ids
        wanted = set(value) if operator == 'in' else {True, False} - set(value)
        if len(wanted) != 1:
            return Domain(bool(wanted))
        return Domain('id', 'in' if True in wanted else 'not in', found)

    @api.depends('credit_hold')
    @api.depends_context('lang', 'uid')
    def _compute_credit_panel(self):
        for picking in self:
            picking.credit_panel = picking.credit_hold and picking._render_credit_panel()

    def _render_credit_panel(self):
        orders = self._credit_orders().sudo()
        decision = next((found for order in orders if (found := order._credit_delivery_decision())), False)
        if decision:
            return self.env['ar.credit.decision']._render_panel(decision)
        holds = self.env['ar.hold'].union(*orders._credit_active_holds().values())
        return self.env['ir.qweb']._render('ar_credit_control_stock.hold_panel', {'holds': holds})

    def _credit_orders(self):
        """Return the orders whose goods leave with these pickings."""
        return self.move_ids._credit_orders()

    # === Validation ===

    def _pre_action_done_hook(self):
        # EXTENDS 'stock': refuse before anybody is asked about backorders.
        for picking in self:
            moves = picking.move_ids.filtered(
                lambda move: move.quantity and move.state not in ('done', 'cancel')
            )
            (moves.filtered('picked') or moves)._credit_check()
        return super()._pre_action_done_hook()

    def button_validate(self):
        """Validate what may leave; the rest is put on hold with a record of the reasons.

        Each transfer stands for itself: one that is held keeps no other from being validated.

        :raise CreditHold: more was taken than ordered, and the customer has no credit for it: nothing to wait
            for.
        """
        # EXTENDS 'stock'
        self._credit_orders()._credit_recheck_delivery()
        todo, refused, result = self, self.env['sale.order'], True
        while todo or not self:
            try:
                with self.env.cr.savepoint():
                    result = super(StockPicking, todo).button_validate()
                break
            except CreditHold as hold:
                orders = self.env['sale.order'].browse(hold.order_ids)
                left = todo.filtered(lambda picking, orders=orders: not picking._credit_orders() & orders)
                if left == todo or not all(order._credit_stops_delivery() for order in orders.sudo()):
                    raise
                todo, refused = left, refused | orders
        if not refused:
            return result
        refused._credit_record_delivery_hold()
        return (self - todo)._credit_held_notification(result)

    def _credit_held_notification(self, result):
        """Return a message that names the held transfers and goes on with what the others returned."""
        if len(self) == 1:
            text = self.env._(
                "%s is on credit hold. The transfer shows why, and what would release it.", self.name
            )
        else:
            names = ', '.join(self.mapped('name'))
            text = self.env._(
                "%(count)s transfers are on credit hold: %(names)s", count=len(self), names=names
            )
        then = result if isinstance(result, dict) else None
        return notification(self.env._("Credit hold"), text, sticky=len(self) > 1, then=then)

    # === Reservation ===

    def action_free_reservation(self):
        """Unreserve the goods of held orders, until credit control lets the orders go on."""
        user = self.env.user
        if not user.has_group('stock.group_stock_user') and not user.has_group('ar_base.group_controller'):
            raise AccessError(self.env._("Only the warehouse or a credit controller may free a reservation."))
        self.check_access('read')
        orders = self.filtered('credit_hold')._credit_orders()
        orders._credit_record_delivery_hold()
        # The goods are reserved at the first step of the route.
        orders.sudo().picking_ids.with_env(self.env)._credit_free_reservation()
        return True

    def _credit_free_reservation(self):
        pickings = self.sudo().filtered(lambda picking: picking.state not in ('done', 'cancel'))
        moves = pickings.move_ids.filtered(lambda move: move.state not in ('done', 'cancel'))
        # Reserved is not picked: goods already in hand are put back by the person who holds them.
        moves._do_unreserve()
        pickings.credit_unreserved = True
        for picking in pickings:
            picking.message_post(body=self.env._("Unreserved while the order is on credit hold."))

    def _credit_reserve_again(self):
        """Reserve what was unreserved, as far as there is anything."""
        pickings = self.sudo().filtered('credit_unreserved')
        pickings.credit_unreserved = False
        pickings.move_ids.filtered(
            lambda move: move.state not in ('draft', 'done', 'cancel')
        )._action_assign()

    def action_assign(self):
        # EXTENDS 'stock': somebody asks for the goods.
        self.filtered('credit_unreserved').sudo().credit_unreserved = False
        return super().action_assign()
