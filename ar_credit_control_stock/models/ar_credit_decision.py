from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ArCreditDecision(models.Model):
    _inherit = 'ar.credit.decision'

    origin = fields.Selection(
        selection_add=[('delivery', "Delivery")],
        ondelete={'delivery': lambda self: self._record_facts({'origin': 'seller'})},
    )
    picking_ids = fields.Many2many(
        'stock.picking', string="Waiting Transfers", compute='_compute_picking_ids', compute_sudo=True
    )
    reserved_count = fields.Integer(
        "Reserved Transfers",
        compute='_compute_picking_ids',
        compute_sudo=True,
        help="Waiting transfers of the order that tie up stock others could use.",
    )
    can_reopen = fields.Boolean(compute='_compute_can_reopen', compute_sudo=True)

    @api.depends('order_id.picking_ids.state', 'order_id.picking_ids.move_ids.quantity')
    def _compute_picking_ids(self):
        for decision in self:
            waiting = decision.order_id.picking_ids.filtered(
                lambda picking: picking.state not in ('done', 'cancel')
            )
            decision.picking_ids = waiting
            decision.reserved_count = len(
                waiting.filtered(
                    lambda picking: any(move.quantity and not move.picked for move in picking.move_ids)
                )
            )

    @api.depends('state', 'order_id.credit_decision_ids.state')
    def _compute_can_reopen(self):
        for decision in self:
            decision.can_reopen = (
                decision.state == 'rejected' and decision.order_id._credit_delivery_decision() == decision
            )

    def write(self, vals):
        result = super().write(vals)
        if vals.get('state') in ('released', 'auto_released'):
            self.order_id.sudo().picking_ids._credit_reserve_again()
        return result

    def _is_waiting(self):
        if self.origin != 'delivery':
            return super()._is_waiting()
        return self.order_id.state == 'sale' and any(
            picking.state not in ('done', 'cancel') and picking._credit_orders()
            for picking in self.order_id.picking_ids
        )

    def _notify_seller(self, text):
        # EXTENDS 'ar_credit_control': the warehouse reads it where it waits.
        result = super()._notify_seller(text)
        for decision in self.filtered(lambda d: d.origin == 'delivery'):
            for picking in decision.sudo().picking_ids:
                picking.message_post(body=text)
        return result

    # === Deciding ===

    def action_reopen(self):
        """Let a refused delivery wait again, to be decided once more; the refusal stays on record."""
        if any(not decision.can_reopen for decision in self):
            raise UserError(
                self.env._("Only the last decision of an order whose delivery was refused can be reopened.")
            )
        self.check_access('write')
        decisions = self.browse()
        for order in self.sudo().order_id:
            decisions |= order._credit_record_hold('delivery')
        return decisions[:1].sudo(False).get_formview_action()

    def action_free_reservation(self):
        """Give back what the waiting transfers of these held orders have reserved."""
        if not self.env.user.has_group('ar_base.group_controller'):
            raise AccessError(self.env._("Only the warehouse or a credit controller may free a reservation."))
        self.check_access('write')
        stopping = self.sudo().filtered(lambda d: d.order_id and d.order_id._credit_delivery_decision() == d)
        stopping.picking_ids.with_env(self.env)._credit_free_reservation()
        return True

    def action_open_pickings(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('stock.action_picking_tree_all')
        action['domain'] = [('id', 'in', self.order_id.sudo().picking_ids.ids)]
        action['context'] = {'create': False}
        return action
