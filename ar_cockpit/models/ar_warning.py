from datetime import timedelta

from odoo import api, fields, models

from ..engine import warning as engine
from ..rules import warning
from odoo.addons.ar_base.rules.overview import Line, Tile

SNOOZE = 7  # days


class ArWarning(models.Model):
    """A customer got worse, by a rule, on a day; who looks at it, and what it came to.

    Fires once: as long as what it warned of holds, the same rule does not warn of the same customer again,
    whether the warning is open or closed. What ended, and comes back, is a new warning.
    """

    _name = 'ar.warning'
    _description = "Early Warning"
    _inherit = ['mail.thread', 'ar.fact.mixin', 'ar.job.mixin']
    _order = 'state, found_on desc, id desc'
    _rec_name = 'rule_id'
    _only_recorded = True
    # What people write; the rest happens.
    _free_fields = frozenset(['owner_id', 'note'])

    credit_account_id = fields.Many2one(
        'ar.credit.account', "Credit File", required=True, readonly=True, index=True, ondelete='restrict'
    )
    partner_id = fields.Many2one(
        related='credit_account_id.partner_id', string="Customer", store=True, index=True
    )
    company_id = fields.Many2one(related='credit_account_id.company_id', store=True, index=True)
    grade_id = fields.Many2one(related='credit_account_id.grade_id')
    rule_id = fields.Many2one('ar.warning.rule', "Warning", required=True, readonly=True, ondelete='restrict')
    unit = fields.Selection(related='rule_id.unit')
    value = fields.Float(readonly=True, digits=(16, 1), aggregator=None)
    threshold = fields.Float(readonly=True, digits=(16, 1), aggregator=None)
    found_on = fields.Date(readonly=True, required=True)
    still = fields.Boolean("Still So", readonly=True, default=True)
    owner_id = fields.Many2one('res.users', domain=[('share', '=', False)], tracking=True)
    note = fields.Text()
    state = fields.Selection(
        [('open', "Open"), ('snoozed', "Snoozed"), ('closed', "Closed")],
        default='open',
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    snoozed_until = fields.Date(readonly=True)
    outcome = fields.Selection(
        [('right', "Was right"), ('false', "False alarm")], readonly=True, tracking=True
    )
    closed_on = fields.Date(readonly=True)
    closed_by_id = fields.Many2one('res.users', readonly=True)

    _once = models.UniqueIndex('(credit_account_id, rule_id) WHERE still IS TRUE')

    # === The job ===

    @api.model
    def _cron_warn(self):
        """Look at every customer of each main company."""
        self._work_on(self.env['res.company'].search([('parent_id', '=', False)]), self._look)

    @api.model
    def _look(self, company):
        """Warn of what is new, and end what no longer holds."""
        today = fields.Date.context_today(self)
        Warning_ = self.sudo()
        found = Warning_._found(company, today)
        known = {
            (row.partner_id.id, row.rule_id.code): row
            for row in Warning_.search([('company_id', '=', company.id), ('still', '=', True)])
        }
        ended = Warning_.union(*(row for key, row in known.items() if key not in found))
        ended._record_facts({'still': False})
        rules = {rule.code: rule for rule in self.env['ar.warning.rule'].sudo().search([])}
        Warning_._create_with_facts(
            [
                Warning_._values(company, today, rules[code], customer, *figures)
                for (customer, code), figures in found.items()
                if (customer, code) not in known
            ]
        )._place_holds()
        Warning_.search(
            [('company_id', '=', company.id), ('state', '=', 'snoozed'), ('snoozed_until', '<=', today)]
        )._record_facts({'state': 'open', 'snoozed_until': False})

    @api.model
    def _values(self, company, today, rule, customer, value, threshold):
        partner = self.env['res.partner'].browse(customer)
        account = self.env['ar.credit.account'].sudo()._for_partner(partner, company)
        return {
            'credit_account_id': account.id,
            'rule_id': rule.id,
            'value': round(value, 1),
            'threshold': threshold,
            'found_on': today,
            'owner_id': account._responsible_collector().id,
        }

    def _place_holds(self):
        """Place the customers on hold whose rule asks for it."""
        self.env['ar.hold'].sudo()._create_with_facts(
            [
                {
                    'credit_account_id': row.credit_account_id.id,
                    'source': 'automatic',
                    'reason': self.env._("Early warning: %s", row.rule_id.name),
                }
                for row in self
                if row.rule_id.places_hold
            ]
        )

    @api.model
    def _found(self, company, today):
        """Return {(customer, code): (value, threshold)} of what the rules in force warn of today."""
        return self._judged(self._facts_of_customers(company, today), *self._thresholds_and_grades(company))

    @api.model
    def _thresholds_and_grades(self, company):
        """Return (thresholds by grade, {customer: its grade}), as they are in force."""
        accounts = self.env['ar.credit.account'].search([('company_id', '=', company.id)])
        grades = {account.partner_id.id: account.grade_id.id for account in accounts}
        return self.env['ar.warning.rule'].search([])._thresholds(), grades

    @api.model
    def _judged(self, facts, thresholds, grades):
        """Return {(customer, code): (value, threshold)} of what these facts warn of."""
        found = {}
        for customer, known in facts.items():
            limits = thresholds.get(grades.get(customer), thresholds[None])
            for code, figures in warning.findings(known, limits).items():
                found[customer, code] = figures
        return found

    # === What is known ===

    @api.model
    def _facts_of_customers(self, company, today):
        """Return {customer: ``rules.warning.Facts``}; the number of queries is the same for any number."""
        self._flush_facts()
        found = self._ledger_facts(company, today)
        for customer, facts in self._more_facts(company, today).items():
            found[customer] = found.get(customer, warning.Facts())._replace(**facts)
        return found

    @api.model
    def _flush_facts(self):
        for model, names in engine.FLUSHED.items():
            self.env[model].flush_model(names)

    @api.model
    def _ledger_facts(self, company, day):
        """Return {customer: ``rules.warning.Facts``} of what the ledger knew on a day, today or before."""
        rows = self.env.execute_query_dict(engine.facts(company._ar_tree().ids, day))
        total = sum(max(row['balance'] or 0.0, 0.0) for row in rows)
        return {row['customer']: self._facts_of(row, total) for row in rows}

    @staticmethod
    def _facts_of(row, total):
        row = {name: value or 0 for name, value in row.items()}
        return warning.Facts(
            slower=warning.slower(
                warning.Habit(row['recent_items'], row['recent_late']),
                warning.Habit(row['items'], row['late'], row['spread']),
            ),
            first_delay=warning.first_delay(row['overdue'], row['longest'], row['paid'], row['paid_late']),
            order_spike=warning.of_usual(row['month'], row['largest']),
            fewer_orders=warning.of_usual(row['quarter'], row['smallest']),
            part_payments=warning.more_parts(row['parts'], row['parts_before'], engine.LATELY, engine.YEAR),
            bounced=row['bounced'],
            old_drafts=row['draft_days'] or None,
            concentration=warning.of_usual(row['balance'], total),
        )

    @api.model
    def _more_facts(self, company, today):
        """Return {customer: {fact: value}} of what other addons know, and of grades and commitments."""
        Account = self.env['ar.credit.account'].sudo()
        found = {customer: dict(facts) for customer, facts in Account._warning_facts(company, today).items()}
        for customer, steps in self._fallen(company, today).items():
            found.setdefault(customer, {})['grade_fell'] = steps
        for customer, number in self._broken(company, today).items():
            found.setdefault(customer, {})['broken'] = number
        return found

    @api.model
    def _fallen(self, company, today):
        """Return {customer: grades it went down} since 90 days ago."""
        Account = self.env['ar.credit.account'].sudo()
        then = Account._grades_at(company, today - timedelta(days=engine.RECENT))
        order = self.env['ar.credit.grade'].sudo().with_context(active_test=False).search([]).ids
        accounts = Account.search([('company_id', '=', company.id), ('partner_id', 'in', list(then))])
        return {
            account.partner_id.id: order.index(account.grade_id.id) - order.index(then[account.partner_id.id])
            for account in accounts
            if account.grade_id and then[account.partner_id.id]
        }

    @api.model
    def _broken(self, company, today):
        """Return {customer: items whose promise or plan was not kept}."""
        rows = self.env.execute_query(engine.overdue_items(company._ar_tree().ids, today))
        customers = dict(rows)
        found = {}
        for line_id in self.env['ar.open.item'].sudo()._broken_commitments(list(customers), today):
            customer = customers[line_id]
            found[customer] = found.get(customer, 0) + 1
        return found

    # === The first page ===

    @api.model
    def _tile(self, scope):
        """Return the figure of the first page, as the user may see it."""
        _, opens = self.env._, self.env['ar.overview']._opens
        domain = [
            ('state', '=', 'open'),
            *scope.domain('partner_id.ar_salesperson_id', 'grade_id', 'partner_id.country_id'),
        ]
        mine = [*domain, ('owner_id', '=', self.env.uid)]
        return Tile(
            'warnings',
            'receivables',
            _("Early Warnings"),
            self.search_count(domain),
            'count',
            _("Warnings of customers who got worse, neither closed nor snoozed."),
            opens('ar.warning', _("Early Warnings"), domain),
            (Line(_("Mine"), self.search_count(mine), action=opens('ar.warning', _("My Warnings"), mine)),),
            alarm=True,
        )

    # === What people do ===

    def action_snooze(self):
        """Put it aside for a week."""
        self._act({'state': 'snoozed', 'snoozed_until': self._today() + timedelta(days=SNOOZE)})

    def action_right(self):
        """Close it: the warning was right."""
        self._close('right')

    def action_false(self):
        """Close it: nothing was behind it."""
        self._close('false')

    def _close(self, outcome):
        self._act(
            {
                'state': 'closed',
                'outcome': outcome,
                'closed_on': self._today(),
                'closed_by_id': self.env.uid,
                'snoozed_until': False,
            }
        )

    def _act(self, values):
        self.check_access('write')
        self.filtered(lambda row: row.state != 'closed')._record_facts(values)

    def _today(self):
        return fields.Date.context_today(self)
