from odoo import api, fields, models

from odoo.addons.ar_base.rules.overview import Line, Tile


class ArOverview(models.AbstractModel):
    _inherit = 'ar.overview'

    @api.model
    def _tiles(self, scope):
        # EXTENDS 'ar_base': the allowance that was booked last, and runs to finish.
        _, Run = self.env._, self.env['ar.provision.run']
        tiles = super()._tiles(scope)
        if scope.is_filtered or not Run.has_access('read'):
            return tiles
        roots = self.env.companies.root_id
        posted = [('state', '=', 'posted'), ('company_id', 'in', roots.ids)]
        latest = dict(Run._read_group(posted, ['company_id'], ['as_of:max']))
        runs = Run.search([*posted, ('as_of', 'in', list(latest.values()))], order='id desc')
        last = {}
        for run in runs:
            if run.as_of == latest[run.company_id]:
                last.setdefault(run.company_id, run)
        open_runs = [('state', 'in', ('draft', 'computed', 'approved')), ('company_id', 'in', roots.ids)]
        lines = [
            Line(
                _("Runs to finish"),
                Run.search_count(open_runs),
                action=self._opens('ar.provision.run', _("Runs to Finish"), open_runs),
                alarm=True,
            )
        ]
        if last:
            booked = fields.Date.to_string(min(run.as_of for run in last.values()))
            lines.insert(0, Line(_("Booked as of"), booked, 'date'))
        return [
            *tiles,
            Tile(
                'allowance',
                'books',
                _("Loss Allowance"),
                self._converted(scope, [(company, run.required) for company, run in last.items()])
                if last
                else None,
                'money',
                _("What the latest posted provision run requires for the receivables of its date."),
                self._opens(
                    'ar.provision.run', _("Provision Runs"), [('id', 'in', [r.id for r in last.values()])]
                ),
                tuple(lines),
            ),
        ]
