from odoo import api, models

from odoo.addons.ar_base.rules.overview import Line, Tile


class ArOverview(models.AbstractModel):
    _inherit = 'ar.overview'

    @api.model
    def _tiles(self, scope):
        # EXTENDS 'ar_base': letters that wait for somebody.
        _, Notice = self.env._, self.env['ar.dunning.notice']
        tiles = super()._tiles(scope)
        if not Notice.has_access('read'):
            return tiles
        whose = scope.domain(
            'credit_account_id.partner_id.ar_salesperson_id',
            'credit_account_id.grade_id',
            'credit_account_id.partner_id.country_id',
        )
        proposed, failed = ([*whose, ('state', '=', state)] for state in ('proposed', 'failed'))
        return [
            *tiles,
            Tile(
                'letters',
                'collection',
                _("Letters to Approve"),
                Notice.search_count(proposed),
                'count',
                _("Dunning letters that are proposed and wait for approval."),
                self._opens('ar.dunning.notice', _("Letters to Approve"), proposed),
                (
                    Line(
                        _("Failed"),
                        Notice.search_count(failed),
                        action=self._opens('ar.dunning.notice', _("Failed Letters"), failed),
                        alarm=True,
                    ),
                ),
            ),
        ]
