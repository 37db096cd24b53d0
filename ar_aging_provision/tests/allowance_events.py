import os
import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from odoo.fields import Command, Domain

from .allowance_oracle import EURO, RATES, ZERO, Item, World, cents, euro
from .common import ProvisionCommon

PERIODS = int(os.environ.get('AR_ALLOWANCE_PERIODS', '5'))  # months of a world
EVENTS = 3  # in a month
PROFILES = ('us', 'cn', 'fr', 'de', 'es')
START = date(2024, 1, 10)


class AllowanceEvents(ProvisionCommon):
    """Events that move the allowance, played at random through the product and entered in the oracle."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env['res.company'].create({'name': "Branch", 'parent_id': cls.company.id})
        cls.cr.precommit.run()
        cls.env.user.company_ids |= cls.branch
        cls.env = cls.env(context={**cls.env.context, 'allowed_company_ids': [cls.company.id, cls.branch.id]})
        cls.partners = cls.env['res.partner'].create(
            [{'name': f'Customer {i}', 'is_company': True} for i in range(4)]
        )
        cls.grade = cls.env['ar.credit.grade'].create(
            {'name': "Sub-ledger", 'code': 'SL', 'provision_multiplier': 1.6}
        )
        cls.eur = cls.setup_other_currency('EUR', rates=[(str(day), float(1 / rate)) for day, rate in EURO])
        cls.note_account = cls.env['account.account'].create(
            {
                'name': "Notes receivable",
                'code': '121888',
                'account_type': 'asset_current',
                'reconcile': False,
                'ar_receivable_kind': 'bill',
            }
        )
        cls.accounts = cls.env['account.account'].create(
            [
                {'name': f'Allowance {i}', 'code': f'11999{i}', 'account_type': 'asset_current'}
                for i in range(3)
            ]
        )

    # === The events ===

    def _play(self, profile, seed):
        self.random, self.world = random.Random(f'{profile}{seed}'), World()
        self.day, self.last_run, self.version, self.settled = START, None, 0, START
        self.policy._record_facts({'state': 'draft'})
        self.profile, self.write_offs, self.payments, self.loose = profile, [], [], {}
        self._new_policy()
        events = ['invoice'] * 5 + ['pay', 'part', 'credit', 'unmatch', 'write_off', 'write_off', 'recover']
        events += ['reverse_write_off', 'reverse_recovery', 'run', 'run', 'run', 'again', 'reverse_run']
        events += ['past', 'entry', 'policy', 'assess', 'secure', 'override', 'grade', 'month']
        events += ['late_pay', 'late_write_off', 'late_write_off', 'late_run', 'late_entry']
        events += ['euro', 'euro', 'euro', 'note', 'note', 'note_paid', 'merge']
        for _period in range(PERIODS):
            first = self.day
            for _event in range(EVENTS):
                self.day += timedelta(days=self.random.randint(0, 12))
                event = self.random.choice(events)
                self._context = f'{profile} seed {seed} {event} {self.day}'
                getattr(self, f'_event_{event}')()
                self._assert_is_the_ledger()
            self.day = max(self.day, first + timedelta(days=30))
            self._context = f'{profile} seed {seed} month end {self.day}'
            self._event_run()
            self._assert_is_the_ledger()
        run = self._compute()
        self.assertFalse(run.adjustment, self._context)
        self._finish(run)
        self.assertFalse(run.move_ids, self._context)
        self._assert_foots()

    def _new_policy(self):
        account = self.accounts[self.version % 3]
        policy = self.env['ar.provision.policy'].create(
            {
                'name': f'Version {self.version}',
                'date_from': self.day,
                'aging_scheme_id': self.scheme.id,
                'profile': self.profile,
                'base': 'gross',
                'second_person': False,
                'vat_relief': False,
                'split_fx': self.random.random() < 0.5,
                'rate_ids': [
                    Command.create({'bucket_id': bucket.id, 'rate': float(RATES[bucket.name])})
                    for bucket in self.scheme.bucket_ids
                ],
            }
        )
        policy.action_map_accounts()
        expense = self.company_data['default_account_expense'].id
        policy.write(
            {
                'allowance_account_id': account.id,
                'write_off_account_id': expense,
                'expense_account_id': policy.expense_account_id.id or expense,
                'recovery_account_id': self.company_data['default_account_revenue'].id,
                'doubtful_account_id': False,
            }
        )
        policy.action_confirm()
        self.version += 1
        return policy

    def _event_month(self):
        self.day += timedelta(days=31)

    def _event_policy(self):
        self.day += timedelta(days=1)
        self._new_policy()

    def _event_euro(self):
        self._event_invoice(in_euro=True)

    def _event_invoice(self, in_euro=False):
        partner = self.random.choice(self.partners)
        company = self.random.choice([self.company, self.company, self.branch])
        amount = Decimal(self.random.randint(1000, 99999)) / 100
        due = self.day + timedelta(days=self.random.choice([-20, 5, 20, 45]))
        due = max(due, self.day)
        allowed = [company.id, *(self.company | self.branch - company).ids]
        move = (
            self.env['account.move']
            .with_context(allowed_company_ids=list(dict.fromkeys(allowed)))
            .create(
                {
                    'move_type': 'out_invoice',
                    'partner_id': partner.id,
                    'company_id': company.id,
                    'currency_id': (self.eur if in_euro else self.company.currency_id).id,
                    'invoice_date': self.day,
                    'date': self.day,
                    'invoice_date_due': due,
                    'invoice_payment_term_id': False,
                    'invoice_line_ids': [
                        Command.create(
                            {'name': "x", 'price_unit': float(amount), 'tax_ids': [Command.clear()]}
                        )
                    ],
                }
            )
        )
        move.action_post()
        line = move.line_ids.filtered(lambda one: one.account_type == 'asset_receivable')
        booked = cents(amount * euro(self.day)) if in_euro else amount
        euros = amount if in_euro else None
        self.world.items.append(Item(line, partner, company, self.day, due, booked, euros))

    def _open(self, company=None, notes=False):
        """Return what is open now and can be matched; with the notes, which cannot, if asked."""
        self.world.settle_notes(self.day)
        found = [i for i in self.world.items if i.open(self.day) > 0 and i.open(date.max) > 0]
        found = [i for i in found if notes or i not in self.world.notes]
        return [i for i in found if company is None or i.company == company]

    def _event_pay(self, share=Decimal(1), day=None):
        day = day or self.day
        found = [item for item in self._open(self.company) if item.day <= day]
        if not found:
            return
        item = self.random.choice(found)
        amount = cents(item.open(self.day) * (1 if item.euros else share))
        if not amount:
            return
        credit = self._credit_line(item.partner, amount, day, item.euros)
        (item.line | credit).reconcile()
        item.taken.append((day, amount))
        if not item.euros:
            self.payments.append((item, credit, day, amount))

    def _event_part(self):
        self._event_pay(Decimal('0.37'))

    def _credit_line(self, partner, amount, day=None, euros=None):
        receivable, foreign = self.company_data['default_account_receivable'], {}
        if euros:
            amount = cents(euros * euro(day or self.day))
            foreign = {'currency_id': self.eur.id, 'amount_currency': -float(euros)}
        move = self.env['account.move'].create(
            {
                'date': day or self.day,
                'line_ids': [
                    Command.create(
                        {
                            'account_id': receivable.id,
                            'partner_id': partner.id,
                            'balance': -float(amount),
                            **foreign,
                        }
                    ),
                    Command.create(
                        {
                            'account_id': self.company_data['default_account_assets'].id,
                            'balance': float(amount),
                        }
                    ),
                ],
            }
        )
        move.action_post()
        return move.line_ids.filtered(lambda one: one.account_id == receivable)

    def _event_credit(self):
        partner, amount = self.random.choice(self.partners), Decimal(self.random.randint(100, 30000)) / 100
        line = self._credit_line(partner, amount)
        self.world.credits.append((partner, self.company, self.day, line.date_maturity or self.day, amount))

    def _event_unmatch(self):
        if not self.payments:
            return
        item, credit, day, amount = self.payments.pop(self.random.randrange(len(self.payments)))
        credit.remove_move_reconcile()
        item.taken.remove((day, amount))
        self.world.credits.append((item.partner, item.company, day, credit.date_maturity or day, amount))

    def _event_write_off(self, day=None):
        day = day or self.day
        found = [item for item in self._open(self.company) if item.day <= day]
        if not found:
            return
        item = self.random.choice(found)
        part = self.random.choice([Decimal(1), Decimal('0.5')])
        amount = cents(item.open(self.day) * (1 if item.euros else part))
        if not amount:
            return
        write_off = self.env['ar.write.off'].create(
            {'partner_id': item.partner.id, 'date': day, 'reason': "Generated", 'top_up': 'item'}
        )
        write_off.action_load()
        write_off.line_ids.filtered(lambda line: line.move_line_id != item.line).unlink()
        write_off.line_ids.amount = float(amount)
        own = self._used(item, amount)
        write_off.action_post()
        used, shared = (cents(write_off.line_ids[name]) for name in ('allowance', 'of_customer'))
        if day == self.day:
            self.assertAlmostEqual(float(used), float(own), delta=0.02, msg=self._context)
        self.assertLessEqual(used - shared, max(item.bears, ZERO), self._context)
        before = item.bears
        item.bears = item.bears + shared - used
        item.taken.append((day, amount))
        self.write_offs.append([write_off, item, amount, before - item.bears, []])
        self.world.losses.append((day, amount))
        self._read_loose()

    def _used(self, item, amount):
        """Return the allowance that goes with the item: its own, and its part of the customer's."""
        own = [i for i in self._open(self.company, notes=True) if i.partner == item.partner]
        open_now = sum((i.open(self.day) for i in own), ZERO)
        loose = sum((max(a, ZERO) for (who, _on), a in self.loose.items() if who == item.partner), ZERO)
        loose = loose * amount / open_now
        whole = max(item.bears, ZERO) + loose
        return whole if self.profile in ('fr', 'de', 'es') else min(whole, amount)

    def _read_loose(self):
        """Take over what the customers have without naming an item."""
        self.loose = defaultdict(Decimal)
        for movement in self.env['ar.allowance.movement'].search(
            [('company_id', '=', self.company.id), ('item_id', '=', False), ('partner_id', '!=', False)]
        ):
            self.loose[movement.partner_id, movement.account_id] += cents(movement.amount)

    def _event_reverse_write_off(self):
        found = [row for row in self.write_offs if not row[4]]
        if not found:
            return
        row = self.random.choice(found)
        write_off, item, amount, used, _recoveries = row
        write_off.action_reverse(self.day)
        self.world.losses.append((self.day, -amount))
        self.settled = self.day
        item.taken.remove((write_off.date, amount))
        item.bears += used
        self.write_offs.remove(row)
        self._read_loose()

    def _event_recover(self):
        if not self.write_offs:
            return
        row = self.random.choice(self.write_offs)
        left = row[2] - sum((amount for _recovery, amount in row[4]), ZERO)
        amount = cents(left / 2)
        if not amount:
            return
        recovery = self.env['ar.recovery'].create(
            {
                'write_off_id': row[0].id,
                'amount': float(amount),
                'date': self.day,
                'journal_id': self.company_data['default_journal_bank'].id,
            }
        )
        recovery.action_post()
        if recovery.via == 'allowance':
            row[1].bears += amount
        row[4].append((recovery, amount))
        self.world.losses.append((self.day, -amount))

    def _event_reverse_recovery(self):
        found = [row for row in self.write_offs if row[4]]
        if found:
            row = self.random.choice(found)
            recovery, amount = row[4].pop()
            recovery.action_reverse(self.day)
            self.world.losses.append((self.day, amount))
            self.settled = self.day
            if recovery.via == 'allowance':
                row[1].bears -= amount

    def _compute(self, day=None):
        run = self.env['ar.provision.run'].create({'as_of': day or self.day, 'company_id': self.company.id})
        run.action_compute()
        return run

    def _event_run(self):
        self._finish(self._compute())

    def _finish(self, run, day=None):
        day = day or self.day
        required = self.world.required(day)
        self.assertEqual(
            {line.move_line_id: cents(line.allowance) for line in run.line_ids if line.allowance},
            {item.line: amount for item, amount in required.items() if amount},
            self._context,
        )
        run.action_approve()
        run.action_post()
        self.last_run = run
        self.assertEqual(cents(run.required), sum(required.values(), ZERO), self._context)
        self.assertEqual(self._ledger(day), cents(run.required), self._context)
        self.assertEqual(
            self._by_item(day),
            {item.line.id: amount for item, amount in required.items() if amount},
            self._context,
        )
        self.assertFalse(run.moved_since, self._context)
        bears = self._by_item(self.day)  # what was entered for later days moves on from here
        for item in self.world.items:
            item.bears = bears.get(item.line.id, ZERO)
        self._read_loose()
        if day == self.day:
            self.assertFalse({who: amount for who, amount in self.loose.items() if amount}, self._context)
            self.assertEqual(self._expense(day), self.world.expense(day), self._context)

    def _expense(self, day):
        """Return what the documents of the allowance and their reversals booked to profit and loss."""
        documents = ('ar_provision_run_id', 'ar_write_off_id', 'ar_recovery_id')
        lines = self.env['account.move.line'].search(
            Domain('company_id', 'in', (self.company | self.branch).ids)
            & Domain('parent_state', '=', 'posted')
            & Domain('date', '<=', day)
            & Domain('account_id.internal_group', 'in', ('income', 'expense'))
            & Domain.OR(
                Domain(f'move_id.{path}{name}', '!=', False)
                for name in documents
                for path in ('', 'reversed_entry_id.')
            )
        )
        return cents(sum(lines.mapped('balance')))

    def _event_reverse_run(self):
        run = self.last_run
        if not run or run.state != 'posted':
            return
        before = self._by_item(self.day)
        changed = defaultdict(Decimal)
        for movement in self.env['ar.allowance.movement'].search([('run_id', '=', run.id)]):
            changed[movement.item_id.id] += cents(movement.amount)
        run.action_reverse(self.day, "Generated")
        after = {key: before.get(key, ZERO) - changed.get(key, ZERO) for key in {*before, *changed} if key}
        self.assertEqual(
            self._by_item(self.day), {key: value for key, value in after.items() if value}, self._context
        )
        for item in self.world.items:
            item.bears = after.get(item.line.id, ZERO)
        self._read_loose()
