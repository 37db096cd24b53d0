from odoo import api, models

from odoo.addons.ar_base.rules.overview import Line, Tile


class ArOverview(models.AbstractModel):
    _inherit = 'ar.overview'

    @api.model
    def _tiles(self, scope):
        # EXTENDS 'ar_base': what collectors have to do today.
        _, Worklist = self.env._, self.env['ar.collection.worklist']
        tiles = super()._tiles(scope)
        if not Worklist.has_access('read'):
            return tiles
        due = [
            *scope.domain('partner_id.ar_salesperson_id', 'grade_id', 'partner_id.country_id'),
            *('|', ('next_kind', '=', 'none'), ('next_date', '<=', scope.today)),
        ]
        rows = Worklist._read_group(due, ['company_id', 'collector_id'], ['__count', 'overdue:sum'])
        mine = [*due, ('collector_id', '=', self.env.uid)]
        unassigned = [*due, ('collector_id', '=', False)]
        lines = [Line(_("Overdue"), self._converted(scope, [(row[0], row[3]) for row in rows]), 'money')]
        for label, domain, collector in (
            (_("Mine"), mine, self.env.user),
            (_("Without collector"), unassigned, self.env['res.users']),
        ):
            count = sum(row[2] for row in rows if row[1] == collector)
            lines.append(Line(label, count, action=self._opens_worklist(label, domain), alarm=True))
        return [
            *tiles,
            Tile(
                'worklist',
                'collection',
                _("To Do Today"),
                sum(row[2] for row in rows),
                'count',
                _("Customers on the worklist with something to do by today, or for whom nothing is planned."),
                self._opens_worklist(_("To Do Today"), due),
                tuple(lines),
            ),
        ]

    @api.model
    def _opens_worklist(self, name, domain):
        return self._opens('ar.collection.worklist', name, domain, views=('list',))
