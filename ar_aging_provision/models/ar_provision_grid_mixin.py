from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..rules import rate_library

LIBRARY = 'library'  # the cell in which common rates are chosen


class ArProvisionGridMixin(models.AbstractModel):
    """The loss rates of a policy as people have them in a spreadsheet: a row per bucket, a column per grade.

    One table for every segment, and one for each segment that has rates of its own.
    """

    _name = 'ar.provision.grid.mixin'
    _description = "Loss Rates as a Grid"

    rate_grid_html = fields.Html(
        "Rates by Bucket and Grade", compute='_compute_rate_grid_html', sanitize=False
    )

    @api.depends(
        'state',
        'aging_scheme_id',
        'rate_ids.rate',
        'rate_ids.bucket_id',
        'rate_ids.grade_id',
        'rate_ids.segment_id',
    )
    @api.depends_context('lang')
    def _compute_rate_grid_html(self):
        for policy in self:
            policy.rate_grid_html = self.env['ir.qweb']._render(
                'ar_aging_provision.rate_grid', policy._rate_grid()
            )

    def _rate_grid(self, changed=None):
        """Return what the template shows: tables of rows of cells (key, rate in percent or nothing).

        :param changed: {cell: percent or None} entered elsewhere; then every cell can be entered.
        """
        rates = {_key(self._cell(row)): row.rate * 100 for row in self.rate_ids} | (changed or {})
        Grade, Segment = self.env['ar.credit.grade'], self.env['ar.provision.segment']
        grades = [Grade, *Grade.search([])]
        grades += [grade for grade in self.rate_ids.grade_id if grade not in grades]
        return {
            'editable': self.state == 'draft' or changed is not None,
            'library': rate_library.LIBRARY,
            'library_cell': LIBRARY,
            'grades': grades,
            'tables': [
                (
                    segment.name,
                    [
                        (bucket.name, [self._shown(rates, bucket, grade, segment) for grade in grades])
                        for bucket in self.aging_scheme_id.bucket_ids
                    ],
                )
                for segment in [Segment, *self.rate_ids.segment_id.sorted()]
            ],
        }

    @api.model
    def _shown(self, rates, bucket, grade, segment):
        key = _key((bucket.id, grade.id, segment.id))
        percent = rates.get(key)
        return key, '' if percent is None else f'{round(percent, 6):.10g}'

    def action_set_figures(self, values):
        """Enter cells of the grid.

        :param values: {``bucket|grade|segment`` (ids, 0 = every): percent, None = no rate of its own}, or
            the code of common rates.
        :raise UserError: the policy is in force, or the cell is none of its grid.
        """
        self.ensure_one()
        self.check_access('write')
        if self.state != 'draft':
            raise UserError(self._refusal_to_edit(['rate_ids']))
        commands, known = [], {self._cell(row): row for row in self.rate_ids}
        for cell, percent in self._entered(values).items():
            row = known.get(cell)
            if percent is None:
                commands += [Command.delete(row.id)] if row else []
            elif row:
                commands.append(Command.update(row.id, {'rate': percent / 100}))
            else:
                names = ('bucket_id', 'grade_id', 'segment_id')
                commands.append(
                    Command.create({**dict(zip(names, cell, strict=True)), 'rate': percent / 100})
                )
        self.write({'rate_ids': commands})
        return True

    @api.model
    def _cell(self, row):
        return row.bucket_id.id, row.grade_id.id, row.segment_id.id

    def _entered(self, values):
        """Return {(bucket, grade, segment) ids: percent or None} of what was entered."""
        buckets = self.aging_scheme_id.bucket_ids
        if LIBRARY in values:
            chosen = rate_library.find(values[LIBRARY])
            if not chosen:
                return {}
            bounds = [
                (bucket.key, bucket.lower) for bucket in self.aging_scheme_id.sudo()._effective_buckets()
            ]
            found = rate_library.proposed(chosen, bounds, self.aging_scheme_id.unit)
            return {(key, False, False): float(rate * 100) for key, rate in found.items()}
        entered = {}
        for key, percent in values.items():
            parts = key.split('|')
            if (
                len(parts) != 3
                or not all(part.isdigit() for part in parts)
                or int(parts[0]) not in buckets.ids
            ):
                raise UserError(
                    self.env._("The rates have another aging scheme by now. Open the policy again.")
                )
            if percent is not None and not isinstance(percent, int | float):
                raise UserError(self.env._("A loss rate is a number between 0 and 100."))
            bucket, grade, segment = map(int, parts)
            entered[bucket, grade or False, segment or False] = percent
        return entered


def _key(cell):
    return '|'.join(str(part or 0) for part in cell)
