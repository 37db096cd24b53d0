from odoo import api, models


class StockMove(models.Model):
    """The credit check at delivery: no goods of an order leave for a customer against credit control.

    It sits where a move becomes done, so that buttons, batches, wizards, barcodes and remote calls all meet
    it.
    """

    _inherit = 'stock.move'

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        moves.filtered(lambda move: move.state == 'done')._credit_check()
        return moves

    def write(self, vals):
        if vals.get('state') != 'done':
            return super().write(vals)
        moves = self.filtered(lambda move: move.state != 'done')
        result = super().write(vals)
        moves._credit_check()
        return result

    def _action_assign(self, force_qty=False):  # pylint: disable=missing-return
        # EXTENDS 'stock': what was unreserved stays so until credit control lets the order go on, or somebody
        # asks.
        held = self.filtered(lambda move: move.picking_id.credit_unreserved)
        return super(StockMove, self - held)._action_assign(force_qty=force_qty)

    def _credit_check(self):
        """Let these moves be done or raise.

        :raise CreditHold: naming the orders whose goods must stay.
        """
        self._credit_orders()._credit_delivery_check()

    def _credit_orders(self):
        """Return the orders whose goods these moves take to the customer; earlier steps of a route do not."""
        moves = self.sudo().filtered(
            lambda move: move.state != 'cancel'
            and move.location_dest_id._is_outgoing()
            and not move.location_id._is_outgoing()
        )
        orders = moves.sale_line_id.order_id
        for move in moves.filtered(lambda move: not move.sale_line_id):
            orders |= move.picking_id.sale_id or move.reference_ids.sale_ids
        return orders.with_env(self.env)
