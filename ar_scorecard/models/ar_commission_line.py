from odoo import api, fields, models

from ..rules.commission import Line

COPIED = ('partial_key', 'kind', 'document', 'date', 'date_due', 'days_late')
AMOUNTS = ('cash', 'base', 'rate', 'share', 'commission')


class ArCommissionLine(models.Model):
    """What one match of cash with an invoice earns, or takes back. Written with its statement, never after.

    Rates and amounts are those of the day when it was computed; the match, the invoice and the receipt are
    named, for they may be gone later. All lines of a match and a salesperson sum to the cash of the match.
    """

    _name = 'ar.commission.line'
    _description = "Commission Line"
    _inherit = ['ar.fact.mixin']
    _order = 'statement_id desc, date, id'
    _rec_name = 'document'
    _only_recorded = True

    statement_id = fields.Many2one(
        'ar.commission.statement', required=True, readonly=True, index=True, ondelete='restrict'
    )
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    salesperson_id = fields.Many2one('res.users', required=True, readonly=True, index=True)
    month = fields.Date(related='statement_id.month')
    state = fields.Selection(related='statement_id.state')
    partial_key = fields.Integer("Match", required=True, readonly=True, aggregator=None)
    kind = fields.Selection(
        [
            ('cash', "Cash"),
            ('late', "Entered Late"),
            ('refund', "Refunded"),
            ('back', "Taken Back"),
        ],
        required=True,
        readonly=True,
        help="Entered late: cash of a month that was approved before. Taken back: the match is no longer "
        "what a line says, for a payment bounced, was reversed or matched with another invoice, or the "
        "invoice has another salesperson.",
    )
    move_id = fields.Many2one('account.move', "Invoice", readonly=True, index='btree_not_null')
    receipt_id = fields.Many2one('account.move', readonly=True, index='btree_not_null')
    document = fields.Char(readonly=True)
    date = fields.Date("Matched On", required=True, readonly=True)
    date_due = fields.Date("Due", readonly=True)
    days_late = fields.Integer(readonly=True, aggregator=None)
    cash = fields.Monetary(readonly=True, help="In company currency, as matched with the invoice.")
    base = fields.Monetary(readonly=True)
    rate = fields.Float("Rate (%)", readonly=True, digits=(16, 4), aggregator=None)
    share = fields.Float("Share (%)", readonly=True, digits=(16, 2), aggregator=None)
    commission = fields.Monetary(readonly=True)
    corrects_id = fields.Many2one(
        'ar.commission.line', "Takes Back", readonly=True, index='btree_not_null', ondelete='restrict'
    )

    _match_idx = models.Index('(company_id, partial_key, salesperson_id)')

    @api.model
    def _said(self, partials):
        """Return the ``rules.commission.Line`` of all that was recorded of these matches, oldest first."""
        lines = self.sudo().search([('partial_key', 'in', [*filter(None, partials)])], order='id')
        return [
            Line(
                salesperson_id=line.salesperson_id.id,
                move_id=line.move_id.id,
                receipt_id=line.receipt_id.id,
                id=line.id,
                **{name: line[name] for name in (*COPIED, *AMOUNTS)},
            )
            for line in lines
        ]

    @api.model
    def _values_of(self, line, statement_id, company, ids):
        """Return what a new line is created with.

        :param ids: {``Line``: id} of those that were created before it.
        """
        return {
            'statement_id': statement_id,
            'company_id': company.id,
            'salesperson_id': line.salesperson_id,
            'move_id': line.move_id,
            'receipt_id': line.receipt_id,
            'corrects_id': line.corrects and (line.corrects.id or ids[line.corrects]),
            **{name: getattr(line, name) for name in COPIED},
            **{name: float(getattr(line, name)) for name in AMOUNTS},
        }
