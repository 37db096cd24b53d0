from odoo import api, fields, models

from ..engine import lines


class ArAllowanceOverride(models.Model):
    """What a person decided about the allowance of an open item, in place of the rate of the matrix.

    It counts in every run from its date on, until a person ends it or the item is settled.
    """

    _name = 'ar.allowance.override'
    _description = "Allowance Override"
    _inherit = ['ar.fact.mixin']
    _order = 'date_from desc, id desc'
    _rec_name = 'reason'
    _facts = frozenset(
        [
            'item_id',
            'company_id',
            'how',
            'rate',
            'amount',
            'reason',
            'user_id',
            'date_from',
            'date_to',
            'ended_by_id',
        ]
    )

    item_id = fields.Many2one(
        'account.move.line', "Open Item", required=True, index=True, ondelete='restrict', readonly=True
    )
    partner_id = fields.Many2one(related='item_id.partner_id', string="Customer")
    company_id = fields.Many2one('res.company', required=True, readonly=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    how = fields.Selection([('rate', "At a rate"), ('amount', "At an amount")], required=True, readonly=True)
    rate = fields.Float("Loss Rate", digits=(12, 8), readonly=True)
    amount = fields.Monetary(readonly=True)
    reason = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one('res.users', "Decided by", required=True, readonly=True)
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date(
        "Until", readonly=True, help="Runs of this day or later no longer use it; empty = it still counts."
    )
    ended_by_id = fields.Many2one('res.users', "Ended by", readonly=True)

    _of_item_idx = models.UniqueIndex(
        '(item_id) WHERE date_to IS NULL', "An item has one override at a time."
    )

    def _is_kept(self):
        return True

    @api.model
    def _decide(self, run, decisions, how, reason):
        """Record decisions of the current user for the run's date; earlier ones on the same items end.

        :param decisions: {line of the run: rate, or amount}; ``how`` says which; without ``how``, those in
            force end.
        """
        items = [line.move_line_id.id for line in decisions if line.move_line_id]
        self._end(items, run.as_of)
        if how:
            overrides = self.sudo()._create_with_facts(
                [
                    {
                        'item_id': line.move_line_id.id,
                        'company_id': line.company_id.id,
                        'how': how,
                        how: float(value),
                        'reason': reason,
                        'user_id': self.env.uid,
                        'date_from': run.as_of,
                    }
                    for line, value in decisions.items()
                    if line.move_line_id
                ]
            )
            overrides._journal('decided')

    @api.model
    def _end(self, item_ids, day):
        """End what is in force on the items: runs of ``day`` or later no longer use it."""
        found = self.sudo().search([('item_id', 'in', item_ids), ('date_to', '=', False)])
        found._record_facts({'date_to': day, 'ended_by_id': self.env.uid})
        found.flush_recordset()  # before the next one is inserted: an item has one at a time
        found._journal('ended')

    @api.model
    def _apply(self, run):
        """Put the overrides in force on the run's date on its lines; return how many."""
        self.flush_model()
        self.env['ar.provision.line'].flush_model()
        self.env.cr.execute(lines.override(run.id, run.as_of, run.currency_id.rounding))
        self.env['ar.provision.line'].invalidate_model(flush=False)
        return self.env.cr.rowcount
