from collections import defaultdict
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..engine import warning as engine
from ..rules import warning

STEP = 7  # days from look to look
HORIZON = 180  # days within which a default proves a warning right
YEARS = 2


class ArWarningCheck(models.Model):
    """The warning rules in force, tried on two years of the company's own past.

    Says how good they would have been: each week is judged by what the ledger knew on its day. A warning was
    right if the customer defaulted (``engine.warning``, rule 6) within 180 days; else it was a false alarm.
    The last 180 days are left out: what comes of their warnings is not known yet. Rules that look at what no
    ledger keeps, such as the use of a limit, have no past; for them the outcomes count that people gave.
    """

    _name = 'ar.warning.check'
    _description = "Warning Rules Tried on the Past"
    _inherit = ['ar.fact.mixin', 'ar.job.mixin']
    _order = 'checked_on desc, id desc'
    _rec_name = 'checked_on'
    _only_recorded = True
    _parts = ('line_ids',)

    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True, ondelete='restrict')
    checked_on = fields.Date(required=True, readonly=True)
    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("To", required=True, readonly=True)
    customer_years = fields.Float(readonly=True, digits=(16, 1), aggregator=None)
    defaults = fields.Integer(
        "Defaulted",
        readonly=True,
        aggregator=None,
        help="Customers with an item 90 days overdue or written off.",
    )
    found = fields.Integer(
        "Of Them Found", readonly=True, aggregator=None, help="At least one warning in the 180 days before."
    )
    days_early = fields.Integer(
        readonly=True, aggregator=None, help="From the first of these warnings to the default: the median."
    )
    false_alarms = fields.Integer(readonly=True, aggregator=None)
    false_rate = fields.Float(
        "Per 20 Customers and Year", readonly=True, digits=(16, 2), aggregator=None, help="False alarms."
    )
    line_ids = fields.One2many('ar.warning.check.line', 'check_id', "By Rule", readonly=True)

    # === The job ===

    @api.model
    def _cron_check(self):
        """Try the rules on the past of each main company."""
        self._work_on(self.env['res.company'].search([('parent_id', '=', False)]), self._check)

    def action_check(self):
        """Have the job try the rules now in force."""
        self.env['ar.warning.rule'].check_access('write')
        self.env.ref('ar_cockpit.ir_cron_warning_check').sudo()._trigger()
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {'type': 'info', 'message': self.env._("The rules are tried in the background.")},
        }

    @api.model
    def _check(self, company):
        """Record and return what the rules in force would have done in the company's past."""
        today = fields.Date.context_today(self)
        last = today - timedelta(days=HORIZON)
        first = last - relativedelta(years=YEARS)
        Warning_ = self.env['ar.warning'].sudo()
        Warning_._flush_facts()
        tree = company._ar_tree().ids
        query = engine.defaults(tree, today, self.env['account.move']._ar_loss_condition)
        defaults = dict(self.env.execute_query(query))
        warned, looks = self._replayed(company, first, last, defaults)
        years = looks * STEP / 365
        total = warning.judged(warned, defaults, HORIZON)
        ended = {customer: day for customer, day in defaults.items() if first < day <= last}
        foreseen = warning.judged([row for row in warned if row.customer in ended], ended, HORIZON)
        return self.sudo()._create_with_facts(
            [
                {
                    'company_id': company.id,
                    'checked_on': today,
                    'date_from': first,
                    'date_to': last,
                    'customer_years': years,
                    'defaults': len(ended),
                    'found': foreseen.found,
                    'days_early': foreseen.days_early or 0,
                    'false_alarms': total.false,
                    'false_rate': 20 * total.false / years if years else 0.0,
                    'line_ids': [(0, 0, values) for values in self._by_rule(warned, defaults)],
                }
            ]
        )

    @api.model
    def _replayed(self, company, first, last, defaults):
        """Return (the ``Warned`` of these days, looks at customers who had not defaulted)."""
        Warning_ = self.env['ar.warning'].sudo()
        thresholds, grades = Warning_._thresholds_and_grades(company)
        warned, looks, before, day = [], 0, set(), first
        while day <= last:
            facts = Warning_._ledger_facts(company, day)
            looks += sum(defaults.get(customer, last) >= day for customer in facts)
            now = set(Warning_._judged(facts, thresholds, grades))
            if day > first:  # what held from the start began earlier
                warned += [warning.Warned(customer, code, day) for customer, code in now - before]
            before, day = now, day + timedelta(days=STEP)
        return warned, looks

    @api.model
    def _by_rule(self, warned, defaults):
        by_code = defaultdict(list)
        for row in warned:
            by_code[row.code].append(row)
        for rule in self.env['ar.warning.rule'].sudo().search([]):
            if rule.code in warning.OF_LEDGER:
                result = warning.judged(by_code[rule.code], defaults, HORIZON)
                yield {
                    'rule_id': rule.id,
                    'warnings': result.warnings,
                    'right': result.right,
                    'false_alarms': result.false,
                    'days_early': result.days_early or 0,
                }
