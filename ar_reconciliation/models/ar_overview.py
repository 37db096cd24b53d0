from odoo import api, models

from odoo.addons.ar_base.rules.overview import Line, Tile


class ArOverview(models.AbstractModel):
    _inherit = 'ar.overview'

    @api.model
    def _tiles(self, scope):
        # EXTENDS 'ar_base': differences between sales and finance, and periods to sign.
        return [*super()._tiles(scope), *self._difference_tiles(scope), *self._period_tiles(scope)]

    @api.model
    def _difference_tiles(self, scope):
        _, Difference = self.env._, self.env['ar.sales.difference']
        if scope.grade_id or not Difference.has_access('read'):  # a difference has no grade
            return []
        domain = [('state', '=', 'open'), *scope.domain('salesperson_id', '', 'partner_id.country_id')]
        late = [*domain, ('deadline', '<', scope.today)]
        return [
            Tile(
                'differences',
                'books',
                _("Differences"),
                Difference.search_count(domain),
                'count',
                _("Differences between sales and finance that nobody has accepted or cleared."),
                self._opens('ar.sales.difference', _("Open Differences"), domain),
                (
                    Line(
                        _("Late"),
                        Difference.search_count(late),
                        action=self._opens('ar.sales.difference', _("Late Differences"), late),
                        alarm=True,
                    ),
                ),
            )
        ]

    @api.model
    def _period_tiles(self, scope):
        _, Period = self.env._, self.env['ar.sales.reconciliation']
        if scope.is_filtered or not Period.has_access('read'):
            return []
        domain = [('state', '!=', 'signed'), ('date_to', '<', scope.today)]
        late = [*domain, ('is_late', '=', True)]
        return [
            Tile(
                'periods',
                'books',
                _("Periods to Sign"),
                Period.search_count(domain),
                'count',
                _("Periods that have ended and are not signed by both sides."),
                self._opens('ar.sales.reconciliation', _("Periods to Sign"), domain),
                (
                    Line(
                        _("Late"),
                        Period.search_count(late),
                        action=self._opens('ar.sales.reconciliation', _("Late Periods"), late),
                        alarm=True,
                    ),
                ),
            )
        ]
