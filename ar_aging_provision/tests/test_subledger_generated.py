import logging
import os
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import format_date

from .allowance_customers import CustomerEvents
from .allowance_events import PERIODS, PROFILES, START
from .allowance_oracle import ZERO, cents

_logger = logging.getLogger(__name__)
SEEDS = int(os.environ.get('AR_ALLOWANCE_SEEDS', '2'))  # worlds per profile
FIRST = int(os.environ.get('AR_ALLOWANCE_FIRST_SEED', '0'))


@tagged('post_install', '-at_install')
class TestGeneratedSubledger(CustomerEvents):
    """Whatever happens: the sub-ledger is the ledger, each run ends at what is required, item by item.

    AR_ALLOWANCE_SEEDS worlds of AR_ALLOWANCE_PERIODS months per profile, from AR_ALLOWANCE_FIRST_SEED on.
    """

    # === Again, and refused ===

    def _event_again(self):
        if self.last_run and self.last_run.as_of == self.day and self.last_run.state == 'posted':
            run = self._compute()
            moved = self._ledger(self.day) != cents(self.last_run.required)
            if not moved and cents(run.required) == cents(self.last_run.required):
                self.assertFalse(run.adjustment, self._context)
            self._finish(run)
        else:
            self._event_run()
            run = self._compute()
            self.assertFalse(run.adjustment, self._context)
            self._finish(run)
            self.assertFalse(run.move_ids, self._context)

    def _event_past(self):
        posted = self.env['ar.provision.run'].search(
            [('company_id', '=', self.company.id), ('state', '=', 'posted')], order='as_of'
        )
        day = posted and max(posted[-1].as_of - timedelta(days=self.random.randint(1, 20)), START)
        later = posted.filtered(lambda run: run.as_of > day)[:1]
        if not later:
            return
        with self.assertRaisesRegex(UserError, format_date(self.env, later.as_of)), self.cr.savepoint():
            self._compute(day)
        found = self._open(self.company)
        found = [item for item in found if item.day <= day]
        if found:
            with self.assertRaisesRegex(UserError, "builds on|in force"), self.cr.savepoint():
                write_off = self.env['ar.write.off'].create(
                    {'partner_id': found[0].partner.id, 'date': day, 'reason': "Past"}
                )
                write_off.action_load()
                write_off.action_post()

    # === What must hold ===

    def _lines(self):
        return self.env['account.move.line'].search(
            [
                ('account_id', 'in', self.accounts.ids),
                ('company_id', 'in', (self.company | self.branch).ids),
                ('parent_state', '=', 'posted'),
            ]
        )

    def _ledger(self, day):
        return sum((cents(-line.balance) for line in self._lines() if line.date <= day), ZERO)

    def _by_item(self, day):
        found = defaultdict(Decimal)
        for movement in self.env['ar.allowance.movement'].search(
            [('company_id', 'in', (self.company | self.branch).ids), ('date', '<=', day)]
        ):
            found[movement.item_id.id] += cents(movement.amount)
        return {key: amount for key, amount in found.items() if key and amount}

    def _assert_is_the_ledger(self):
        ledger, moved = defaultdict(Decimal), defaultdict(Decimal)
        for line in self._lines():
            ledger[line.company_id, line.account_id, line.date] += cents(-line.balance)
        for movement in self.env['ar.allowance.movement'].search(
            [('company_id', 'in', (self.company | self.branch).ids)]
        ):
            moved[movement.company_id, movement.account_id, movement.date] += cents(movement.amount)
        self.assertEqual(
            {key: amount for key, amount in moved.items() if amount},
            {key: amount for key, amount in ledger.items() if amount},
            self._context,
        )

    def _assert_foots(self):
        wizard = self.env['ar.provision.rollforward'].create(
            {'company_id': self.company.id, 'date_from': START, 'date_to': self.day}
        )
        values = wizard._values()
        self.assertTrue(values['ties'], self._context)
        held = defaultdict(Decimal)
        for movement in self.env['ar.allowance.movement'].search(
            [('company_id', 'in', (self.company | self.branch).ids), ('date', '<=', self.day)]
        ):
            held[movement.category or 'pool'] += cents(movement.amount)
        required = defaultdict(Decimal)
        for line in self.last_run.line_ids:
            required[line.category] += cents(line.allowance)
        self.assertEqual(
            {key: amount for key, amount in held.items() if amount},
            {key: amount for key, amount in required.items() if amount},
            self._context,
        )

    def test_generated(self):
        self.assertEqual(PROFILES, ('us', 'cn', 'fr', 'de', 'es'))
        for seed in range(FIRST, FIRST + SEEDS):
            for profile in PROFILES:
                with self.subTest(profile=profile, seed=seed):
                    savepoint = self.env.cr.savepoint()
                    try:
                        self._play(profile, seed)
                    finally:
                        savepoint.close(rollback=True)
                        self.env.invalidate_all()
            _logger.info("Seed %s played: %s months in each of %s", seed, PERIODS, ', '.join(PROFILES))
