from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..engine import months
from ..rules import monthly
from odoo.addons.ar_base.engine import open_items
from odoo.addons.ar_base.engine.planner import NO_JIT


class ArKpi(models.Model):
    """The key figures of a month: how receivables stood at its end, and how well they were collected.

    One row per main company and month, branches included, in the company's currency. Read from the ledger by
    the job; the month that runs and the one before it are read again every day, earlier months on demand.
    Formulas and the basis of each figure: ``rules.kpi``, ``engine.months``.
    """

    _name = 'ar.kpi'
    _description = "Key Figures of a Month"
    _inherit = ['ar.fact.mixin', 'ar.job.mixin']
    _order = 'month desc, id desc'
    _only_recorded = True

    company_id = fields.Many2one('res.company', required=True, readonly=True, ondelete='restrict', index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    month = fields.Date(required=True, readonly=True, help="The last day of the month.")
    as_of = fields.Date("As of", required=True, readonly=True)
    computed_on = fields.Datetime(readonly=True)
    receivables = fields.Monetary(
        readonly=True, aggregator=None, help="The ledger balance of the receivable accounts."
    )
    overdue = fields.Monetary(
        readonly=True, aggregator=None, help="Open items that fell due before the date."
    )
    allowance = fields.Monetary(
        "Loss Allowance", readonly=True, aggregator=None, help="The loss allowance of the open items."
    )
    sales = fields.Monetary(
        "Credit Sales", readonly=True, help="Invoices less credit notes of the month, taxes included."
    )
    collected = fields.Monetary(readonly=True, help="Receipts of the month.")
    written_off = fields.Monetary(readonly=True)
    dso = fields.Float(
        "DSO",
        readonly=True,
        digits=(16, 1),
        aggregator=None,
        help="Days sales outstanding: receivables / credit sales of three months × their days.",
    )
    dso_best_possible = fields.Float(
        "Best Possible DSO",
        readonly=True,
        digits=(16, 1),
        aggregator=None,
        help="The DSO that is left if nothing is overdue.",
    )
    days_delinquent = fields.Float(
        "Average Days Delinquent",
        readonly=True,
        digits=(16, 1),
        aggregator=None,
        help="DSO less the best possible DSO.",
    )
    days_late = fields.Float(
        "Average Days Late",
        readonly=True,
        digits=(16, 1),
        aggregator=None,
        help="Days from the due date to the receipt, of what was paid in the month, weighted by amount.",
    )
    dso_count_back = fields.Float(
        "DSO (Count-Back)",
        readonly=True,
        digits=(16, 1),
        aggregator=None,
        help="The days of the latest months whose sales add up to the receivables.",
    )
    unexplained = fields.Monetary(
        "Older than the History",
        readonly=True,
        aggregator=None,
        help="Receivables that the sales of 24 months do not explain.",
    )
    effectiveness = fields.Float(
        "CEI (%)",
        readonly=True,
        digits=(16, 1),
        aggregator=None,
        help="Collection effectiveness of three months: of what could be collected, the part that was.",
    )
    turnover = fields.Float(
        readonly=True,
        digits=(16, 2),
        aggregator=None,
        help="Credit sales of twelve months / average receivables.",
    )
    turnover_days = fields.Float(
        "Turnover (Days)",
        readonly=True,
        digits=(16, 1),
        aggregator=None,
        help="The days of twelve months / turnover: how long one turn takes.",
    )
    collection_rate = fields.Float(
        "Collection Rate (%)",
        readonly=True,
        digits=(16, 1),
        aggregator=None,
        help="Collected / (opening receivables + credit sales of the month).",
    )
    overdue_ratio = fields.Float(
        "Overdue (%)", readonly=True, digits=(16, 1), aggregator=None, help="Overdue / receivables."
    )
    bad_debt_ratio = fields.Float(
        "Bad Debt (%)",
        readonly=True,
        digits=(16, 2),
        aggregator=None,
        help="Written off / credit sales of twelve months.",
    )
    allowance_coverage = fields.Float(
        "Allowance to Overdue (%)",
        readonly=True,
        digits=(16, 1),
        aggregator=None,
        help="Loss allowance / overdue.",
    )

    _company_month_unique = models.UniqueIndex('(company_id, month)')

    @api.depends('month')
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.month and row.month.strftime('%Y-%m')

    # === The job ===

    @api.model
    def _cron_update(self):
        """Read the figures of each main company that has receivables: missing months, and the last two."""
        self._work_on(self.env['res.company'].search([('parent_id', '=', False)]), self._update_months)

    @api.model
    def _update_months(self, company):
        today = fields.Date.context_today(self)
        recent = {_month_end(today), _month_end(today - relativedelta(months=1))}
        known = set(self.search([('company_id', '=', company.id)]).mapped('month'))
        missing = [month for month in self._months(company, today) if month not in known - recent]
        if missing:
            moved = self._moved(company, _history_of(min(missing))[-1], today)
            for month in missing:
                self._refresh(company, month, moved)

    @api.model
    def _months(self, company, today):
        """Return the month ends of the history that the company's ledger has, the first one first."""
        self._flush_ledger()
        [[first]] = self.env.execute_query(months.first_day(company._ar_tree().ids))
        if not first or first > today:
            return []
        ends = [_month_end(today - relativedelta(months=back)) for back in reversed(range(monthly.HISTORY))]
        return [end for end in ends if end >= first]

    def action_refresh(self):
        """Read these months from the ledger again: something was posted into them since."""
        self.check_access('read')
        for row in self:
            self._refresh(row.company_id, row.month)

    @api.model
    def _refresh(self, company, month, moved=None):
        """Record the figures of one month, as the ledger has them now. For ``moved`` see ``_figures``."""
        values = self._figures(company, month, moved)
        row = self.sudo().search([('company_id', '=', company.id), ('month', '=', month)])
        if row:
            row._record_facts(values)
        else:
            self.sudo()._create_with_facts([{'company_id': company.id, 'month': month, **values}])

    def _flush_ledger(self):
        for model, names in months.FLUSHED.items():
            self.env[model].flush_model(names)

    def _figures(self, company, month, moved=None):
        """Return the values of a month, as the ledger has them now.

        :param moved: ``_moved`` of the month and its history, where several months are read at once.
        """
        as_of = min(month, fields.Date.context_today(self))
        history = self._history(company, month, as_of, moved)
        receivables, overdue, allowance = self._standing(company, as_of)
        tree = company._ar_tree().ids
        [paid] = self.env.execute_query(months.lateness(tree, month.replace(day=1), as_of))
        figures = monthly.figures(history, receivables, overdue, allowance, paid)
        return {
            **{name: value and float(value) for name, value in figures._asdict().items()},
            'as_of': as_of,
            'computed_on': fields.Datetime.now(),
        }

    def _history(self, company, month, as_of, moved=None):
        """Return the ``rules.monthly.Month`` of this month and those before it, the newest first."""
        starts = _history_of(month)
        if moved is None:
            moved = self._moved(company, starts[-1], as_of)
        ends = [as_of, *(_month_end(start) for start in starts[1:])]
        return [
            monthly.Month(end.day, *moved.get(start, (0, 0, 0, 0)))
            for start, end in zip(starts, ends, strict=True)
        ]

    def _moved(self, company, date_from, date_to):
        """Return {first day of a month: what its receivables did}, see ``engine.months.movements``."""
        self._flush_ledger()
        self.env.cr.execute(NO_JIT)
        query = months.movements(
            company._ar_tree().ids, date_from, date_to, self.env['account.move']._ar_loss_condition
        )
        return {day: amounts for day, *amounts in self.env.execute_query(query)}

    def _standing(self, company, as_of):
        """Return (receivables, overdue, allowance) of the company's tree at the date."""
        params = open_items.Parameters(as_of=as_of)
        tree = company._ar_tree()
        items = self.env['ar.open.item'].sudo().with_context(allowed_company_ids=tree.ids)
        query = months.standing(tree.ids, as_of, items._aging_parts(params)['provisioned'])
        [row] = self.env.execute_query(query)
        return row


def _history_of(month):
    """Return the first days of the month and of those before it that its figures look at, newest first."""
    return [month.replace(day=1) - relativedelta(months=back) for back in range(monthly.HISTORY)]


def _month_end(day):
    return day + relativedelta(day=31)
