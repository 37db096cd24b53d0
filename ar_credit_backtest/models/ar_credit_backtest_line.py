from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import split_every

# Which policies hold an order: (A, B).
CHANGES = {(True, True): 'both', (True, False): 'only_a', (False, True): 'only_b', (False, False): 'none'}


class ArCreditBacktestLine(models.Model):
    """One order of a back-test: what each policy says on its day, and what became of it."""

    _name = 'ar.credit.backtest.line'
    _description = "Order of a Policy Back-test"
    _order = 'date, id'
    _rec_name = 'order_name'

    backtest_id = fields.Many2one('ar.credit.backtest', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', required=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    order_id = fields.Many2one('sale.order', ondelete='set null', index='btree_not_null')
    order_name = fields.Char("Number", required=True)
    partner_id = fields.Many2one('res.partner', "Customer", index=True, ondelete='cascade')
    salesperson_id = fields.Many2one('res.users')
    date = fields.Date("Confirmed On")
    amount = fields.Monetary("Order Total", help="In company currency at the order's own rate.")
    exposure_a = fields.Monetary("Exposure That Day (A)", aggregator=None)
    exposure_b = fields.Monetary("Exposure That Day (B)", aggregator=None)
    limit_a = fields.Monetary("Limit (A)", aggregator=None)
    limit_b = fields.Monetary("Limit (B)", aggregator=None)
    has_limit_a = fields.Boolean("Limit Applies (A)")
    has_limit_b = fields.Boolean("Limit Applies (B)")
    held_a = fields.Boolean("Held by A")
    held_b = fields.Boolean("Held by B")
    reasons_a = fields.Char("Reason Codes (A)")
    reasons_b = fields.Char("Reason Codes (B)")
    reason_text_a = fields.Char("Why (A)", compute='_compute_reason_text')
    reason_text_b = fields.Char("Why (B)", compute='_compute_reason_text')
    change = fields.Selection(
        [
            ('both', "A and B"),
            ('only_a', "A only"),
            ('only_b', "B only"),
            ('none', "Neither"),
        ],
        "Held By",
        index=True,
    )
    outcome = fields.Selection(
        [
            ('on_time', "Paid on time"),
            ('late', "Paid late"),
            ('open', "Open, not due"),
            ('overdue', "Open, overdue"),
            ('written_off', "Written off"),
            ('credited', "Credited"),
            ('not_invoiced', "Not invoiced"),
        ],
    )
    days_late = fields.Integer(aggregator='max', help="Of the part that was, or is, latest.")
    late_days_amount = fields.Float("Amount × Days Late")
    lost_a = fields.Monetary("Put at Risk (A)", help="Held by A, and paid in good time.")
    lost_b = fields.Monetary("Put at Risk (B)", help="Held by B, and paid in good time.")
    saved_a = fields.Monetary("Avoided (A)", help="Held by A, and paid late, open or written off.")
    saved_b = fields.Monetary("Avoided (B)", help="Held by B, and paid late, open or written off.")

    @api.model
    def _insert(self, values_list):
        """Store what a run found. Not ``create``: with many orders the ORM takes longer than the replay."""
        if not values_list:
            return
        names = [*values_list[0], 'create_uid', 'create_date', 'write_uid', 'write_date']
        stamp = (self.env.uid, self.env.cr.now()) * 2
        for batch in split_every(1000, values_list):
            self.env.cr.execute(
                SQL(
                    'INSERT INTO %s (%s) VALUES %s',
                    SQL.identifier(self._table),
                    SQL(', ').join(map(SQL.identifier, names)),
                    SQL(', ').join(SQL('%s', (*values.values(), *stamp)) for values in batch),
                )
            )
        self.invalidate_model()

    @api.depends('reasons_a', 'reasons_b')
    @api.depends_context('lang')
    def _compute_reason_text(self):
        names = dict(self.env['ar.credit.rule']._fields['code']._description_selection(self.env))
        for line in self:
            for side in ('a', 'b'):
                codes = (line[f'reasons_{side}'] or '').split(',')
                line[f'reason_text_{side}'] = ', '.join(names.get(code, code) for code in codes if code)

    def action_open_order(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'sale.order',
            'res_id': self.order_id.id,
            'view_mode': 'form',
        }
