from odoo import api, fields, models
from odoo.tools import SQL


class ArCollectionCase(models.Model):
    """What a case claims, brought in and cost, in company currency."""

    _inherit = 'ar.collection.case'

    claimed = fields.Monetary(
        compute='_compute_claimed', store=True, help="What was open of the items at hand-over."
    )
    recovered = fields.Monetary(
        compute='_compute_figures',
        help="Receipts matched with the items that took effect on the day of hand-over or later.",
    )
    settled = fields.Monetary("Credited or Written Off", compute='_compute_figures')
    open_amount = fields.Monetary("Still Open", compute='_compute_figures')
    success_fee = fields.Monetary(compute='_compute_figures')
    cost_total = fields.Monetary("Total Costs", compute='_compute_cost_total', store=True)
    net_recovered = fields.Monetary(
        compute='_compute_figures', help="Recovered, less the success fee and the costs."
    )

    @api.depends('item_ids.amount')
    def _compute_claimed(self):
        for case in self:
            case.claimed = case.currency_id.round(sum(case.item_ids.mapped('amount')))

    @api.depends('cost_ids.amount')
    def _compute_cost_total(self):
        for case in self:
            case.cost_total = case.currency_id.round(sum(case.cost_ids.mapped('amount')))

    @api.depends('success_fee_percent', 'cost_total', 'handed_over_on', 'item_ids.residual')
    def _compute_figures(self):
        found = self._matched_since()
        for case in self:
            mine = [amounts for (case_id, _line), amounts in found.items() if case_id == case._origin.id]
            currency = case.currency_id or self.env.company.currency_id
            case.recovered = currency.round(sum(amounts[0] for amounts in mine))
            case.settled = currency.round(sum(amounts[1] for amounts in mine))
            case.open_amount = currency.round(sum(case.item_ids.mapped('residual')))
            case.success_fee = currency.round(case.recovered * case.success_fee_percent / 100.0)
            case.net_recovered = currency.round(case.recovered - case.success_fee - case.cost_total)

    def _matched_since(self):
        """Return {(case id, item id): (received, credited or written off)} since hand-over; one query for all cases.

        A match counts from the day it takes effect, once both entries are posted. Bank, cash and card journals bring money;
        anything else that settles an item, a credit note or a write-off, does not.
        """
        if not self.ids:
            return {}
        self.env['account.partial.reconcile'].flush_model(
            ['amount', 'credit_move_id', 'debit_move_id', 'max_date']
        )
        self.env['account.move.line'].flush_model(['parent_state', 'journal_id'])
        self.env['ar.collection.case.item'].flush_model(['case_id', 'move_line_id'])
        self.flush_recordset(['handed_over_on', 'closed_on'])
        return {
            (case_id, line_id): (received, other)
            for case_id, line_id, received, other in self.env.execute_query(
                SQL(
                    """SELECT i.case_id, i.move_line_id,
                      COALESCE(SUM(p.amount) FILTER (WHERE j.type IN ('bank', 'cash', 'credit')), 0),
                      COALESCE(SUM(p.amount) FILTER (WHERE j.type NOT IN ('bank', 'cash', 'credit')), 0)
                 FROM ar_collection_case_item i
                 JOIN ar_collection_case c ON c.id = i.case_id
                 JOIN account_partial_reconcile p ON p.debit_move_id = i.move_line_id
                  AND p.max_date >= c.handed_over_on AND (c.closed_on IS NULL OR p.max_date <= c.closed_on)
                 JOIN account_move_line l ON l.id = p.credit_move_id AND l.parent_state = 'posted'
                 JOIN account_journal j ON j.id = l.journal_id
                WHERE i.case_id IN %s GROUP BY 1, 2""",
                    tuple(self.ids),
                )
            )
        }
