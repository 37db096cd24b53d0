import logging
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from psycopg2.errors import SerializationFailure

from odoo import api, fields, models

from ..engine import payment_behaviour
from ..rules.behaviour import Sales, behaviour
from ..rules.scoring import Experience

_logger = logging.getLogger(__name__)

BATCH = 500


class ArCreditAccount(models.Model):
    """A credit file knows how its customer pays and buys, as of last night, and how it was assessed."""

    _inherit = 'ar.credit.account'
    _facts = frozenset(
        ['payment_index', 'is_rated', 'payment_risk', 'payment_index_date', 'payment_experiences']
    )
    _facts |= {'max_days_late_12m', 'average_monthly_sales', 'customer_since', 'turnover_trend_pct'}

    payment_index = fields.Float(
        digits=(4, 1),
        readonly=True,
        copy=False,
        help="0 to 100 by how many days after the due date the customer paid in the last 24 months, weighted "
        "by amount. 80 = on time.",
    )
    is_rated = fields.Boolean(
        readonly=True, copy=False, help="There are enough payments for a payment index."
    )
    payment_risk = fields.Selection(
        [('low', "Low"), ('medium', "Medium"), ('high', "High")], readonly=True, copy=False
    )
    payment_index_date = fields.Date("Payment Figures of", readonly=True, copy=False, index=True)
    payment_experiences = fields.Integer(readonly=True, copy=False)
    max_days_late_12m = fields.Integer("Longest Delay in 12 Months (Days)", readonly=True, copy=False)
    average_monthly_sales = fields.Monetary(
        readonly=True, copy=False, help="Of the last 12 months, tax included, credit notes deducted."
    )
    customer_since = fields.Date(readonly=True, copy=False, help="Date of the first invoice.")
    turnover_trend_pct = fields.Float(
        "Turnover Trend %",
        digits=(12, 1),
        readonly=True,
        copy=False,
        help="The last six months against the six before.",
    )
    assessment_ids = fields.One2many('ar.credit.assessment', 'credit_account_id', "Assessments")
    assessment_count = fields.Integer(compute='_compute_assessment_count')

    def _compute_assessment_count(self):
        counts = dict(
            self.env['ar.credit.assessment']._read_group(
                [('credit_account_id', 'in', self.ids)], ['credit_account_id'], ['__count']
            )
        )
        for account in self:
            account.assessment_count = counts.get(account, 0)

    # === Actions ===

    def action_assess(self):
        """Open the customer's draft assessment with today's books, or a new one."""
        self.ensure_one()
        Assessment = self.env['ar.credit.assessment']
        draft = Assessment.search([('credit_account_id', '=', self.id), ('state', '=', 'draft')], limit=1)
        if draft:
            draft.action_read_books()
        else:
            draft = Assessment.create(
                {'credit_account_id': self.id, 'scorecard_id': self.company_id._ar_scorecard().id}
            )
        return draft._action_open()

    def action_open_assessments(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id(
            'ar_credit_assessment.ar_credit_assessment_action'
        )
        action['domain'] = [('credit_account_id', '=', self.id)]
        action['context'] = {'default_credit_account_id': self.id}
        return action

    # === How customers pay ===

    def _credit_more_facts(self, asked):
        # EXTENDS 'ar_credit_control': the index of last night; None = unrated.
        facts = super()._credit_more_facts(asked)
        if 'payment_index' in asked:
            facts['payment_index'] = self.payment_index if self.is_rated else None
        return facts

    def _credit_payment_behaviour(self, as_of):
        """Return {account id: ``rules.behaviour.PaymentBehaviour``} of the accounts at ``as_of``.

        The answer does not depend on the user. Three queries, however many accounts.
        """
        accounts, query = self.sudo(), self.env.execute_query
        for model, names in payment_behaviour.FLUSHED.items():
            self.env[model].flush_model(names)
        since, partner_ids = (
            as_of - relativedelta(months=12),
            [row[0] for row in query(payment_behaviour.partners(accounts.ids))],
        )
        experiences, latest = {}, {}
        for account_id, days, recent, amount, count in [
            *query(payment_behaviour.matches(accounts.ids, as_of, since)),
            *query(payment_behaviour.overdue_items(accounts.ids, partner_ids, as_of)),
        ]:
            experiences.setdefault(account_id, []).append(Experience(amount, days, count))
            if recent:
                latest[account_id] = max(days, latest.get(account_id, days))
        sales = {
            row[0]: Sales(*row[1:]) for row in query(payment_behaviour.sales(accounts.ids, as_of, since))
        }
        anchors = self.env['ar.credit.index.point']._anchors()
        return {
            account.id: behaviour(
                as_of,
                experiences.get(account.id, []),
                latest.get(account.id),
                sales.get(account.id, Sales()),
                anchors,
                account.company_id._ar_index_risks(),
                account.company_id.ar_min_experiences,
                account.company_id.currency_id.round,
            )
            for account in accounts
        }

    def _credit_refresh_behaviour(self, as_of=None):
        """Store how the customers pay today; returns what ``_credit_payment_behaviour`` does."""
        as_of = as_of or fields.Date.context_today(self)
        found = self._credit_payment_behaviour(as_of)
        for account in self.sudo().with_context(tracking_disable=True):
            figures = found[account.id]
            account._record_facts(
                {
                    'payment_index': float(figures.payment_index or 0),
                    'is_rated': figures.payment_index is not None,
                    'payment_risk': figures.risk,
                    'payment_index_date': as_of,
                    'payment_experiences': figures.experiences,
                    'max_days_late_12m': figures.max_days_late_12m or 0,
                    'average_monthly_sales': figures.average_monthly_sales or 0.0,
                    'customer_since': figures.customer_since,
                    'turnover_trend_pct': figures.turnover_trend_pct or 0.0,
                }
            )
        return found

    @api.model
    def _cron_payment_behaviour(self):
        """Once a day store how each customer pays; the next call takes up what another transaction holds."""
        domain = [('payment_index_date', '!=', fields.Date.context_today(self))]
        progress, last = self.env['ir.cron']._commit_progress, 0
        progress(remaining=self.search_count(domain))
        while accounts := self.search([*domain, ('id', '>', last)], order='id', limit=BATCH):
            last = accounts[-1].id
            try:
                # An order confirmed meanwhile has written the row: it wins, and this batch comes again.
                with self.env.cr.savepoint():
                    accounts.try_lock_for_update()._credit_refresh_behaviour()
            except SerializationFailure:
                self.env.invalidate_all(flush=False)
                _logger.info(
                    "%s credit files changed meanwhile: their payment figures are left to the next call.",
                    len(accounts),
                )
            if not progress(len(accounts), remaining=self.search_count(domain)):
                break

    # === Reviews ===

    @api.model
    def _credit_remind(self, company):
        # EXTENDS 'ar_credit_control': one activity for each review within the company's notice.
        until = fields.Date.context_today(self) + timedelta(days=company.ar_notice_days)
        for account in self.search([('company_id', '=', company.id), ('file_valid_until', '<=', until)]):
            account._credit_remind_once(
                'ar_credit_assessment.mail_activity_type_review',
                account.file_valid_until,
                self.env._("Review the credit file"),
            )
        return super()._credit_remind(company)
