from collections import defaultdict
from contextlib import suppress
from datetime import date, timedelta
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import SQL, format_date

from ...rules import interest
from ...rules.decimals import exact
from ...rules.interest import Event


class ItemInterest(NamedTuple):
    """Interest of one item in its own currency. No dates: nothing accrues, and ``text`` says why."""

    amount: float
    date_from: date | None
    date_until: date | None
    segments: tuple
    text: str


class FixedSum(NamedTuple):
    amount: float
    text: str


class ArInterestScheme(models.Model):
    """What items cost by now: their history is read at once, the rules do the rest."""

    _inherit = 'ar.interest.scheme'

    def _item_interest(self, lines, until):
        """Return {line id: ItemInterest} of the days until ``until`` that were not charged yet.

        Items that are settled by now count as well, for the days on which they were late. What has no accrued day is left
        out. The number of queries does not depend on the number of items.
        """
        self.ensure_one()
        until = fields.Date.to_date(until)
        lines = self._interest_bearing(lines, until)
        events, charged = self._events(lines), self.env['ar.interest.charge']._charged_until(lines)
        terms, result = {}, {}
        for line in lines:
            key = (line.currency_id, line.company_id)
            if key not in terms:
                terms[key] = self._terms(*key, until)
            found = self._of_item(line, until, events[line.id], terms[key], charged.get(line.id))
            if found:
                result[line.id] = found
        return result

    def _interest_bearing(self, lines, until):
        """Return the posted debits among the lines that are due before ``until`` and may bear interest."""
        lines = lines.sudo()
        if not self.interest_on_charges:
            documents = (
                self.env['ar.interest.charge']
                .sudo()
                .search_fetch([('invoice_id', 'in', lines.move_id.ids)], ['invoice_id'])
                .invoice_id
            )
            lines = lines.filtered(lambda line: line.move_id not in documents)
        return lines.filtered(
            lambda line: (
                line.parent_state == 'posted'
                and line.amount_currency > 0
                and (line.date_maturity or line.date) < until
            )
        )

    def _events(self, lines):
        """Return {line id: [Event]} of what was matched with the lines, in their currency, with effective dates.

        A credit note made from the document counts from the beginning, all else from its own date.
        """
        events = defaultdict(list)
        self.env['account.partial.reconcile'].flush_model()
        self.env['account.move.line'].flush_model(['date', 'move_id'])
        self.env['account.move'].flush_model(['move_type', 'reversed_entry_id'])
        for line_id, day, amount, corrects in self.env.execute_query(
            SQL(
                """SELECT p.debit_move_id, credit.date, p.debit_amount_currency,
                      move.move_type = 'out_refund' AND move.reversed_entry_id = debit.move_id
                 FROM account_partial_reconcile p
                 JOIN account_move_line debit ON debit.id = p.debit_move_id
                 JOIN account_move_line credit ON credit.id = p.credit_move_id
                 JOIN account_move move ON move.id = credit.move_id
                WHERE p.debit_move_id = ANY(%s) AND p.debit_amount_currency != 0""",
                lines.ids,
            )
        ):
            events[line_id].append(Event(day, exact(amount), bool(corrects)))
        return events

    def _of_item(self, line, until, events, terms, charged_until):
        try:
            found = self._calculate(line, until, events, terms, charged_until)
        except interest.NoRate as gap:
            return ItemInterest(
                0.0,
                None,
                None,
                (),
                self.env._(
                    "%(table)s has no rate for %(date)s: enter it to charge interest.",
                    table=self.table_id.name,
                    date=format_date(self.env, gap.day),
                ),
            )
        if not found.segments:
            return None
        return ItemInterest(
            float(found.amount),
            found.segments[0].start,
            found.until,
            found.segments,
            self._explain(found, line.currency_id),
        )

    def _calculate(self, line, until, events, terms, charged_until):
        calculate = interest.monthly if self.accrual == 'month' else interest.interest
        return calculate(
            exact(line.amount_currency), line.date_maturity or line.date, until, events, terms, charged_until
        )

    def _interest_of_days(self, charges):
        """Return {charge: Result} of the charges' own days by the history that is known now, below the minimum too."""
        self.ensure_one()
        events, result = self._events(charges.move_line_id), {}
        lag = timedelta(days=0 if self.payment_day_counted or self.accrual == 'month' else 1)
        for charge in charges:
            line = charge.move_line_id.sudo()
            terms = self._terms(charge.currency_id, charge.company_id, charge.date_until)._replace(minimum=0)
            before = charge.date_from - timedelta(days=1)
            with suppress(interest.NoRate):
                result[charge] = self._calculate(
                    line, charge.date_until + lag, events[line.id], terms, before
                )
        return result

    def _explain(self, found, currency):
        """Return one sentence for each period of one balance and rate, in the user's language."""
        _ = self.env._
        rates = {
            'year': _("%(rate)s %% per year"),
            'month': _("%(rate)s %% per month"),
            'day': _("%(rate)s %% per day"),
        }
        parts = [
            _(
                "%(start)s – %(end)s: %(days)s days on %(principal)s at %(rate)s",
                start=format_date(self.env, segment.start),
                end=format_date(self.env, segment.end),
                days=segment.days,
                principal=currency.format(float(segment.principal)),
                rate=rates[segment.per] % {'rate': percent(segment.rate)},
            )
            for segment in found.segments
        ]
        if not found.amount:
            parts.append(_("Below the minimum: not charged yet"))
        return '\n'.join(parts)

    # === Fixed sums ===

    def _item_fixed_sums(self, lines, until):
        """Return {line id: FixedSum} of documents that became late and were not charged it yet, one line per document."""
        self.ensure_one()
        if not self.fixed_sum_id:
            return {}
        until = fields.Date.to_date(until)
        lines = self._interest_bearing(lines, until)
        documents = (
            self.env['ar.interest.charge']
            .sudo()
            .search_fetch(
                [
                    ('kind', '=', 'fixed_sum'),
                    ('state', '!=', 'cancelled'),
                    ('move_id', 'in', lines.move_id.ids),
                ],
                ['move_id'],
            )
            .move_id
        )
        lines = lines.filtered(lambda line: line.move_id not in documents).sorted(
            lambda line: (line.date_maturity or line.date, line.id)
        )
        events, result, done = self._events(lines), {}, set()
        for line in lines:
            debt = self._debt_when_late(line, until, events[line.id])
            if debt and line.move_id.id not in done:
                amount = self.fixed_sum_id._amount(debt, line.currency_id, line.company_id, until)
                if not line.currency_id.is_zero(amount):
                    done.add(line.move_id.id)
                    result[line.id] = FixedSum(
                        amount,
                        self.env._(
                            "%(scheme)s for a debt of %(debt)s",
                            scheme=self.fixed_sum_id.name,
                            debt=line.currency_id.format(debt),
                        ),
                    )
        return result

    def _debt_when_late(self, line, until, events):
        """Return what was open on the first day after the due date, 0 where it was settled within the grace."""
        due, principal = line.date_maturity or line.date, exact(line.amount_currency)
        late = (interest.late_until(principal, until, events) - due).days
        if late <= self.grace_days:
            return 0.0
        terms = interest.fixed(0)
        return float(interest.balance_on(terms, principal, events, interest.first_day(terms, due)))


def percent(fraction):
    """Return a fraction as percent, without zeros that say nothing."""
    text = f'{exact(fraction) * 100:f}'
    return text.rstrip('0').rstrip('.') if '.' in text else text
