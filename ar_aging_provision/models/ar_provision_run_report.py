import base64
import io

import xlsxwriter

from odoo import api, models

SHEET_ROWS = 1_000_000  # a sheet holds 1,048,576; more open items go on further sheets


class ArProvisionRun(models.Model):
    """What a run shows and prints: the matrix, the classes, the largest debtors, the entry, the working paper."""

    _inherit = 'ar.provision.run'

    # === Figures ===

    def _report_values(self):
        """Return the figures of the disclosure table, all from the frozen lines."""
        self.ensure_one()
        return {
            'run': self, 'money': lambda amount: self.currency_id.format(amount or 0.0), 'percent': _percent,
            'rows': self._by_bucket(), 'grades': self._grades(), 'categories': self._by_category(),
            'debtors': self._top_debtors(),
            'total': {'residual': self.gross, 'allowance': self.required},
        }

    def _group(self, by, limit=None, order=None):
        return self.env['ar.provision.line']._read_group(
            [('run_id', '=', self.id)], by, ['residual:sum', 'allowance:sum'], limit=limit, order=order)

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
        return [{'name': bucket.name or self.env._("Unallocated credits"), **cells[bucket]} for bucket in ordered]

    def _by_category(self):
        labels = dict(self.env['ar.provision.line']._fields['category']._description_selection(self.env))
        return [{
            'name': ' / '.join(filter(None, [labels[category], segment.name])), 'residual': residual, 'allowance': allowance,
        } for category, segment, residual, allowance in self._group(['category', 'segment_id'])]

    def _top_debtors(self):
        return [{'name': partner.display_name or self.env._("No customer"), 'residual': residual, 'allowance': allowance}
                for partner, residual, allowance in self._group(['partner_id'], limit=5, order='residual:sum DESC')]

    def _entry_values(self):
        """Return the lines of the entry as they will be booked."""
        self.ensure_one()
        Account = self.env['account.account'].sudo()
        companies = []
        for company, lines in self._entry_plan().items():
            companies.append((company, [{
                'account': Account.with_company(company).browse(line['account_id']).display_name,
                'partner': self.env['res.partner'].browse(line['partner_id']).display_name,
                'kind': line.get('ar_allowance_kind'), 'category': line.get('ar_allowance_category'),
                'debit': max(float(line['balance']), 0), 'credit': max(-float(line['balance']), 0),
            } for line in lines[:200]], len(lines)))
        labels = dict(self.env['account.move.line']._fields['ar_allowance_kind']._description_selection(self.env))
        return {'run': self, 'companies': companies, 'kinds': labels, 'money': lambda amount: self.currency_id.format(amount)
            if amount else ''}

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
            self._write_parameters(book)
            self._write_lines(book)
        return self._download(self.env._("Working paper %s", self.as_of), stream)

    def _write_parameters(self, book):
        _ = self.env._
        sheet, bold = book.add_worksheet(_("Parameters")), book.add_format({'bold': True})
        parameters = self.parameters or {}
        rows = [
            (_("Company"), self.company_id.name), (_("As of"), str(self.as_of)), (_("Policy"), self.policy_id.name),
            (_("Aging Scheme"), parameters.get('scheme')), (_("Ages From"), parameters.get('basis')),
            (_("Unallocated Credits"), parameters.get('credits')), (_("Base"), parameters.get('base')),
            (_("Forward Factor"), parameters.get('forward')), (_("Reason for the Outlook"), parameters.get('forward_reason')),
            (_("Computed by"), self.computed_by_id.name), (_("Approved by"), self.approved_by_id.name or ''),
            (_("Required"), self.required), (_("Booked Before"), self.booked), (_("To Book"), self.adjustment)]
        sheet.set_column(0, 1, 30)
        for i, (label, value) in enumerate(rows):
            sheet.write(i, 0, label, bold)
            sheet.write(i, 1, value)

    def _write_lines(self, book):
        Line = self.env['ar.provision.line']
        names = ['partner_id', 'document', 'date', 'invoice_date', 'date_maturity', 'days_overdue', 'grade_id', 'segment_id',
            'bucket_id',
                 'category', 'residual', 'offset', 'base', 'secured', 'matrix_rate', 'multiplier', 'rate', 'computed',
                 'allowance',
                 'override_reason']
        money, rate, bold = (book.add_format(f) for f in ({'num_format': '#,##0.00'}, {'num_format': '0.0000%'}, {'bold': True}))
        labels = [Line._fields[name]._description_string(self.env) for name in names] + [self.env._("Recomputed"),
            self.env._("Check")]
        places = self.currency_id.decimal_places
        sheet, row = None, SHEET_ROWS
        for start in range(0, self.line_count, 5000):
            lines = Line.search([('run_id', '=', self.id)], order='id', offset=start, limit=5000)
            for line in lines:
                if row >= SHEET_ROWS:
                    sheet, row = book.add_worksheet(), 1
                    sheet.freeze_panes(1, 2)
                    sheet.write_row(0, 0, labels, bold)
                n = row + 1
                for column, name in enumerate(names):
                    kind = {'rate': rate, 'matrix_rate': rate}.get(name, money if Line._fields[name].type == 'monetary' else None)
                    sheet.write(row, column, _cell(line, name, self.env), *([kind] if kind else []))
                sheet.write_formula(row, 20, f'=ROUND(MAX(M{n}-N{n},0)*Q{n},{places})', money, line.computed)
                sheet.write_formula(row, 21, f'=U{n}-R{n}', money, 0)
                row += 1
            Line.invalidate_model(flush=False)
        if not sheet:
            book.add_worksheet().write_row(0, 0, labels, bold)

    @api.model
    def _download(self, name, stream):
        """Return the action that downloads a spreadsheet; it is attached to the record, or to nobody but the user."""
        attachment = self.env['ir.attachment'].create({
            'name': f'{name}.xlsx', 'datas': base64.b64encode(stream.getvalue()),
            'mimetype': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
            'res_model': self._name if self else False, 'res_id': self.id if self else 0})
        return {'type': 'ir.actions.act_url', 'url': f'/web/content/{attachment.id}?download=true', 'target': 'download'}


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
    return f'{part / whole * 100:.2f} %' if whole else ''
