from odoo import api, models

from .ar_collection_case import WITH_AGENT


class ArDunningRun(models.Model):
    """Customers that are with a lawyer or an agency get no letter."""

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
