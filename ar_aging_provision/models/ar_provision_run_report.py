import base64
import io

import xlsxwriter

from odoo import api, models

from ..report.run_xlsx import COLUMNS, WorkingPaper


class ArProvisionRun(models.Model):
    """What a run shows and prints: the matrix, the classes, the largest debtors, the entry, the working paper."""

    _inherit = 'ar.provision.run'

    # === Figures ===

    def _report_values(self):
        """Return the figures of the disclosure table, all from the frozen lines."""
        self.ensure_one()
        return {
            'run': self,
            'money': lambda amount: self.currency_id.format(amount or 0.0),
            'percent': _percent,
            'rows': self._by_bucket(),
            'grades': self._grades(),
            'categories': self._by_category(),
            'debtors': self._top_debtors(),
            'total': {'residual': self.gross, 'allowance': self.required},
        }

    def _group(self, by, **options):
        return self.env['ar.provision.line']._read_group(
            [('run_id', '=', self.id)], by, ['residual:sum', 'allowance:sum'], **options
        )

    def _grades(self):
        return [grade for grade, *_rest in self._group(['grade_id'], order='grade_id')]

    def _by_bucket(self):
        """Return the rows bucket -> gross, allowance, allowance by grade; unallocated credits last."""
        cells = {}
        for bucket, grade, residual, allowance in self._group(['bucket_id', 'grade_id']):
            row = cells.setdefault(bucket, {'residual': 0.0, 'allowance': 0.0, 'grades': {}})
            row['residual'] += residual
            row['allowance'] += allowance
            row['grades'][grade] = allowance
        ordered = sorted(cells, key=lambda bucket: (not bucket, bucket.sequence, bucket.id))
        return [
            {'name': bucket.name or self.env._("Unallocated credits"), **cells[bucket]} for bucket in ordered
        ]

    def _by_category(self):
        labels = dict(self.env['ar.provision.line']._fields['category']._description_selection(self.env))
        return [
            {
                'name': ' / '.join(filter(None, [labels[category], segment.name])),
                'residual': residual,
                'allowance': allowance,
            }
            for category, segment, residual, allowance in self._group(['category', 'segment_id'])
        ]

    def _top_debtors(self):
        return [
            {
                'name': partner.display_name or self.env._("No customer"),
                'residual': residual,
                'allowance': allowance,
            }
            for partner, residual, allowance in self._group(
                ['partner_id'], limit=5, order='residual:sum DESC', having=[('residual:sum', '>', 0)]
            )
        ]

    def _entry_values(self):
        """Return the lines of the entry as they will be booked."""
        self.ensure_one()
        Account = self.env['account.account'].sudo()
        companies = []
        for company, lines in self._entry_plan().items():
            companies.append(
                (
                    company,
                    [
                        {
                            'account': Account.with_company(company).browse(line['account_id']).display_name,
                            'partner': self.env['res.partner'].browse(line['partner_id']).display_name,
                            'kind': line.get('ar_allowance_kind'),
                            'category': line.get('ar_allowance_category'),
                            'debit': max(float(line['balance']), 0),
                            'credit': max(-float(line['balance']), 0),
                        }
                        for line in lines[:200]
                    ],
                    len(lines),
                )
            )
        labels = dict(
            self.env['account.move.line']._fields['ar_allowance_kind']._description_selection(self.env)
        )
        return {
            'run': self,
            'companies': companies,
            'kinds': labels,
            'money': lambda amount: self.currency_id.format(amount) if amount else '',
        }

    # === Paper ===

    def action_print(self):
        return self.env.ref('ar_aging_provision.run_report').report_action(self)

    def action_what_if(self):
        self.ensure_one()
        self._require('computed', 'approved', 'posted', 'reversed')
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.provision.what.if',
            'view_mode': 'form',
            'target': 'new',
            'name': self.env._("What If"),
            'context': {'default_run_id': self.id},
        }

    def action_export(self):
        """Return the working paper: every open item with formulas from which the allowance can be recomputed."""
        self.ensure_one()
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {'constant_memory': True}) as book:
            paper = WorkingPaper(book, self._paper_labels(), self.currency_id.decimal_places)
            paper.parameters(self._paper_parameters(), self._paper_rates())
            paper.disclosure(self._paper_disclosure())
            parameters = self.parameters or {}
            paper.lines(
                self._paper_lines(), parameters.get('base') == 'net', parameters.get('default_vat_rate', 0)
            )
        return self._download(self.env._("Working paper %s", self.as_of), stream)

    def _paper_labels(self):
        _, fields = self.env._, self.env['ar.provision.line']._fields
        return {
            **{name: fields[name]._description_string(self.env) for name in COLUMNS},
            'title': _("Allowance for Credit Losses"),
            'parameters': _("Parameters"),
            'disclosure': _("Disclosure"),
            'items': _("Open Items"),
            'share': _("Rate"),
            'sum': _("Total"),
            'recomputed': _("Recomputed"),
            'check': _("Check"),
        }

    def _paper_parameters(self):
        _, parameters = self.env._, self.parameters or {}

        def named(model, field, value):
            return dict(self.env[model]._fields[field]._description_selection(self.env)).get(value, value)

        return [
            (_("Company"), self.company_id.name),
            (_("As of"), str(self.as_of)),
            (_("Policy"), self.policy_id.name),
            (_("Aging Scheme"), self.policy_id.aging_scheme_id.name),
            (_("Ages From"), named('ar.aging.scheme', 'basis', parameters.get('basis'))),
            (_("Unallocated Credits"), named('ar.aging.scheme', 'credits', parameters.get('credits'))),
            (_("Foreign Currency"), named('ar.provision.policy', 'valuation', parameters.get('valuation'))),
            (_("Base"), named('ar.provision.policy', 'base', parameters.get('base'))),
            (_("Forward Factor"), parameters.get('forward')),
            (_("Reason for the Outlook"), parameters.get('forward_reason')),
            (_("Computed by"), self.computed_by_id.name),
            (_("Approved by"), self.approved_by_id.name or ''),
            (_("Required"), self.required),
            (_("Booked Before"), self.booked),
            (_("To Book"), self.adjustment),
        ]

    def _paper_rates(self):
        """Return (bucket, grade, segment, rate) of the matrix as it was frozen, by name."""
        parameters = self.parameters or {}
        Bucket = self.env[
            'ar.aging.bucket'
        ]  # in the reader's language; what was deleted keeps its frozen name
        buckets = {
            key: Bucket.browse(key).exists().name or name
            for key, name, *_bounds in parameters.get('buckets', [])
        }
        Grade, Segment = self.env['ar.credit.grade'], self.env['ar.provision.segment']
        order = list(buckets)
        return [
            (
                buckets.get(bucket, ''),
                Grade.browse(grade).exists().name or '',
                Segment.browse(segment).exists().name or '',
                float(rate),
            )
            for bucket, grade, segment, rate in sorted(
                parameters.get('rates', []), key=lambda row: (row[2] or 0, row[1] or 0, order.index(row[0]))
            )
        ]

    def _paper_disclosure(self):
        _, values = self.env._, self._report_values()
        tables = (
            (_("Bucket"), values['rows'], True),
            (_("Class"), values['categories'], True),
            (_("Five Largest Debtors"), values['debtors'], False),
        )
        return [
            (heading, [(row['name'], row['residual'], row['allowance']) for row in rows], sums)
            for heading, rows, sums in tables
        ]

    def _paper_lines(self):
        """Yield the lines in batches, so that a run of any size is written in bounded memory."""
        Line, after = self.env['ar.provision.line'], 0
        while lines := Line.search([('run_id', '=', self.id), ('id', '>', after)], order='id', limit=5000):
            yield [
                ([_cell(line, name, self.env) for name in COLUMNS], line.category == 'pool') for line in lines
            ]
            after = lines[-1].id
            Line.invalidate_model(flush=False)

    @api.model
    def _download(self, name, stream):
        """Return the action that downloads a spreadsheet; it is attached to the record, or to nobody but the user."""
        attachment = self.env['ir.attachment'].create(
            {
                'name': f'{name}.xlsx',
                'datas': base64.b64encode(stream.getvalue()),
                'mimetype': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
                'res_model': self._name if self else False,
                'res_id': self.id if self else 0,
            }
        )
        return {
            'type': 'ir.actions.act_url',
            'url': f'/web/content/{attachment.id}?download=true',
            'target': 'download',
        }


def _cell(line, name, env):
    field, value = line._fields[name], line[name]
    if field.type == 'many2one':
        return value.display_name or ''
    if field.type == 'selection':
        return dict(field._description_selection(env)).get(value, '')
    if field.type == 'date':
        return str(value or '')
    return value or ('' if field.type == 'char' else 0)


def _percent(part, whole):
    return f'{part / whole * 100:.2f} %' if whole > 0 else ''
