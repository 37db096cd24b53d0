"""How a customer pays and what it buys, read from the ledger for many customers at once."""

import logging
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL

from ...rules import scoring
from odoo.addons.ar_base.engine import open_items

_logger = logging.getLogger(__name__)

BATCH = 500
WINDOW_MONTHS = 24


class PaymentBehaviour(NamedTuple):
    """A customer's habits at a date, in company currency; None = unknown.

    Attributes:
        payment_index, risk: see ``rules.scoring.payment_index``.
        experiences: payments matched with invoices in the last 24 months, and overdue open items.
        max_days_late_12m: the latest of those of the last 12 months; negative if all came early.
        customer_since: date of the first invoice.
        average_monthly_sales: invoices less credit notes of the last 12 months, tax included, by month.
        turnover_trend_pct: the last 6 months against the 6 before.
    """

    payment_index: Decimal | None = None
    risk: str | None = None
    experiences: int = 0
    max_days_late_12m: int | None = None
    customer_since: date | None = None
    average_monthly_sales: float | None = None
    turnover_trend_pct: float | None = None


class ArCreditAccount(models.Model):
    _inherit = 'ar.credit.account'

    payment_index = fields.Float(
        digits=(4, 1),
        readonly=True,
        copy=False,
        help="0 to 100 by how many days after the due date the customer paid in the last 24 months, weighted by amount. "
        "80 = on time.",
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

    def _credit_payment_behaviour(self, as_of):
        """Return how the customers pay at ``as_of``: dict of account id to ``PaymentBehaviour``.

        The answer is the same whoever asks. Three queries, however many accounts.
        """
        accounts = self.sudo()
        accounts._credit_flush_behaviour()
        experiences, latest = {}, {}
        since = as_of - relativedelta(months=12)
        for rows in (accounts._credit_matches(as_of, since), accounts._credit_overdue_items(as_of)):
            for credit_account_id, days, recent, amount, count in rows:
                experiences.setdefault(credit_account_id, []).append(scoring.Experience(amount, days, count))
                if recent:
                    latest[credit_account_id] = max(days, latest.get(credit_account_id, days))
        sales = {row[0]: row[1:] for row in accounts._credit_sales(as_of, since)}
        anchors = self.env['ar.credit.index.point']._anchors()
        return {
            account.id: account._credit_behaviour(
                as_of, experiences.get(account.id, []), latest.get(account.id), sales.get(account.id), anchors
            )
            for account in accounts
        }

    def _credit_behaviour(self, as_of, experiences, latest, sales, anchors):
        company = self.company_id
        index, risk = (
            scoring.payment_index(experiences, anchors, company._ar_index_risks(), company.ar_min_experiences)
            if anchors
            else (None, None)
        )
        first, year, half, before = sales or (None, 0.0, 0.0, 0.0)
        average = trend = None
        if first:
            months = min(12, max(1, (as_of - first).days / 30))
            average = company.currency_id.round(year / months)
            trend = (
                float(scoring.half_up(scoring.ratio(half - before, before, 100), 1)) if before > 0 else None
            )
        return PaymentBehaviour(
            index, risk, sum(experience.count for experience in experiences), latest, first, average, trend
        )

    # === Ledger ===

    def _credit_flush_behaviour(self):
        for model, names in {
            'account.move': [
                'state',
                'move_type',
                'invoice_date',
                'amount_total_signed',
                'partner_id',
                'company_id',
            ],
            'account.move.line': [
                'parent_state',
                'partner_id',
                'account_id',
                'company_id',
                'date_maturity',
                'date',
                'journal_id',
                'amount_residual',
                'amount_residual_currency',
                'matching_number',
                'reconciled',
                'balance',
            ],
            'account.partial.reconcile': ['debit_move_id', 'credit_move_id', 'amount', 'max_date'],
            'account.account': ['account_type', 'non_trade', 'ar_is_bill', 'reconcile'],
            'account.journal': ['type'],
            'res.partner': ['commercial_partner_id'],
            'ar.dispute': ['state', 'amount', 'move_id'],
            'res.company': ['parent_path'],
            'ar.credit.account': ['partner_id', 'company_id'],
        }.items():
            self.env[model].flush_model(names)

    def _credit_scope(self):
        """Return SQL that opens each account's partners; their documents are joined to ``rp`` and ``ca``."""
        return SQL(
            "ar_credit_account ca JOIN res_partner rp ON ca.id IN %s AND rp.commercial_partner_id = ca.partner_id",
            tuple(self.ids) or (0,),
        )

    def _credit_matches(self, as_of, recent_after):
        """Return (account, days late, recent, amount, matches): what invoices were paid by bank or cash, and when.

        Credit notes, write-offs and exchange differences settle an invoice too, and say nothing about paying.
        """
        return self.env.execute_query(
            SQL(
                """
            SELECT ca.id, p.max_date - COALESCE(d.date_maturity, d.date) AS days, p.max_date > %(recent)s AS recent,
                   SUM(p.amount), COUNT(*)
              FROM %(scope)s
              JOIN account_move_line d ON d.partner_id = rp.id AND d.parent_state = 'posted'
              JOIN account_move m ON m.id = d.move_id AND m.move_type IN ('out_invoice', 'out_receipt')
              JOIN account_account a ON a.id = d.account_id AND a.account_type = 'asset_receivable'
               AND a.non_trade IS NOT TRUE AND a.ar_is_bill IS NOT TRUE
              JOIN res_company c ON c.id = d.company_id AND split_part(c.parent_path, '/', 1)::int = ca.company_id
              JOIN account_partial_reconcile p ON p.debit_move_id = d.id
              JOIN account_move_line k ON k.id = p.credit_move_id AND k.parent_state = 'posted'
              JOIN account_journal j ON j.id = k.journal_id AND j.type IN ('bank', 'cash', 'credit')
             WHERE p.max_date > %(start)s AND p.max_date <= %(as_of)s
             GROUP BY ca.id, days, recent
            """,
                scope=self._credit_scope(),
                as_of=as_of,
                recent=recent_after,
                start=as_of - relativedelta(months=WINDOW_MONTHS),
            )
        )

    def _credit_overdue_items(self, as_of):
        """Return (account, days overdue, True, amount, items): what is overdue at the date and not disputed as a whole."""
        partners = self.env.execute_query(SQL('SELECT rp.id FROM %s', self._credit_scope()))
        params = open_items.Parameters(as_of, partner_ids=tuple(row[0] for row in partners) or (0,))
        return self.env.execute_query(
            SQL(
                """
            SELECT ca.id, i.days_overdue, TRUE, SUM(i.residual), COUNT(*)
              FROM (%(items)s) i
              JOIN account_account a ON a.id = i.account_id AND a.non_trade IS NOT TRUE AND a.ar_is_bill IS NOT TRUE
              JOIN res_company c ON c.id = i.company_id
              JOIN ar_credit_account ca ON ca.id IN %(ids)s AND ca.partner_id = i.commercial_partner_id
               AND ca.company_id = split_part(c.parent_path, '/', 1)::int
             WHERE i.residual > 0 AND i.days_overdue > 0
               AND i.residual_currency > COALESCE(
                   (SELECT SUM(t.amount) FROM ar_dispute t WHERE t.move_id = i.move_id AND t.state = 'open'), 0)
             GROUP BY ca.id, i.days_overdue
            """,
                items=open_items.items(params),
                ids=tuple(self.ids) or (0,),
            )
        )

    def _credit_sales(self, as_of, since):
        """Return (account, first invoice, sales since, of the last 6 months, of the 6 before), tax included."""
        return self.env.execute_query(
            SQL(
                """
            SELECT ca.id, MIN(m.invoice_date) FILTER (WHERE m.move_type = 'out_invoice'),
                   COALESCE(SUM(m.amount_total_signed) FILTER (WHERE m.invoice_date > %(since)s), 0),
                   COALESCE(SUM(m.amount_total_signed) FILTER (WHERE m.invoice_date > %(half)s), 0),
                   COALESCE(SUM(m.amount_total_signed)
                            FILTER (WHERE m.invoice_date > %(since)s AND m.invoice_date <= %(half)s), 0)
              FROM %(scope)s
              JOIN account_move m ON m.partner_id = rp.id AND m.state = 'posted' AND m.invoice_date <= %(as_of)s
               AND m.move_type IN ('out_invoice', 'out_refund')
              JOIN res_company c ON c.id = m.company_id AND split_part(c.parent_path, '/', 1)::int = ca.company_id
             GROUP BY ca.id
            """,
                scope=self._credit_scope(),
                as_of=as_of,
                since=since,
                half=as_of - relativedelta(months=6),
            )
        )

    # === Stored figures ===

    def _credit_refresh_behaviour(self, as_of=None):
        """Store how the customers pay today; returns what ``_credit_payment_behaviour`` does."""
        as_of = as_of or fields.Date.context_today(self)
        found = self._credit_payment_behaviour(as_of)
        for account in self.sudo().with_context(tracking_disable=True):
            behaviour = found[account.id]
            account.write(
                {
                    'payment_index': float(behaviour.payment_index or 0),
                    'is_rated': behaviour.payment_index is not None,
                    'payment_risk': behaviour.risk,
                    'payment_index_date': as_of,
                    'payment_experiences': behaviour.experiences,
                    'max_days_late_12m': behaviour.max_days_late_12m or 0,
                    'average_monthly_sales': behaviour.average_monthly_sales or 0.0,
                    'customer_since': behaviour.customer_since,
                    'turnover_trend_pct': behaviour.turnover_trend_pct or 0.0,
                }
            )
        return found

    @api.model
    def _cron_payment_behaviour(self):
        """Once a day store how each customer pays; what another transaction holds is taken up by the next call."""
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
