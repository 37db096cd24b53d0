from odoo import api, fields, models
from odoo.exceptions import UserError

from ..report import ar_provision_what_if_xlsx
from ..rules import rating
from odoo.addons.ar_base.report.download import download
from odoo.addons.ar_base.rules import aging
from odoo.addons.ar_base.rules.money import ZERO, exact

AMOUNTS = ('residual', 'mine', 'other')


class ArProvisionWhatIf(models.TransientModel):
    """Another policy on the frozen open items of a run, side by side; nothing is booked."""

    _name = 'ar.provision.what.if'
    _description = "What If Another Policy Applied"

    run_id = fields.Many2one('ar.provision.run', required=True, readonly=True)
    company_id = fields.Many2one(related='run_id.company_id')
    currency_id = fields.Many2one(related='run_id.currency_id')
    provision_policy_id = fields.Many2one(
        'ar.provision.policy',
        "Other Policy",
        required=True,
        domain="[('company_id', '=', company_id)]",
        default=lambda self: (
            self.env['ar.provision.run'].browse(self.env.context.get('default_run_id')).policy_id
        ),
    )
    changed = fields.Json(help="Rates entered here instead of the policy's: percent by cell of the grid.")
    grid_html = fields.Html("Rates", compute='_compute_other', sanitize=False)
    required = fields.Monetary("Required by the Run", related='run_id.required')
    other_required = fields.Monetary("Required by the Other Policy", compute='_compute_other')
    difference = fields.Monetary(compute='_compute_other')
    table_html = fields.Html(compute='_compute_other', sanitize=False)

    @api.onchange('provision_policy_id')
    def _onchange_provision_policy_id(self):
        self.changed = False

    @api.depends('run_id', 'provision_policy_id', 'changed')
    @api.depends_context('lang')
    def _compute_other(self):
        for wizard in self:
            rows = wizard._rows() if wizard.provision_policy_id else []
            wizard.grid_html = rows and self.env['ir.qweb']._render(
                'ar_aging_provision.rate_grid',
                wizard.provision_policy_id.sudo()._rate_grid(wizard.changed or {}),
            )
            wizard.other_required = sum(row['other'] for row in rows)
            wizard.difference = wizard.other_required - wizard.required if rows else 0
            wizard.table_html = (
                self.env['ir.qweb']._render(
                    'ar_aging_provision.what_if_table', {'wizard': wizard, 'rows': rows}
                )
                if rows
                else False
            )

    def _rows(self):
        """Return the allowance by credit grade under both policies; what a person decided stays as it is."""
        run, policy = self.run_id, self.provision_policy_id.sudo()
        other = run.new({'company_id': run.company_id.id, 'as_of': run.as_of, 'policy_id': policy.id})
        terms = other._terms(other._frozen_parameters(other._aging_parameters()))
        for (bucket, grade, segment), percent in policy._entered(self.changed or {}).items():
            terms.rates.pop((bucket, grade or None, segment or None), None)
            if percent is not None:
                terms.rates[bucket, grade or None, segment or None] = exact(percent) / 100
        buckets = policy.aging_scheme_id._effective_buckets()
        overridden = self.env['ar.provision.line'].search(
            [('run_id', '=', run.id), ('is_overridden', '=', True)]
        )
        decided, totals = {line.id: exact(line.allowance) for line in overridden}, {}
        for party in run._frozen_parties():
            rows = [self._placed(row, buckets) for row in party]
            for row, (_item, result) in zip(rows, rating.provide(rows, terms), strict=True):
                total = totals.setdefault(row.grade_id, [ZERO, ZERO, ZERO])
                total[0] += exact(row.residual)
                total[1] += exact(row.allowance)
                total[2] += decided.get(row.id, result.allowance)
        grades = self.env['ar.credit.grade'].browse([key for key in totals if key]).sorted()
        return [
            {
                'name': grade.name if grade else self.env._("No grade"),
                **{
                    name: float(amount)
                    for name, amount in zip(AMOUNTS, totals[grade.id or None], strict=True)
                },
            }
            for grade in [*grades, *([grades.browse()] if None in totals else [])]
        ]

    def _headings(self):
        """Return what stands above the two allowances; both may be of one policy."""
        return (
            self.env._("Run: %(policy)s", policy=self.run_id.policy_id.name),
            self.env._("What if: %(policy)s", policy=self.provision_policy_id.name),
        )

    def action_set_figures(self, values):
        """Try other rates; the policy stays as it is. Arguments as of the policy."""
        self.ensure_one()
        self.check_access('write')
        entered = self.provision_policy_id.sudo()._entered(values)
        for percent in entered.values():
            if percent is not None and not 0 <= percent <= 100:
                raise UserError(self.env._("A loss rate is a number between 0 and 100."))
        cells = {'|'.join(str(part or 0) for part in cell): percent for cell, percent in entered.items()}
        self.changed = {**(self.changed or {}), **cells}
        return True

    def _placed(self, row, buckets):
        """Return the row in its bucket of the other policy; an unallocated credit stays without one."""
        scheme = self.provision_policy_id.sudo().aging_scheme_id
        if row.residual <= 0 and not row.bucket_id:
            return row
        return row._replace(
            bucket_id=aging.bucket_of(buckets, scheme.unit, _base(row, scheme.basis), self.run_id.as_of).key
        )

    # === Paper ===

    def action_print(self):
        return self.env.ref('ar_aging_provision.what_if_report').report_action(self)

    def action_export(self):
        """Return the comparison as a spreadsheet."""
        self.ensure_one()
        name = self.env._("What if %s", self.run_id.as_of)
        return download(self.env, f'{name}.xlsx', ar_provision_what_if_xlsx.comparison(self))


def _base(row, basis):
    return {
        'due': row.date_maturity or row.invoice_date or row.date,
        'invoice': row.invoice_date or row.date,
        'posting': row.date,
    }[basis]
