from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..models.ar_provision_run_compute import Row
from ..rules import matrix
from odoo.addons.ar_base.rules import aging


class ArProvisionWhatIf(models.TransientModel):
    """Another policy on the frozen open items of a run, side by side; nothing is booked."""

    _name = 'ar.provision.what.if'
    _description = "What If Another Policy Applied"

    run_id = fields.Many2one('ar.provision.run', required=True, readonly=True)
    company_id = fields.Many2one(related='run_id.company_id')
    currency_id = fields.Many2one(related='run_id.currency_id')
    policy_id = fields.Many2one('ar.provision.policy', "Other Policy", required=True, domain="[('company_id', '=', company_id)]")
    required = fields.Monetary("Required by the Run", related='run_id.required')
    other_required = fields.Monetary("Required by the Other Policy", compute='_compute_other')
    difference = fields.Monetary(compute='_compute_other')
    table_html = fields.Html(compute='_compute_other', sanitize=False)

    @api.depends('run_id', 'policy_id')
    def _compute_other(self):
        for wizard in self:
            rows = wizard._rows() if wizard.policy_id else []
            wizard.other_required = sum(row['other'] for row in rows)
            wizard.difference = wizard.other_required - wizard.required if rows else 0
            wizard.table_html = self.env['ir.qweb']._render(
                'ar_aging_provision.what_if_table', {'wizard': wizard, 'rows': rows}) if rows else False

    def _rows(self):
        """Return the allowance by credit grade under both policies."""
        run, policy = self.run_id, self.policy_id.sudo()
        other = run.new({'company_id': run.company_id.id, 'as_of': run.as_of, 'policy_id': policy.id})
        terms = other._terms()
        buckets = policy.scheme_id._effective_buckets()
        found = {}
        for row, allowance in self._frozen():
            if row.residual > 0 or row.bucket_id:
                row = row._replace(bucket_id=aging.bucket_of(buckets, policy.scheme_id.unit, _base(row, policy.scheme_id.basis),
                    run.as_of).key)
            found.setdefault((row.company_id, row.partner_id), []).append((row, allowance))
        totals = {}
        for (_company, partner_id), pairs in found.items():
            rows = [row for row, _allowance in pairs]
            results = matrix.provide([other._item(row, terms) for row in rows], other._assessments(rows, partner_id, terms),
                terms.rounding)
            for (row, allowance), result in zip(pairs, results, strict=True):
                total = totals.setdefault(row.grade_id, [0.0, 0.0, Decimal(0)])
                total[0] += row.residual
                total[1] += allowance
                total[2] += result.allowance
        grades = self.env['ar.credit.grade'].browse([key for key in totals if key]).sorted()
        return [{
            'name': grade.name if grade else self.env._("No grade"), 'residual': totals[grade.id or None][0],
            'mine': totals[grade.id or None][1], 'other': float(totals[grade.id or None][2]),
        } for grade in [*grades, *([grades.browse()] if None in totals else [])]]

    def _frozen(self):
        rows = self.env.execute_query(SQL(
            """SELECT COALESCE(l.move_line_id, -l.id), COALESCE(a.move_id, -l.id), l.document,
                      l.partner_id, l.company_id, l.account_id,
                      l.currency_id, l.date, l.invoice_date, l.date_maturity, l.base_date, l.days_overdue, l.bucket_id,
                      l.residual, l.residual_currency, l.grade_id, l.segment_id,
                      CASE WHEN m.move_type <> 'entry' THEN m.amount_untaxed END,
                      CASE WHEN m.move_type <> 'entry' THEN m.amount_total END,
                      l.allowance
                 FROM ar_provision_line l
                 LEFT JOIN account_move_line a ON a.id = l.move_line_id
                 LEFT JOIN account_move m ON m.id = a.move_id
                WHERE l.run_id = %s ORDER BY l.company_id, l.partner_id, l.base_date, l.id""", self.run_id.id))
        return [(Row._make(row[:-1]), row[-1]) for row in rows]


def _base(row, basis):
    return {
        'due': row.date_maturity or row.invoice_date or row.date,
        'invoice': row.invoice_date or row.date,
        'posting': row.date,
    }[basis]
