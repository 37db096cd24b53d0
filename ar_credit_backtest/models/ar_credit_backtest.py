from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import past
from ..report import backtest_summary
from ..rules import history, totals
from ..rules.backtest import Security, Settings, replay
from ..rules.outcome import outcome
from ..rules.totals import SIDES
from .ar_credit_backtest_line import CHANGES


class ArCreditBacktest(models.Model):
    """Two policies tried on the orders of the last months, as the ledger stood on each order's day.

    It writes nothing but its own results. The policy in force is the one that is left empty.
    """

    _name = 'ar.credit.backtest'
    _description = "Policy Back-test"
    _inherit = ['ar.plausible.mixin']
    _order = 'id desc'
    _check_company_auto = True

    name = fields.Char(compute='_compute_name', store=True, readonly=False, precompute=True)
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company.root_id)
    currency_id = fields.Many2one(related='company_id.currency_id')
    months = fields.Integer(
        default=12, required=True, help="Orders confirmed in the last months, up to today."
    )
    policy_a_id = fields.Many2one(
        'ar.credit.policy', check_company=True, ondelete='restrict', help="Empty: the policy in force."
    )
    policy_b_id = fields.Many2one(
        'ar.credit.policy', check_company=True, ondelete='restrict', help="Empty: the policy in force."
    )
    good_days = fields.Integer(
        "Good up to (Days Late)",
        default=30,
        required=True,
        help="An order that was paid at most this many days late was a good sale: holding it would have "
        "put it at risk.",
    )
    follow = fields.Boolean(
        "Held Orders Were Never Delivered",
        help="Leave an order that a policy holds, with its invoices, out of that policy's exposure from then "
        "on. Otherwise what really happened counts for both policies.",
    )
    state = fields.Selection(
        [('draft', "To run"), ('done', "Done")], default='draft', required=True, readonly=True, copy=False
    )
    computed_on = fields.Datetime("Run On", readonly=True, copy=False)
    computed_by = fields.Many2one('res.users', "Run By", readonly=True, copy=False)
    first_day = fields.Date("From", readonly=True, copy=False)
    last_day = fields.Date("To", readonly=True, copy=False)
    is_outdated = fields.Boolean(compute='_compute_is_outdated')
    line_ids = fields.One2many('ar.credit.backtest.line', 'backtest_id', "Orders", readonly=True, copy=False)
    customer_ids = fields.One2many(
        'ar.credit.backtest.customer', 'backtest_id', "Customers", readonly=True, copy=False
    )

    order_count = fields.Integer("Orders Confirmed", readonly=True, copy=False)
    order_value = fields.Monetary("Value of Orders", readonly=True, copy=False)
    held_count_a = fields.Integer("Orders Held by A", readonly=True, copy=False)
    held_count_b = fields.Integer("Orders Held by B", readonly=True, copy=False)
    held_value_a = fields.Monetary("Value Held by A", readonly=True, copy=False)
    held_value_b = fields.Monetary("Value Held by B", readonly=True, copy=False)
    customer_count_a = fields.Integer("Customers Held by A", readonly=True, copy=False)
    customer_count_b = fields.Integer("Customers Held by B", readonly=True, copy=False)
    lost_a = fields.Monetary("Put at Risk by A", readonly=True, copy=False)
    lost_b = fields.Monetary("Put at Risk by B", readonly=True, copy=False)
    saved_a = fields.Monetary("Avoided by A", readonly=True, copy=False)
    saved_b = fields.Monetary("Avoided by B", readonly=True, copy=False)
    late_days_a = fields.Integer("Days Late, Avoided by A", readonly=True, copy=False, aggregator='avg')
    late_days_b = fields.Integer("Days Late, Avoided by B", readonly=True, copy=False, aggregator='avg')
    summary_html = fields.Html(compute='_compute_summary_html', string="Comparison")
    difference_html = fields.Html(compute='_compute_difference_html', string="What Differs")

    _months_positive = models.Constraint('CHECK (months BETWEEN 1 AND 120)', "Choose 1 to 120 months.")
    _good_days_positive = models.Constraint('CHECK (good_days >= 0)', "The days late cannot be negative.")

    @api.depends('policy_a_id', 'policy_b_id')
    def _compute_name(self):
        for backtest in self:
            backtest.name = (
                self.env._(
                    "%(a)s against %(b)s",
                    a=backtest._policy_name('a'),
                    b=backtest._policy_name('b'),
                )
                if backtest.policy_a_id != backtest.policy_b_id
                else self.env._("New back-test")
            )

    def _policy(self, side):
        return self[f'policy_{side}_id']

    def _policy_name(self, side):
        return self._policy(side).name or self.env._("Policy in force")

    @api.depends('computed_on', 'policy_a_id', 'policy_b_id')
    def _compute_is_outdated(self):
        for backtest in self:
            backtest.is_outdated = bool(backtest.computed_on) and any(
                changed and changed > backtest.computed_on
                for side in SIDES
                for changed in backtest._changes(side)
            )

    def _changes(self, side):
        """Return when the policy's parts were last written."""
        policy = self.sudo()._policy(side)
        parts = [policy, policy.grade_ids, policy._rules_in_force(self.company_id)]
        return [max(part.mapped('write_date'), default=False) for part in parts]

    # === Run ===

    def action_run(self):
        """Replay the orders under both policies and keep the result; an earlier result is replaced."""
        self.check_access('write')
        for backtest in self:
            if backtest.policy_a_id == backtest.policy_b_id:
                raise UserError(
                    self.env._(
                        "Policy A and policy B are the same: \"%s\". Choose two policies, or copy the "
                        "policy in force and change the copy.",
                        backtest._policy_name('a'),
                    )
                )
            backtest.sudo()._run()
        return True

    def _run(self):
        self.ensure_one()
        today = fields.Date.context_today(self)
        self.line_ids.unlink()
        self.customer_ids.unlink()
        self.write(
            {
                'first_day': today - relativedelta(months=self.months),
                'last_day': today,
                'state': 'done',
                'computed_by': self.env.uid,
            }
        )
        lines = self._prepare_lines()
        self.env['ar.credit.backtest.line']._insert(lines)
        rounded = self.currency_id.round
        self.env['ar.credit.backtest.customer'].create(
            [{'backtest_id': self.id, **values} for values in totals.by_customer(lines, rounded)]
        )
        self.write(
            {**totals.total(lines, rounded), 'computed_on': fields.Datetime.now() + timedelta(seconds=1)}
        )

    # === Replay ===

    def _prepare_lines(self):
        """Return the values of one line per order of the period, in the sequence of confirmation."""
        self.ensure_one()
        self.env.flush_all()
        zone = self.env.context.get('tz') or self.env.user.tz or 'UTC'
        period = past.Period(self.company_id.id, self.first_day, self.last_day, zone)
        accounts = self._accounts([row[0] for row in self._read(past.customers(period))])
        if not accounts:
            return []
        facts = self._facts(period, list(accounts))
        customers = history.customers(
            facts, period.first, self._securities(accounts), self._holds(accounts), self.currency_id.rounding
        )
        sales, claims = self._sales(period, list(accounts)), history.claims(facts)
        judged = {side: self._judge(side, customers, accounts, sales) for side in SIDES}
        return [
            self._line_values(row, claims.get(row.key, ()), *(judged[side][row.key] for side in SIDES))
            for row in facts.orders
            if row.key in judged['a']
        ]

    def _read(self, query, row=None):
        """Return the rows of a query, each as ``row``."""
        rows = self.env.execute_query(query)
        return [row(*values) for values in rows] if row else rows

    def _facts(self, period, partner_ids):
        """Return everything that happened to these customers: ``rules.history.Past``."""
        orders = self._read(past.orders(period, partner_ids), history.OrderRow)
        items = self._read(past.items(period, partner_ids), history.ItemRow)
        terms = self.env['account.payment.term'].with_context(active_test=False)
        return history.Past(
            orders,
            self._read(past.invoiced([row.key for row in orders]), history.BillRow),
            items,
            self._read(past.matches([row.key for row in items])),
            self._read(past.disputes({row.entry for row in items})),
            self._read(past.payments(period, partner_ids)),
            {
                term.id: history.PaymentTerm(term._ar_longest_days(), term.ar_prepayment)
                for term in terms.browse({row.term for row in orders if row.term})
            },
        )

    def _judge(self, side, customers, accounts, sales):
        """Return {order id: ``Judgement``} under one policy; a credit group is replayed as one."""
        company = self.company_id
        terms = self._policy(side)._terms(accounts.values(), sales, company)
        settings = Settings(
            company.ar_deduct_credits,
            company.ar_horizon_days if company.ar_use_horizon else None,
            self.currency_id.rounding,
            self.follow,
        )
        families = {}
        for key, account in accounts.items():
            families.setdefault(account.group_id.id or f'customer {key}', []).append(customers[key])
        judged = {}
        for members in families.values():
            judged |= replay(members, terms, settings)
        return judged

    def _line_values(self, row, claims, judged_a, judged_b):
        found = outcome(claims, self.last_day, self.good_days, self.currency_id.rounding)
        round_ = self.currency_id.round
        values = {
            'backtest_id': self.id,
            'company_id': self.company_id.id,
            'order_id': row.key,
            'order_name': row.name,
            'partner_id': row.customer,
            'salesperson_id': row.user,
            'date': row.day,
            'amount': round_(row.total),
            'change': CHANGES[judged_a.verdict.held, judged_b.verdict.held],
            'outcome': found.state,
            'days_late': found.days_late,
            'late_days_amount': found.late_days_amount,
        }
        for side, (figures, verdict) in zip(SIDES, (judged_a, judged_b)):
            values |= {
                f'held_{side}': verdict.held,
                f'reasons_{side}': ','.join(verdict.reasons) or None,
                f'exposure_{side}': round_(figures.net_exposure),
                f'limit_{side}': figures.limit or 0.0,
                f'has_limit_{side}': figures.limit is not None,
                f'lost_{side}': round_(found.good) if verdict.held else 0.0,
                f'saved_{side}': round_(found.bad) if verdict.held else 0.0,
            }
        return values

    # === Facts of the credit files ===

    def _accounts(self, partner_ids):
        """Return {customer id: credit account}, with the members of their credit groups.

        A customer without a file gets one in memory: a back-test creates none.
        """
        Account = self.env['ar.credit.account'].sudo().with_context(active_test=False)
        found = Account.search([('partner_id', 'in', partner_ids), ('company_id', '=', self.company_id.id)])
        found |= found.group_id.account_ids.filtered(lambda account: account.company_id == self.company_id)
        accounts = {account.partner_id.id: account for account in found}
        for partner_id in partner_ids:
            if partner_id not in accounts:
                accounts[partner_id] = Account.new(
                    {'partner_id': partner_id, 'company_id': self.company_id.id}
                )
        return accounts

    def _sales(self, period, partner_ids):
        """Return {customer id: {(year, month): sales}}, where a policy makes limits of sales."""
        if 'grade' not in (self.policy_a_id.limit_mode, self.policy_b_id.limit_mode):
            return {}
        sales = {}
        for partner_id, year, month, amount in self._read(past.sales(period, partner_ids)):
            sales.setdefault(partner_id, {})[year, month] = amount
        return sales

    def _of_accounts(self, model, accounts):
        """Return {credit account: its records of this model}, archived ones included."""
        records = self.env[model].sudo().with_context(active_test=False)
        ids = [account.id for account in accounts.values() if account.id]
        return records.search([('credit_account_id', 'in', ids)]).grouped('credit_account_id')

    def _securities(self, accounts):
        """Return {customer id: securities}, in company currency at today's rate."""
        today, found = fields.Date.context_today(self), self._of_accounts('ar.credit.security', accounts)
        return {
            key: [
                Security(
                    security.kind,
                    float(account._credit_convert(security.amount, security.currency_id.id, today)),
                    security.cover / 100,
                    security.valid_from or None,
                    security.valid_until or None,
                )
                for security in found.get(account, ())
                if security.state == 'approved'
            ]
            for key, account in accounts.items()
        }

    def _holds(self, accounts):
        """Return {customer id: [(day placed, day lifted or None)]}."""
        found = self._of_accounts('ar.hold', accounts)
        return {
            key: [
                (self._day(hold.placed_on), None if hold.active else self._day(hold.lifted_on))
                for hold in found.get(account, ())
            ]
            for key, account in accounts.items()
        }

    def _day(self, moment):
        return fields.Datetime.context_timestamp(self, moment).date() if moment else None

    # === Reading the result ===

    @api.depends('state', 'computed_on', 'good_days')
    @api.depends_context('lang')
    def _compute_summary_html(self):
        for backtest in self:
            backtest.summary_html = backtest.state == 'done' and self.env['ir.qweb']._render(
                'ar_credit_backtest.backtest_summary',
                {
                    'rows': backtest_summary.rows(backtest),
                    'name_a': backtest._policy_name('a'),
                    'name_b': backtest._policy_name('b'),
                    'reading': backtest_summary.reading(backtest),
                    'period': backtest_summary.period(backtest),
                },
            )

    @api.depends('policy_a_id', 'policy_b_id', 'computed_on')
    @api.depends_context('lang')
    def _compute_difference_html(self):
        for backtest in self:
            company = backtest.company_id
            backtest.difference_html = company and self.env['ir.qweb']._render(
                'ar_credit_backtest.policy_differences',
                {
                    'rows': backtest.policy_a_id._differences(backtest.policy_b_id, company),
                    'here': backtest._policy_name('a'),
                    'there': backtest._policy_name('b'),
                },
            )

    # === Actions ===

    def action_copy_current(self):
        """Make a draft of the policy in force, put it in as policy B and open it."""
        self.ensure_one()
        self.check_access('write')
        self.policy_b_id = self.env['ar.credit.policy'].create(
            {
                'name': self.env._("Draft of %s", fields.Date.to_string(fields.Date.context_today(self))),
                'company_id': self.company_id.id,
                'line_ids': self.env['ar.credit.policy']._current_rules(self.company_id),
            }
        )
        return self.action_open_policy_b()

    def action_open_policy_b(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'ar.credit.policy',
            'res_id': self.policy_b_id.id,
            'view_mode': 'form',
        }

    def action_open_orders(self):
        """Open the orders behind the figures; ``change`` in the context narrows them down."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id(
            'ar_credit_backtest.ar_credit_backtest_line_action'
        )
        change = self.env.context.get('change')
        action['domain'] = [('backtest_id', '=', self.id)]
        action['context'] = {f'search_default_{change}': 1} if change else {}
        return action

    def action_apply(self):
        self.ensure_one()
        return self.policy_b_id.action_open_apply()
