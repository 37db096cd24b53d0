from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo import models
from odoo.tools import split_every

from ..engine import allowance
from ..rules.netting import allocate
from odoo.addons.ar_base.rules.money import ZERO, exact


class Adjustment(NamedTuple):
    """What a run books for one netting key, in the order of the columns of ``ar.provision.adjustment``."""

    company_id: int
    category: str | None
    segment_id: int | None
    partner_id: int | None
    required: Decimal
    booked: Decimal
    transfer: Decimal
    fx: Decimal
    adjustment: Decimal


class ArProvisionRun(models.Model):
    """What the lines require against what the sub-ledger holds, by netting key."""

    _inherit = 'ar.provision.run'

    # === Required against booked ===

    def _refresh_totals(self):
        """Set the totals and the differences from the lines and the sub-ledger."""
        for run in self:
            rows = run._adjustments()
            run.env.cr.execute(allowance.delete_adjustments(run.id))
            for page in split_every(1000, rows):
                run.env.cr.execute(allowance.insert_adjustments((run.id, *row) for row in page))
            run.env['ar.provision.adjustment'].invalidate_model(flush=False)
            required, booked = sum(row.required for row in rows), sum(row.booked for row in rows)
            [[gross]] = run.env.execute_query(allowance.gross(run.id))
            totals = {
                'required': required,
                'booked': booked,
                'adjustment': required - booked,
                'gross': gross,
                'ledger_receivables': run._receivables_now(),
            }
            run.sudo()._record_facts(totals)
            run.invalidate_recordset(
                ['adjustment_ids', 'line_ids', 'line_count', 'matrix_html', 'entry_html']
            )

    def _receivables_now(self):
        """Return the ledger balance of the receivable accounts of the run on its date."""
        self.env['account.move.line'].flush_model(
            ['account_id', 'balance', 'company_id', 'date', 'parent_state']
        )
        accounts = (self.parameters or {}).get('accounts') or ()
        query = allowance.receivables(accounts, self.company_id._ar_tree().ids, self.as_of)
        [[amount]] = self.env.execute_query(query)
        return amount

    def _adjustments(self):
        """Return the Adjustment of each netting key that has any amount; none where no allowance is kept."""
        policy = self.policy_id.sudo()
        if not policy._profile().allowance and not policy.allowance_account_id:
            return []
        required, fx = self._required_by_key(), self._fx_by_key()
        booked, unassigned = self._booked_by_key()
        account_of = {None: self._accounts_by_class()[0], 'individual': self._accounts_by_class()[1]}
        transfers = allocate(
            required,
            booked,
            unassigned,
            lambda key: (key[0], account_of.get(key[1], account_of[None])),
            exact(self.currency_id.rounding),
        )
        rows = []
        for key in sorted({*required, *booked}, key=lambda key: tuple(str(part or '') for part in key)):
            due, held, moved = required.get(key, ZERO), booked.get(key, ZERO), transfers.get(key, ZERO)
            if due or held:
                rows.append(Adjustment(*key, due, held, moved, fx.get(key, ZERO), due - held - moved))
        return rows

    def _netting_key(self):
        """Return which of (class, segment, customer) are kept apart: the class always, so that it foots."""
        level = self.policy_id.netting_level
        return True, level == 'group', level == 'customer'

    def _accounts_by_class(self):
        """Return the ids of the allowance accounts of (the pool, individually assessed items)."""
        policy = self.policy_id.sudo()
        if not policy.allowance_account_id:
            return 0, 0  # a policy without an allowance
        return tuple(policy._role_account('allowance', category).id for category in ('pool', 'individual'))

    def _placed(self):
        """Return the query of where the allowance stands on the date, and where it belongs."""
        return allowance.placed(
            self.id, self.company_id._ar_tree().ids, self.as_of, self._accounts_by_class()
        )

    def _required_by_key(self):
        if not self.policy_id.sudo()._profile().allowance:
            return {}
        self.env['ar.provision.line'].flush_model()
        return self._by_key(allowance.required(self.id, self._netting_key()))

    def _booked_by_key(self):
        """Return {key: allowance on the date} whatever moved it, and of it what belongs to nobody."""
        self.env['ar.allowance.movement'].sudo()._take_up(self.company_id._ar_tree())
        self.env['ar.provision.line'].flush_model()
        booked, unassigned = defaultdict(Decimal), defaultdict(Decimal)
        for *key, of_nobody, amount in self.env.execute_query(
            allowance.booked(self._placed(), self._netting_key())
        ):
            booked[tuple(key)] += exact(amount)
            if of_nobody:
                unassigned[tuple(key)] += exact(amount)
        return booked, unassigned

    def _exchange(self):
        """Return the query of what closing rates did to the items' allowance since the last run, or None."""
        policy = self.policy_id
        previous = policy.split_fx and policy.mode == 'incremental' and self._previous()
        if not previous:
            return None
        now, before = ((run.parameters or {}).get('currency_rates', {}) for run in (self, previous))
        changes = [
            (int(currency), exact(now[currency]), exact(rate))
            for currency, rate in before.items()
            if now.get(currency) and rate and now[currency] != rate
        ]
        if not changes:
            return None
        return allowance.exchange(self.id, self._placed(), changes, self.currency_id.rounding)

    def _fx_by_key(self):
        found = self._exchange()
        return self._by_key(allowance.exchange_by_key(found, self._netting_key())) if found else {}

    def _by_key(self, query):
        return {tuple(key): exact(amount) for *key, amount in self.env.execute_query(query)}
