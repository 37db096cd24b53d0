"""A run as a working paper: parameters, disclosure, and open items with formulas that recompute it."""

from xlsxwriter.utility import xl_col_to_name, xl_range

from .spreadsheet import money_format, workbook

SHEET_ROWS = 1_000_000  # a sheet holds 1,048,576; more open items go on further sheets
COLUMNS = (
    'partner_id',
    'document',
    'date',
    'invoice_date',
    'date_maturity',
    'days_overdue',
    'grade_id',
    'segment_id',
    'bucket_id',
    'category',
    'residual',
    'offset',
    'untaxed',
    'total',
    'base',
    'secured',
    'matrix_rate',
    'multiplier',
    'rate',
    'computed',
    'allowance',
    'override_reason',
)
RATES = ('rate', 'matrix_rate')
WIDE = {'partner_id': 32, 'document': 20, 'override_reason': 30, 'bucket_id': 16}


def working_paper(run):
    """Return the workbook of the run: every open item with formulas that recompute its allowance."""
    parameters = run.parameters or {}

    def write(book):
        paper = WorkingPaper(book, _labels(run), run.currency_id.decimal_places)
        paper.parameters(_parameters(run), _rates(run))
        paper.disclosure(_disclosure(run))
        paper.lines(_lines(run), parameters.get('base') == 'net', parameters.get('default_vat_rate', 0))

    return workbook(write, constant_memory=True)


class WorkingPaper:
    """Writes the sheets of one run into ``book``.

    :param labels: {name: text} in the reader's language, for the columns of ``COLUMNS`` and what is written
        besides.
    """

    def __init__(self, book, labels, places):
        self.book, self.labels, self.places = book, labels, places
        money = money_format(places)
        self.title = book.add_format({'bold': True, 'font_size': 14})
        self.bold = book.add_format({'bold': True})
        self.head = book.add_format({'bold': True, 'bottom': 1, 'text_wrap': True, 'valign': 'top'})
        self.money = book.add_format({'num_format': money})
        self.strong = book.add_format({'num_format': money, 'bold': True, 'top': 1})
        self.rate = book.add_format({'num_format': '0.0000%'})
        self.percent = book.add_format({'num_format': '0.00%'})
        self.at = self.sheets = 0

    def parameters(self, rows, rates):
        """Write names and values, then the loss rates by bucket, grade and segment."""
        sheet = self.book.add_worksheet(self.labels['parameters'])
        sheet.set_column(0, 3, 28)
        sheet.write(0, 0, self.labels['title'], self.title)
        for self.at, (name, value) in enumerate(rows, 2):
            sheet.write(self.at, 0, name, self.bold)
            sheet.write(self.at, 1, value, self.money if isinstance(value, float) else None)
        self.at += 2
        sheet.write_row(
            self.at,
            0,
            [self.labels[name] for name in ('bucket_id', 'grade_id', 'segment_id', 'matrix_rate')],
            self.head,
        )
        for bucket, grade, segment, rate in rates:
            self.at += 1
            sheet.write_row(self.at, 0, [bucket, grade, segment])
            sheet.write_number(self.at, 3, rate, self.rate)

    def disclosure(self, tables):
        """Write the tables one below the other, rates as formulas.

        :param tables: (heading, [(name, open amount, allowance)], whether they sum)
        """
        sheet = self.book.add_worksheet(self.labels['disclosure'])
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, 3, 20)
        self.at = 0
        for heading, rows, sums in tables:
            sheet.write(self.at, 0, heading, self.head)
            sheet.write_row(
                self.at, 1, [self.labels[name] for name in ('residual', 'allowance', 'share')], self.head
            )
            first = self.at + 1
            for name, residual, allowance in rows:
                self.at += 1
                self._share(sheet, name, residual, allowance, self.money)
            if sums:
                self.at += 1
                self._share(
                    sheet,
                    self.labels['sum'],
                    sum(row[1] for row in rows),
                    sum(row[2] for row in rows),
                    self.strong,
                    first,
                )
            self.at += 2

    def _share(self, sheet, name, residual, allowance, money, first=None):
        sheet.write(self.at, 0, name, self.bold if first else None)
        for column, amount in ((1, residual), (2, allowance)):
            if first:
                sheet.write_formula(
                    self.at, column, f'=SUM({xl_range(first, column, self.at - 1, column)})', money, amount
                )
            else:
                sheet.write_number(self.at, column, amount, money)
        n = self.at + 1
        sheet.write_formula(
            self.at, 3, f'=IF(B{n}=0,0,C{n}/B{n})', self.percent, allowance / residual if residual else 0
        )

    def lines(self, batches, net, default_vat):
        """Write the open items of all batches.

        :param batches: lists of (values in the order of ``COLUMNS``, whether of the pool)
        """
        sheet, row = None, SHEET_ROWS
        for batch in batches:
            for values, in_pool in batch:
                if row >= SHEET_ROWS:
                    sheet, row = self._sheet_of_lines(), 1
                self._line(sheet, row, values, in_pool, net, default_vat)
                row += 1
        if not sheet:
            self._sheet_of_lines()

    def _sheet_of_lines(self):
        self.sheets += 1
        sheet = self.book.add_worksheet(f"{self.labels['items']} {self.sheets}")
        sheet.freeze_panes(1, 2)
        for column, name in enumerate(COLUMNS):
            sheet.set_column(column, column, WIDE.get(name, 13))
        sheet.set_column(len(COLUMNS), len(COLUMNS) + 1, 13)
        sheet.set_row(0, 45)
        sheet.write_row(0, 0, [self.labels[name] for name in (*COLUMNS, 'recomputed', 'check')], self.head)
        return sheet

    def _line(self, sheet, row, values, in_pool, net, default_vat):
        for column, (name, value) in enumerate(zip(COLUMNS, values, strict=True)):
            kind = (
                self.rate
                if name in RATES
                else self.money
                if isinstance(value, float) and name != 'multiplier'
                else None
            )
            sheet.write(row, column, value, kind)
        cell = {name: f'{xl_col_to_name(column)}{row + 1}' for column, name in enumerate(COLUMNS)}
        base = 'MAX({residual}-{offset},0)'.format(**cell)
        if net:
            base += (
                '*{untaxed}/{total}'.format(**cell)
                if values[COLUMNS.index('total')]
                else f'/(1+{default_vat})'
            )
        # From the matrix where it was the matrix; what was assessed on its own, at the rate that this came
        # to.
        rate = 'MIN({matrix_rate}*{multiplier},1)'.format(**cell) if in_pool else cell['rate']
        computed = values[COLUMNS.index('computed')]
        sheet.write_formula(
            row,
            len(COLUMNS),
            f"=ROUND(MAX({base}-{cell['secured']},0)*{rate},{self.places})",
            self.money,
            computed,
        )
        sheet.write_formula(
            row,
            len(COLUMNS) + 1,
            f"={xl_col_to_name(len(COLUMNS))}{row + 1}-{cell['computed']}",
            self.money,
            0,
        )


