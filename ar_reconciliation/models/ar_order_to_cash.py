from datetime import datetime, time, timedelta

import pytz

from odoo import fields, models
from odoo.tools import SQL

from ..engine import order_to_cash, settlement


def _depends():
    names = {}
    for source in (settlement.FLUSHED, order_to_cash.FLUSHED):
        for model, fields_read in source.items():
            names[model] = sorted({*names.get(model, ()), *fields_read})
    return names


def _dated(field_class, *args, **kwargs):
    return field_class(*args, readonly=True, depends_context=('as_of',), **kwargs)


class ArOrderToCash(models.Model):
    """Ordered, delivered, invoiced, credited, collected and outstanding of each order line, as of a date.

    Guarantee: invoiced - credited - collected - settled otherwise = outstanding, and the outstanding of an
    invoice's lines sums to what ``ar.open.item`` says is open of it. Amounts are in company currency, tax
    included. Quantities delivered are those of now.

    Context: ``as_of`` (date; default today).
    """

    _name = 'ar.order.to.cash'
    _inherit = ['ar.aging.options', 'ar.derived.mixin']
    _description = "Order to Cash"
    _auto = False
    _order = 'date_order desc, id desc'
    _rec_name = 'order_line_id'
    _depends = _depends()

    order_id = fields.Many2one('sale.order', readonly=True)
    order_line_id = fields.Many2one('sale.order.line', readonly=True)
    name = fields.Text("Description", readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    currency_id = fields.Many2one('res.currency', readonly=True)
    order_currency_id = fields.Many2one('res.currency', readonly=True)
    partner_id = fields.Many2one('res.partner', "Customer", readonly=True)
    invoice_partner_id = fields.Many2one('res.partner', "Invoiced Customer", readonly=True)
    product_id = fields.Many2one('product.product', readonly=True)
    categ_id = fields.Many2one('product.category', "Product Category", readonly=True)
    uom_id = fields.Many2one('uom.uom', "Unit", readonly=True)
    salesperson_id = fields.Many2one('res.users', readonly=True)
    team_id = fields.Many2one('crm.team', "Sales Team", readonly=True)
    state = fields.Selection([('sale', "Confirmed"), ('cancel', "Cancelled")], readonly=True)
    is_downpayment = fields.Boolean("Down Payment", readonly=True)
    stage = _dated(
        fields.Selection,
        [
            ('to_deliver', "To deliver"),
            ('to_invoice', "To invoice"),
            ('to_collect', "To collect"),
            ('overdue', "Overdue"),
            ('done', "Done"),
        ],
        "Next",
    )
    date_order = fields.Datetime("Order Date", readonly=True)
    date_delivered = fields.Datetime("First Delivery", readonly=True)
    first_invoice_date = _dated(fields.Date, "First Invoice")
    last_invoice_date = _dated(fields.Date, "Last Invoice")
    last_payment_date = _dated(fields.Date, "Last Payment")
    invoice_count = _dated(fields.Integer, "Invoices", aggregator=None)
    qty_ordered = fields.Float(digits='Product Unit', readonly=True)
    qty_delivered = fields.Float(digits='Product Unit', readonly=True, help="As of now, whatever the date.")
    qty_invoiced = _dated(fields.Float, "Qty Invoiced", digits='Product Unit')
    qty_credited = _dated(fields.Float, "Qty Credited", digits='Product Unit')
    ordered_currency = fields.Monetary(
        "Ordered in Order Currency", currency_field='order_currency_id', readonly=True, aggregator=None
    )
    ordered = fields.Monetary(readonly=True, help="Tax included, at the rate of the order.")
    delivered = fields.Monetary(
        readonly=True, help="Delivered value of the order, as of now, whatever the date."
    )
    invoiced = _dated(fields.Monetary)
    credited = _dated(fields.Monetary)
    collected = _dated(fields.Monetary, help="Money received for the invoices, shared among their lines.")
    settled_other = _dated(
        fields.Monetary,
        "Settled Otherwise",
        help="Losses, exchange differences, clearing, and credit notes that do not name the order.",
    )
    outstanding = _dated(fields.Monetary)
    overdue = _dated(fields.Monetary)

    # === The query ===

    @property
    def _table_query(self):
        as_of = self._as_of()
        zone = pytz.timezone(self.env.context.get('tz') or self.env.user.tz or 'UTC')
        until = zone.localize(datetime.combine(as_of + timedelta(days=1), time.min)).astimezone(pytz.utc)
        return order_to_cash.order_lines(
            as_of,
            until.replace(tzinfo=None),
            self.env['account.move']._ar_loss_condition,
            self.env['sale.order']._ar_delivered_on(SQL('o')),
        )

    # === Drill-down ===

    def _documents_domain(self):
        """Return the domain of the invoices and credit notes behind the row, as of the date."""
        return [
            ('state', '=', 'posted'),
            ('date', '<=', self._as_of()),
            ('move_type', 'in', ('out_invoice', 'out_receipt', 'out_refund')),
            ('line_ids.sale_line_ids', 'in', self.ids),
        ]

    def action_open_order(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'sale.order',
            'res_id': self.order_id.id,
            'view_mode': 'form',
        }

    def action_open_invoices(self):
        """Open the invoices and credit notes that the figures are made of."""
        return self._list_of('account.move', self.env._("Invoices"), self._documents_domain())

    def action_open_payments(self):
        """Open the payments, bank entries and other entries that settled the invoices by the date."""
        moves = self.env['account.move'].search(self._documents_domain()).sudo()
        matched = (
            self.env['account.partial.reconcile']
            .sudo()
            .search(
                [
                    ('max_date', '<=', self._as_of()),
                    '|',
                    ('debit_move_id', 'in', moves.line_ids.ids),
                    ('credit_move_id', 'in', moves.line_ids.ids),
                ]
            )
        )
        others = (matched.debit_move_id + matched.credit_move_id).move_id - moves
        return self._list_of(
            'account.move', self.env._("Payments and Other Settlements"), [('id', 'in', others.ids)]
        )

    def _list_of(self, model, name, domain):
        return {
            'type': 'ir.actions.act_window',
            'res_model': model,
            'name': name,
            'view_mode': 'list,form',
            'domain': domain,
            'context': {'create': False},
        }
