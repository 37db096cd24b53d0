from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from ..engine import experience
from ..rules import judgement
from odoo.addons.ar_base.rules.money import exact, rounded

WEEKS = 13
PROMISED = 'promise'  # what covers an item whose customer said when it pays


class ArForecast(models.Model):
    """Receipts expected in the next thirteen weeks from what is open, as they were expected on a day.

    Made of each open item's probability (``rules.judgement``) from what the ledger knew on that day. Nothing
    later is read: a forecast of a past day is the one that would have been made then. A promise replaces the
    estimate; what is disputed is left out. Frozen each week; what came in is added when a week has
    passed, and shows how good the forecast was. Amounts are in the company's currency.
    """

    _name = 'ar.forecast'
    _description = "Expected Cash"
    _inherit = ['ar.fact.mixin', 'ar.job.mixin']
    _order = 'as_of desc, id desc'
    _rec_name = 'as_of'
    _only_recorded = True
    _parts = ('week_ids', 'item_ids')

    company_id = fields.Many2one('res.company', required=True, readonly=True, ondelete='restrict', index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    as_of = fields.Date("As of", required=True, readonly=True)
    open_amount = fields.Monetary(readonly=True, help="Open debits on the day.")
    disputed = fields.Monetary(readonly=True, help="Left out: the customer objects.")
    expected = fields.Monetary(readonly=True, help="Expected in the thirteen weeks.")
    error = fields.Float(
        "Error (%)",
        readonly=True,
        digits=(16, 1),
        aggregator=None,
        help="Differences of the weeks that have passed, without their signs / what came in.",
    )
    weeks_passed = fields.Integer(readonly=True)
    week_ids = fields.One2many('ar.forecast.week', 'forecast_id', "Weeks", readonly=True)
    item_ids = fields.One2many('ar.forecast.item', 'forecast_id', "Items", readonly=True)

    _company_day_unique = models.UniqueIndex('(company_id, as_of)')

    # === The job ===

    @api.model
    def _cron_forecast(self):
        """Freeze this week's forecast of each main company, and compare those of the weeks before."""
        self._work_on(self.env['res.company'].search([('parent_id', '=', False)]), self._forecast_week)

    @api.model
    def _forecast_week(self, company):
        today = fields.Date.context_today(self)
        monday = today - timedelta(days=today.weekday())
        made = self.sudo().search([('company_id', '=', company.id)], limit=1)
        if not made or made.as_of < monday:
            self._freeze(company, today)
        since = today - timedelta(days=7 * (WEEKS + 1))
        for forecast in self.sudo().search([('company_id', '=', company.id), ('as_of', '>=', since)]):
            forecast._compare(today)

    @api.model
    def _freeze(self, company, as_of):
        """Record and return the forecast of the company as of the day."""
        judged, rows = self._judged(company, as_of)
        lines = {row[0]: row for row in rows}
        promised, disputed = self._promised(lines, as_of), self._disputed(company, as_of)
        parts, certain = defaultdict(list), defaultdict(float)
        items = []
        for line_id, customer, due, amount in rows:
            left = max(amount - disputed.get(line_id, 0.0), 0.0)
            outlook = judged.outlook(customer, (as_of - due).days)
            day = promised.get(line_id)
            if day:
                certain[(day - as_of).days // 7 + 1 if day > as_of else 1] += left
            elif left:
                for number, share in enumerate(self._shares(judged, customer, (as_of - due).days), 1):
                    parts[number].append((left, share))
            items.append(self._item_values(judged, line_id, customer, as_of, due, amount, left, outlook, day))
        self._drop_items(company)
        return self._record(company, as_of, rows, disputed, parts, certain, items)

    @api.model
    def _judged(self, company, as_of):
        """Return (``rules.judgement.Judgement``, open debits) of the company, as known on the day."""
        tree = company._ar_tree().ids
        for model, names in experience.FLUSHED.items():
            self.env[model].flush_model(names)
        before = as_of - timedelta(days=judgement.OUTCOMES)
        then = judgement.Judgement(self._experiences(tree, before))
        outcomes = [
            (then.degree(customer), late, in_time)
            for customer, late, in_time in self.env.execute_query(experience.outcomes(tree, as_of, before))
        ]
        judged = judgement.Judgement(self._experiences(tree, as_of), judgement.calibration(outcomes))
        return judged, self.env.execute_query(experience.open_debits(tree, as_of))

    @api.model
    def _experiences(self, company_ids, as_of):
        rows = self.env.execute_query(experience.experiences(company_ids, as_of))
        return [judgement.Experience(*row) for row in rows]

    @staticmethod
    def _shares(judged, customer, passed):
        return [judged.paid_between(customer, passed, 7 * week + 1, 7 * week + 7) for week in range(WEEKS)]

    # === What the customer said ===

    @api.model
    def _promised(self, line_ids, as_of):
        """Return {line: day} of the items that a promise covers; known for today only."""
        if as_of < fields.Date.context_today(self):
            return {}
        covered = self.env['ar.open.item'].sudo()._dunning_exclusions(list(line_ids), as_of)
        return {line_id: until for line_id, (why, until) in covered.items() if why == PROMISED and until}

    @api.model
    def _disputed(self, company, as_of):
        """Return {line: disputed amount} of the company's items."""
        items = (
            self.env['ar.open.item']
            .sudo()
            .with_context(
                as_of=fields.Date.to_string(as_of),
                allowed_company_ids=company._ar_tree().ids,
                aging_credits='own_bucket',
            )
        )
        params = items._aging_parameters()
        found = {}
        for source in items._aging_parts(params)['disputed']:
            for line_id, amount in self.env.execute_query(source):
                found[line_id] = found.get(line_id, 0.0) + float(amount)
        return found

    # === The first page ===

    @api.model
    def _for_page(self, company):
        """Return the latest forecast of the company for the page, and how good earlier ones were; or None."""
        if not self.has_access('read'):
            return None
        forecasts = self.search([('company_id', '=', company.id)], limit=WEEKS)
        if not forecasts:
            return None
        weeks = forecasts[0].week_ids.sorted('number')
        compared = forecasts.filtered('weeks_passed')
        return {
            'as_of': fields.Date.to_string(forecasts[0].as_of),
            'weeks': [fields.Date.to_string(week.date_from) for week in weeks],
            'expected': weeks.mapped('expected'),
            'low': weeks.mapped('low'),
            'high': weeks.mapped('high'),
            'total': forecasts[0].expected,
            'error': sum(compared.mapped('error')) / len(compared) if compared else None,
            'compared': len(compared),
            'id': forecasts[0].id,
        }

    # === Recording ===

    @api.model
    def _item_values(self, judged, line_id, customer, as_of, due, amount, left, outlook, day):
        habits = judged.habits(customer)
        expected = as_of + timedelta(days=outlook.days) if outlook.days is not None else False
        return {
            'move_line_id': line_id,
            'partner_id': customer,
            'date_maturity': due,
            'amount': amount,
            'disputed': amount - left,
            'expected_on': day or expected,
            'promised_on': day or False,
            'late': round(100 * outlook.late, 1),
            'within': round(100 * outlook.within, 1),
            'paid_before': habits.paid,
            'late_before': habits.late,
            'usual_days': habits.middle,
        }

    @api.model
    def _drop_items(self, company):
        """Delete the items of earlier forecasts: the weeks are what stays."""
        self.env['ar.forecast.item'].sudo().search(
            [('forecast_id.company_id', '=', company.id)]
        )._delete_recorded()

    @api.model
    def _record(self, company, as_of, rows, disputed, parts, certain, items):
        unit = company.currency_id.rounding
        weeks = []
        for number in range(1, WEEKS + 1):
            found = judgement.week(parts[number], certain[number])
            weeks.append(
                {
                    'number': number,
                    'date_from': as_of + timedelta(days=7 * number - 6),
                    'date_to': as_of + timedelta(days=7 * number),
                    'promised': float(rounded(certain[number], unit)),
                    **{
                        name: float(rounded(value, unit))
                        for name, value in zip(('expected', 'low', 'high'), found, strict=True)
                    },
                }
            )
        forecast = self.sudo()._create_with_facts(
            [
                {
                    'company_id': company.id,
                    'as_of': as_of,
                    'open_amount': float(sum((exact(row[3]) for row in rows), exact(0))),
                    'disputed': sum(disputed.get(row[0], 0.0) for row in rows),
                    'expected': sum(week['expected'] for week in weeks),
                }
            ]
        )
        for name, values in (('ar.forecast.week', weeks), ('ar.forecast.item', items)):
            self.env[name].sudo()._create_with_facts([{'forecast_id': forecast.id, **row} for row in values])
        return forecast

    def _compare(self, today):
        """Record what came in, in the weeks that have passed, and the error of the forecast so far."""
        self.ensure_one()
        weeks = self.week_ids.filtered(lambda week: week.date_to < today).sorted('number')
        if not weeks:
            return
        for model, names in experience.FLUSHED.items():
            self.env[model].flush_model(names)
        query = experience.received(
            self.company_id._ar_tree().ids,
            self.as_of,
            [(week.number, week.date_from, week.date_to) for week in weeks],
        )
        amounts = dict(self.env.execute_query(query))
        for week in weeks:
            week._record_facts({'received': amounts[week.number], 'passed': True})
        missed = sum(abs(week.expected - week.received) for week in weeks)
        came = sum(weeks.mapped('received'))
        self._record_facts(
            {'error': round(100 * missed / came, 1) if came else 0.0, 'weeks_passed': len(weeks)}
        )
