from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

SIDES = ('a', 'b')


class ArCreditBacktest(models.Model):
    """Two policies tried on the orders of the last months, as the ledger stood on each order's day.

    It writes nothing but its own results. The policy in force is the one that is left empty.
    """

    _name = 'ar.credit.backtest'
    _description = "Policy Rehearsal"
    _order = 'id desc'
    _check_company_auto = True

    name = fields.Char(compute='_compute_name', store=True, readonly=False, precompute=True)
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company.root_id)
    currency_id = fields.Many2one(related='company_id.currency_id')
    months = fields.Integer(
        default=12, required=True, help="Orders confirmed in the last so many months, up to today."
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
        help="An order that was paid at most so many days late was a good sale: holding it would have put it at risk.",
    )
    follow = fields.Boolean(
        "Held Orders Were Never Delivered",
        help="Leave an order that a policy holds, with its invoices, out of that policy's exposure from then on. "
        "Otherwise what really happened counts for both policies.",
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
        for rehearsal in self:
            rehearsal.name = (
                self.env._(
                    "%(a)s against %(b)s",
                    a=rehearsal._policy_name('a'),
                    b=rehearsal._policy_name('b'),
                )
                if rehearsal.policy_a_id != rehearsal.policy_b_id
                else self.env._("New rehearsal")
            )

    def _policy(self, side):
        return self[f'policy_{side}_id']

    def _policy_name(self, side):
        return self._policy(side).name or self.env._("Policy in force")

    @api.depends('computed_on', 'policy_a_id', 'policy_b_id')
    def _compute_is_outdated(self):
        for rehearsal in self:
            rehearsal.is_outdated = bool(rehearsal.computed_on) and any(
                changed and changed > rehearsal.computed_on
                for side in SIDES
                for changed in rehearsal._changes(side)
            )

    def _changes(self, side):
        """Return when the policy's parts were last written."""
        policy = self.sudo()._policy(side)
        parts = [policy, policy.grade_ids, policy._rules_in_force(self.company_id)]
        return [max(part.mapped('write_date'), default=False) for part in parts]

    # === Run ===

    def action_run(self):
        """Replay the orders under both policies and keep what came out; an earlier result is replaced."""
        self.check_access('write')
        for rehearsal in self:
            if rehearsal.policy_a_id == rehearsal.policy_b_id:
                raise UserError(
                    self.env._(
                        "Policy A and policy B are the same: \"%s\". Choose two policies, or copy the policy in force and change "
                        "the copy.",
                        rehearsal._policy_name('a'),
                    )
                )
            rehearsal.sudo()._run()
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
        lines = self._replay()
        self.env['ar.credit.backtest.line']._insert(lines)
        self.env['ar.credit.backtest.customer'].create(self._by_customer(lines))
        self.write({**self._total(lines), 'computed_on': fields.Datetime.now() + timedelta(seconds=1)})

    def _by_customer(self, lines):
        """Return the values of one row per customer."""
        groups = {}
        for line in lines:
            groups.setdefault(line['partner_id'], []).append(line)
        names = (
            'order_count',
            'order_value',
            *(f'{name}_{side}' for name in ('held_count', 'held_value', 'lost', 'saved') for side in SIDES),
        )
        return [
            {'backtest_id': self.id, 'partner_id': partner_id, **{name: total[name] for name in names}}
            for partner_id, group in groups.items()
            for total in [self._total(group)]
        ]

    def _total(self, lines):
        """Return the summary of these lines."""
        values = {'order_count': len(lines), 'order_value': self._sum(lines, 'amount')}
        for side in SIDES:
            held = [line for line in lines if line[f'held_{side}']]
            saved = self._sum(held, f'saved_{side}')
            values |= {
                f'held_count_{side}': len(held),
                f'held_value_{side}': self._sum(held, 'amount'),
                f'customer_count_{side}': len({line['partner_id'] for line in held}),
                f'lost_{side}': self._sum(held, f'lost_{side}'),
                f'saved_{side}': saved,
                f'late_days_{side}': round(sum(line['late_days_amount'] for line in held) / saved)
                if saved
                else 0,
            }
        return values

    def _sum(self, lines, name):
        return self.currency_id.round(sum(line[name] for line in lines))

    # === Reading the result ===

    @api.depends('state', 'computed_on', 'good_days')
    @api.depends_context('lang')
    def _compute_summary_html(self):
        for rehearsal in self:
            rehearsal.summary_html = rehearsal.state == 'done' and self.env['ir.qweb']._render(
                'ar_credit_control.backtest_summary',
                {
                    'rehearsal': rehearsal,
                    'rows': rehearsal._summary_rows(),
                    'name_a': rehearsal._policy_name('a'),
                    'name_b': rehearsal._policy_name('b'),
                    'reading': rehearsal._reading(),
                    'period': rehearsal._period_text(),
                },
            )

    def _period_text(self):
        first, last = (format_date(self.env, day) for day in (self.first_day, self.last_day))
        return self.env._(
            "Orders confirmed from %(first)s to %(last)s, as the ledger stood on their day. In company currency, tax included.",
            first=first,
            last=last,
        )

    def _summary_rows(self):
        """Return (label, A, B, difference, its class) as text."""
        self.ensure_one()
        _ = self.env._
        money, share = self.currency_id.format, lambda value: f'{value:.1f} %'
        return [
            self._row(_("Orders held, of %s", self.order_count), 'held_count', str),
            self._row(_("Value held, of %s", money(self.order_value)), 'held_value', money),
            self._row(
                _("Share of the value held"),
                'held_value',
                share,
                100 / self.order_value if self.order_value else 0.0,
            ),
            self._row(_("Customers with a held order"), 'customer_count', str),
            self._row(
                _("Good sales put at risk (paid at most %s days late)", self.good_days),
                'lost',
                money,
                worse=1,
            ),
            self._row(_("Late payments and bad debts avoided"), 'saved', money, worse=-1),
            self._row(_("Their days late, on average"), 'late_days', str),
            self._row(_("Not known yet: not due, not invoiced, or credited"), 'unknown', money),
        ]

    def _unknown(self, side):
        """Return what was held and is neither good nor bad so far."""
        return self.currency_id.round(
            self[f'held_value_{side}'] - self[f'lost_{side}'] - self[f'saved_{side}']
        )

    def _row(self, label, name, text, factor=1, worse=0):
        a, b = (
            self._unknown(side) if name == 'unknown' else self[f'{name}_{side}'] * factor for side in SIDES
        )
        sign = '+' if b > a else ''
        color = {1: 'text-danger', -1: 'text-success', 0: ''}[worse * ((b > a) - (b < a))]
        return label, text(a), text(b), f'{sign}{text(b - a)}' if b != a else '–', color

    def _reading(self):
        """Return the comparison as one sentence."""
        _, count = self.env._, self.held_count_b - self.held_count_a
        facts = {
            'count': abs(count),
            'value': self.currency_id.format(abs(self.held_value_b - self.held_value_a)),
            'saved': self.currency_id.format(abs(self.saved_b - self.saved_a)),
            'lost': self.currency_id.format(abs(self.lost_b - self.lost_a)),
            'days': self.good_days,
        }
        more = (
            self.held_value_b > self.held_value_a,
            self.saved_b >= self.saved_a,
            self.lost_b >= self.lost_a,
        )
        match more:
            case _any if not self.order_count:
                return _("No order was confirmed in these months.")
            case _any if self.held_value_a == self.held_value_b and not count:
                return _("Both policies would have held the same number of orders and the same value.")
            case True, True, True:
                return _(
                    "B would have held %(value)s more: it avoids %(saved)s more of late payments and bad debts, and puts "
                    "%(lost)s more of good sales at risk.",
                    **facts,
                )
            case False, False, False:
                return _(
                    "B would have held %(value)s less: it frees %(lost)s of good sales, and lets %(saved)s more of late "
                    "payments and bad debts through.",
                    **facts,
                )
        return _(
            "B would have held other orders than A: compare the rows below, and the orders that only one of them holds."
        )

    @api.depends('policy_a_id', 'policy_b_id', 'computed_on')
    @api.depends_context('lang')
    def _compute_difference_html(self):
        for rehearsal in self:
            company = rehearsal.company_id
            rehearsal.difference_html = company and self.env['ir.qweb']._render(
                'ar_credit_control.policy_differences',
                {
                    'rows': rehearsal.policy_a_id._differences(rehearsal.policy_b_id, company),
                    'here': rehearsal._policy_name('a'),
                    'there': rehearsal._policy_name('b'),
                },
            )

    # === Doors ===

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
            'ar_credit_control.ar_credit_backtest_line_action'
        )
        change = self.env.context.get('change')
        action['domain'] = [('backtest_id', '=', self.id)]
        action['context'] = {f'search_default_{change}': 1} if change else {}
        return action

    def action_apply(self):
        self.ensure_one()
        return self.policy_b_id.action_open_apply()