def _labels(run):
    _, fields = run.env._, run.env['ar.provision.line']._fields
    return {
        **{name: fields[name]._description_string(run.env) for name in COLUMNS},
        'title': _("Allowance for Credit Losses"),
        'parameters': _("Parameters"),
        'disclosure': _("Disclosure"),
        'items': _("Open Items"),
        'share': _("Rate"),
        'sum': _("Total"),
        'recomputed': _("Recomputed"),
        'check': _("Check"),
    }


def _parameters(run):
    _, parameters = run.env._, run.parameters or {}

    def named(model, field, value):
        return dict(run.env[model]._fields[field]._description_selection(run.env)).get(value, value)

    return [
        (_("Company"), run.company_id.name),
        (_("As of"), str(run.as_of)),
        (_("Policy"), run.policy_id.name),
        (_("Aging Scheme"), run.policy_id.aging_scheme_id.name),
        (_("Ages From"), named('ar.aging.scheme', 'basis', parameters.get('basis'))),
        (_("Unallocated Credits"), named('ar.aging.scheme', 'credits', parameters.get('credits'))),
        (_("Foreign Currency"), named('ar.provision.policy', 'valuation', parameters.get('valuation'))),
        (_("Base"), named('ar.provision.policy', 'base', parameters.get('base'))),
        (_("Forward Factor"), parameters.get('forward')),
        (_("Reason for the Outlook"), parameters.get('forward_reason')),
        (_("Computed by"), run.computed_by_id.name),
        (_("Approved by"), run.approved_by_id.name or ''),
        (_("Required"), run.required),
        (_("Booked Before"), run.booked),
        (_("To Book"), run.adjustment),
    ]


def _rates(run):
    """Return (bucket, grade, segment, rate) of the matrix as it was frozen, by name."""
    parameters = run.parameters or {}
    Bucket = run.env['ar.aging.bucket']
    # In the reader's language; what was deleted keeps its frozen name.
    buckets = {
        key: Bucket.browse(key).exists().name or name for key, name, *_bounds in parameters.get('buckets', [])
    }
    Grade, Segment = run.env['ar.credit.grade'], run.env['ar.provision.segment']
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


def _disclosure(run):
    _, values = run.env._, run._report_values()
    tables = (
        (_("Bucket"), values['rows'], True),
        (_("Class"), values['categories'], True),
        (_("Five Largest Debtors"), values['debtors'], False),
    )
    return [
        (heading, [(row['name'], row['residual'], row['allowance']) for row in rows], sums)
        for heading, rows, sums in tables
    ]


def _lines(run):
    """Yield the lines in batches, so that a run of any size is written in bounded memory."""
    Line, after = run.env['ar.provision.line'], 0
    while lines := Line.search([('run_id', '=', run.id), ('id', '>', after)], order='id', limit=5000):
        yield [([_cell(line, name) for name in COLUMNS], line.category == 'pool') for line in lines]
        after = lines[-1].id
        Line.invalidate_model(flush=False)


def _cell(line, name):
    field, value = line._fields[name], line[name]
    if field.type == 'many2one':
        return value.display_name or ''
    if field.type == 'selection':
        return dict(field._description_selection(line.env)).get(value, '')
    if field.type == 'date':
        return str(value or '')
    return value or ('' if field.type == 'char' else 0)
