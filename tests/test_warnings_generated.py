"""Early warnings on two generated years: most insolvencies are found in time, and hardly anybody else."""

from datetime import date

import pytest

from odoo.tests import TransactionCase, tagged

from .bench import ledger
from .copies import Copies
from .payers import world
from odoo.addons.ar_cockpit.models.ar_warning_check import HORIZON, STEP
from odoo.addons.ar_cockpit.rules import warning

pytestmark = pytest.mark.slow

SEEDS = (11, 12)
CUSTOMERS, INSOLVENT = 60, 20
FIRST, START, SINCE, UNTIL = date(2021, 6, 1), date(2022, 12, 31), date(2023, 2, 1), date(2024, 12, 31)


@tagged('post_install', '-at_install')
class TestWarningsGenerated(TransactionCase):
    def _load(self, made):
        """Return (the company, {customer of the world: partner}) with the world in its ledger."""
        env = ledger.company(self.env(context={'tracking_disable': True, 'lang': 'en_US'}))
        env.company.name = f"World {env.company.id}"
        original = env['res.partner'].create({'name': "Original"})
        invoice = env['account.move'].create(
            {
                'move_type': 'out_invoice',
                'partner_id': original.id,
                'invoice_date': '2015-01-01',
                'invoice_payment_term_id': False,
                'invoice_line_ids': [(0, 0, {'name': "x", 'price_unit': 10, 'tax_ids': False})],
            }
        )
        invoice.action_post()
        register = env['account.payment.register'].with_context(
            active_model='account.move', active_ids=invoice.ids
        )
        register.create({'payment_date': '2015-01-01'})._create_payments()
        partners = env['res.partner'].create([{'name': f"Payer {number}"} for number in range(CUSTOMERS)])
        partner_of = dict(enumerate(partners.ids))
        Copies(env, invoice.line_ids.matched_credit_ids).load(made.items, partner_of)
        return env.company, partner_of

    def _judged(self, seed):
        """Return (``Result`` by what was planted, customers x years looked at)."""
        made = world(seed, CUSTOMERS, INSOLVENT, FIRST, SINCE, UNTIL)
        company, partner_of = self._load(made)
        failed = {partner_of[customer]: day for customer, day in made.failed.items()}
        warned, looks = company.env['ar.warning.check']._replayed(company, START, UNTIL, failed)
        return warning.judged(warned, failed, HORIZON), looks * STEP / 365

    def test_insolvencies_are_found_in_time(self):
        found, false, years = 0, 0, 0.0
        for seed in SEEDS:
            result, looked = self._judged(seed)
            print(
                f"seed {seed}: {result.found} of {INSOLVENT} found, {result.days_early} days early; "
                f"{20 * result.false / looked:.2f} false alarms per 20 customers and year"
            )
            self.assertGreaterEqual(result.days_early, 30)
            found, false, years = found + result.found, false + result.false, years + looked
        self.assertGreaterEqual(found, 0.9 * INSOLVENT * len(SEEDS))
        self.assertLessEqual(20 * false / years, 1)

    def test_a_past_day_is_judged_without_what_came_later(self):
        made, day = world(7, 20, 5, FIRST, SINCE, UNTIL), date(2023, 9, 1)
        then = [
            item._replace(receipts=tuple(row for row in item.receipts if row[0] <= day))
            for item in made.items
            if item.day <= day
        ]
        facts = []
        for items in (made.items, then):
            company, partner_of = self._load(made._replace(items=items))
            known = company.env['ar.warning']._ledger_facts(company, day)
            facts.append({customer: known.get(partner) for customer, partner in partner_of.items()})
        self.assertEqual(*facts)
