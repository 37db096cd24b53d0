"""A run as a working paper: parameters, disclosure, and open items with formulas that recompute it."""

from odoo.addons.ar_base.report import xlsx

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
    'carried',
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
FROZEN_COLUMNS = 2  # stay in sight: customer and document


def working_paper(run):
    """Return the bytes of the spreadsheet of the run: every open item, recomputed by a formula."""
    with xlsx.Workbook(large=True) as book:
        paper = WorkingPaper(book, run)
        paper.parameters()
        paper.disclosure()
        paper.lines()
    return book.content


class WorkingPaper:
    """Writes the sheets of one run into ``book``, in the reader's language."""

    def __init__(self, book, run):
        self.book, self.run, self.env, self.currency = book, run, run.env, run.currency_id
        self.frozen = run.parameters or {}
        fields = run.env['ar.provision.line']._fields
        self.labels = {name: fields[name]._description_string(run.env) for name in COLUMNS}

    # === Parameters ===

    def parameters(self):
        """Write names and values, then the loss rates by bucket, grade and segment."""
        sheet = self.book.sheet(self.env._("Parameters"))
        sheet.title(self.env._("Allowance for Credit Losses"))
        sheet.skip()
        sheet.pairs(self._parameters())
        sheet.skip()
        sheet.heads(*(self.labels[name] for name in ('bucket_id', 'grade_id', 'segment_id', 'matrix_rate')))
        for *names, rate in _rates(self.run):
            sheet.row(*names, xlsx.percent(rate, 4))
        sheet.widths(*(28,) * 4)

    def _parameters(self):
        env, run, frozen = self.env, self.run, self.frozen

        def named(model, field):
            value = frozen.get(field)
            return dict(env[model]._fields[field]._description_selection(env)).get(value, value)

        return [
            (env._("Company"), run.company_id.name),
            (env._("As of"), run.as_of),
            (env._("Policy"), run.policy_id.name),
            (env._("Aging Scheme"), run.policy_id.aging_scheme_id.name),
            (env._("Ages From"), named('ar.aging.scheme', 'basis')),
            (env._("Unallocated Credits"), named('ar.aging.scheme', 'credits')),
            (env._("Foreign Currency"), named('ar.provision.policy', 'valuation')),
            (env._("Base"), named('ar.provision.policy', 'base')),
            (env._("Forward Factor"), frozen.get('forward')),
            (env._("Reason for the Outlook"), frozen.get('forward_reason')),
            (env._("Computed by"), run.computed_by_id.name),
            (env._("Approved by"), run.approved_by_id.name),
            (env._("Required"), xlsx.money(run.required, self.currency)),
            (env._("Booked Before"), xlsx.money(run.booked, self.currency)),
            (env._("To Book"), xlsx.money(run.adjustment, self.currency)),
        ]

    # === Disclosure ===

    def disclosure(self):
        """Write the tables one below the other, rates as formulas."""
        sheet, values = self.book.sheet(self.env._("Disclosure")), self.run._report_values()
        for heading, rows, sums in (
            (self.env._("Bucket"), values['rows'], True),
            (self.env._("Class"), values['categories'], True),
            (self.env._("Five Largest Debtors"), values['debtors'], False),
        ):
            sheet.heads(heading, self.labels['residual'], self.labels['allowance'], self.env._("Rate"))
            first = sheet.at
            for row in rows:
                sheet.row(row['name'], *self._share(sheet, row['residual'], row['allowance']))
            if sums:
                whole = [sum(row[name] for row in rows) for name in ('residual', 'allowance')]
                residual, allowance, share = self._share(sheet, *whole)
                sheet.total(self.env._("Total"), {1: residual, 2: allowance}, first, {3: share})
            sheet.skip()
        self._accounts(sheet, values['accounts'])
        sheet.widths(36, others=20, upto=4)

    def _accounts(self, sheet, rows):
        """Write every account of receivables against the ledger: what is left out is a formula."""
        env = self.env
        sheet.heads(
            env._("Account"),
            env._("Kind of Receivable"),
            env._("Ledger"),
            env._("Looked At"),
            env._("Left Out"),
        )
        for row in rows:
            ledger, base = (xlsx.reference(sheet.at, column) for column in (2, 3))
            left = xlsx.formula(f'{ledger}-{base}', xlsx.money(row['left_out'], self.currency))
            amounts = (xlsx.money(row[name], self.currency) for name in ('ledger', 'base'))
            sheet.row(row['name'], row['kind'], *amounts, left)

    def _share(self, sheet, residual, allowance):
        """Return the cells of both amounts, and of the second in relation to the first."""
        whole, part = (xlsx.reference(sheet.at, column) for column in (1, 2))
        share = xlsx.percent(allowance / residual if residual else 0)
        return (
            xlsx.money(residual, self.currency),
            xlsx.money(allowance, self.currency),
            xlsx.formula(f'IF({whole}=0,0,{part}/{whole})', share),
        )

    # === Open items ===

    def lines(self):
        """Write the open items; where one sheet is full, another follows."""
        count, sheet = 1, self._sheet_of_lines(1)
        for line in _lines(self.run):
            if sheet.at >= xlsx.SHEET_ROWS:
                count += 1
                sheet = self._sheet_of_lines(count)
            recomputed, check = self._recomputed(sheet.at, line)
            sheet.row(*(_cell(line, name) for name in COLUMNS), recomputed, check)

    def _sheet_of_lines(self, number):
        name = self.env._("Open Items")
        sheet = self.book.sheet(f'{name} {number}')
        widths = [WIDE.get(name, 13) for name in COLUMNS]
        sheet.widths(*widths, others=13, upto=len(COLUMNS) + 1)
        sheet.heads(*self.labels.values(), self.env._("Recomputed"), self.env._("Check"))
        sheet.head_height(45)
        sheet.freeze(FROZEN_COLUMNS)
        return sheet

    def _recomputed(self, row, line):
        """Return the allowance as a formula of the row's cells, and its difference to what was computed."""
        cell = {name: xlsx.reference(row, column) for column, name in enumerate(COLUMNS)}
        base = 'MAX({residual}-{offset},0)'.format(**cell)
        if self.frozen.get('base') == 'net':
            vat = self.frozen.get('default_vat_rate', 0)
            base += '*{untaxed}/{total}'.format(**cell) if line.total else f'/(1+{vat})'
        # From the matrix where it was the matrix; what was assessed on its own, at the rate that this came
        # to.
        pool = line.category == 'pool'
        rate = 'MIN({matrix_rate}*{multiplier},1)'.format(**cell) if pool else cell['rate']
        recomputed = f"ROUND(MAX({base}-{cell['secured']},0)*{rate},{self.currency.decimal_places})"
        # No more than the ledger carries, where a closing rate makes more of the item.
        recomputed = f"MIN({recomputed},MAX({cell['carried']},0))"
        check = f"{xlsx.reference(row, len(COLUMNS))}-{cell['computed']}"
        return (
            xlsx.formula(recomputed, xlsx.money(line.computed, self.currency)),
            xlsx.formula(check, xlsx.money(0, self.currency)),
        )


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


def _lines(run):
    """Yield the lines; read in batches, so that a run of any size is written in bounded memory."""
    Line, after = run.env['ar.provision.line'], 0
    while lines := Line.search([('run_id', '=', run.id), ('id', '>', after)], order='id', limit=5000):
        yield from lines
        after = lines[-1].id
        Line.invalidate_model(flush=False)


def _cell(line, name):
    field, value = line._fields[name], line[name]
    match field.type:
        case 'many2one':
            return value.display_name
        case 'selection':
            return dict(field._description_selection(line.env)).get(value)
        case 'monetary':
            currency = line[field.get_currency_field(line)] or line.company_currency_id
            return xlsx.money(value, currency)
        case 'float':
            return xlsx.percent(value, 4) if name in RATES else xlsx.number(value)
    return value
