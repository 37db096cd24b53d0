from datetime import timedelta

from odoo import api, models

from odoo.addons.ar_base.rules.overview import Line, Tile

WEEK = 7
LOOK_BACK = 90  # days over which promises kept are counted
OF_CUSTOMER = ('partner_id.ar_salesperson_id', 'credit_account_id.grade_id', 'partner_id.country_id')


class ArOverview(models.AbstractModel):
    _inherit = 'ar.overview'

    @api.model
    def _tiles(self, scope):
        # EXTENDS 'ar_base': promises due, and how they were kept.
        _, Promise = self.env._, self.env['ar.promise']
        tiles = super()._tiles(scope)
        if not Promise.has_access('read'):
            return tiles
        whose = scope.domain(*OF_CUSTOMER)
        due = [*whose, ('state', '=', 'open'), ('next_date', '<', scope.today + timedelta(days=WEEK))]
        rows = Promise._read_group(due, ['currency_id'], ['__count', 'amount:sum', 'received:sum'])
        return [
            *tiles,
            Tile(
                'promises_due',
                'collection',
                _("Promises Due"),
                sum(count for _currency, count, *_rest in rows),
                'count',
                _("Open promises whose next date is within seven days, and what they still have to bring."),
                self._opens('ar.promise', _("Promises Due"), due),
                (
                    Line(
                        _("Still to come"),
                        self._converted(
                            scope,
                            [(currency, amount - received) for currency, _count, amount, received in rows],
                        ),
                        'money',
                    ),
                ),
            ),
            self._kept_tile(scope, whose),
        ]

    @api.model
    def _kept_tile(self, scope, whose):
        _, Promise = self.env._, self.env['ar.promise']
        since = scope.today - timedelta(days=LOOK_BACK)
        closed = [*whose, ('state', 'in', ('kept', 'partly', 'broken')), ('closed_on', '>', since)]
        counts = dict(Promise._read_group(closed, ['state'], ['__count']))
        total, broken = sum(counts.values()), [*closed, ('state', '!=', 'kept')]
        return Tile(
            'promises_kept',
            'collection',
            _("Promises Kept"),
            round(100 * counts.get('kept', 0) / total, 1) if total else None,
            'percent',
            _("Of the promises that ended in the last %s days, those that were kept in full.", LOOK_BACK),
            self._opens('ar.promise', _("Promises That Ended"), closed),
            (
                Line(
                    _("Not kept"),
                    total - counts.get('kept', 0),
                    action=self._opens('ar.promise', _("Promises Not Kept"), broken),
                    alarm=True,
                ),
            ),
        )
