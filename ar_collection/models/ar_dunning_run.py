from odoo import api, fields, models

from .ar_collection_case import WITH_AGENT


class ArDunningRun(models.Model):
    """Customers and items that are with a lawyer or an agency get no letter."""

    _inherit = 'ar.dunning.run'

    @api.model
    def _stopped_accounts(self, account_ids, on_date):
        stopped = super()._stopped_accounts(account_ids, on_date)
        cases = (
            self.env['ar.collection.case']
            .sudo()
            ._read_group(
                [
                    ('credit_account_id', 'in', list(account_ids)),
                    ('state', 'in', WITH_AGENT),
                    ('stops', '=', 'customer'),
                ],
                ['credit_account_id'],
            )
        )
        return stopped | {account.id: ('case', None) for (account,) in cases}

    @api.model
    def _covered_items(self, line_ids, on_date):
        items = (
            self.env['ar.collection.case.item']
            .sudo()
            .search_fetch(
                [('move_line_id', 'in', list(line_ids)), ('case_id.state', 'in', WITH_AGENT)],
                ['move_line_id'],
            )
        )
        day = fields.Date.to_date(on_date)
        return super()._covered_items(line_ids, on_date) | {
            item.move_line_id.id: ('case', day) for item in items
        }
