"""Random days of sales and finance: the exposure equals a count by hand, and no order slipped through.

Deterministic and short by default. A long run by hand, with new random days each time::

    export AR_PROPERTY_EXAMPLES=500 AR_PROPERTY_STEPS=40
    python3 -m pytest ar_credit_control/tests/test_random_days.py ...

``AR_PROPERTY_EXAMPLES`` is the number of runs, ``AR_PROPERTY_STEPS`` the steps of each. A run that fails is
printed step by step; with ``AR_PROPERTY_SHRINK=1`` as the shortest run that fails the same way, which takes
minutes to find.
"""

import os
import tempfile
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, settings
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.stateful import invariant, run_state_machine_as_test

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import CreditCommon
from .hand_count import HandCount, exact
from .random_finance import Finance

set_hypothesis_home_dir(
    os.path.join(tempfile.gettempdir(), 'hypothesis')
)  # its notes on sources are nobody's documents
EXAMPLES = os.environ.get('AR_PROPERTY_EXAMPLES')
SETTINGS = settings(
    max_examples=int(EXAMPLES or 10),
    stateful_step_count=int(os.environ.get('AR_PROPERTY_STEPS') or 25),
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    print_blob=False,
    report_multiple_bugs=False,
    phases=[Phase.generate, *([Phase.shrink] if os.environ.get('AR_PROPERTY_SHRINK') else [])],
    suppress_health_check=list(HealthCheck),
)


class Position(NamedTuple):
    """What an order asked for when it was last looked at."""

    confirmed: bool
    amount: object
    currency: object
    payer: object
    advance: bool
    remainder_released: bool


class RandomDays(Finance):
    """What holds whatever people do."""

    @invariant()
    def holds(self):
        product = (
            self.accounts._credit_exposures()
        )  # before anything is flushed: the product has to see to that itself
        self.env.flush_all()
        self.env.invalidate_all()
        hand = HandCount(self.world.company)
        for account in self.accounts:
            self.same_figures(product[account.id], hand.figures(account))
            self.lines_add_up(account, product[account.id])
        self.nothing_slipped_through(hand)
        self.look()
        self.looks = {'before': {order.id: self.position(order) for order in self.orders}}

    def same_figures(self, product, counted):
        found = {code: exact(amount) for code, amount in product.components.items()}
        assert found == counted.components, f"exposure {found}, by hand {counted.components}"
        assert [exact(product.gross), exact(product.secured), exact(product.net)] == [
            counted.gross,
            counted.secured,
            counted.net,
        ]
        for code, amount in found.items():
            assert amount <= 0 if code == 'unallocated_credits' else amount >= 0 or code == 'bills', (
                f"{code} is {amount}"
            )
        assert 0 <= counted.secured <= max(counted.gross, 0)

    def lines_add_up(self, account, product):
        lines = self.as_controller(self.env['ar.credit.exposure.line'])._create_for(
            self.as_controller(account)
        )
        for code, amount in product.components.items():
            shown = sum(exact(line.amount) for line in lines.sudo() if line.component == code)
            assert shown == exact(amount), f"{code} is {amount}, its documents {shown}"

    def nothing_slipped_through(self, hand):
        """Each order that was confirmed or grew since fits its customer's limit, or was released."""
        orders = self.env['sale.order'].search(
            [('partner_id', 'in', self.accounts.partner_id.ids), ('state', '=', 'sale')], order='id'
        )
        worse = orders.filtered(lambda order: self.is_worse(order, hand))
        ranked = self.looks.get('order', [])
        worse = worse.sorted(lambda order: ranked.index(order.id) if order.id in ranked else -1)
        for number, order in enumerate(worse):
            assert self.world.justified(order, without=worse[number:]), f"{order.name} slipped through"

    def position(self, order):
        return Position(
            order.state == 'sale',
            exact(order.amount_total),
            order.currency_id,
            order.partner_invoice_id,
            order.payment_term_id.ar_prepayment,
            order.credit_remainder_released,
        )

    def is_worse(self, order, hand):
        before, now = self.looks.get('before', {}).get(order.id), self.position(order)
        return (
            not before
            or not before.confirmed
            or before.payer != now.payer
            or (before.advance and not now.advance)
            or (before.remainder_released and not now.remainder_released)
            or hand.value(order) > hand.total([(before.amount, before.currency)])
        )


@tagged('post_install', '-at_install')
class TestRandomDays(CreditCommon):
    """The world of the random days: a company, its people, two customers, two currencies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = fields.Date.context_today(cls.account)
        sister = cls.env['res.partner'].create({'name': "Hua Shipping", 'is_company': True})
        cls.accounts = cls.account | cls.env['ar.credit.account'].sudo()._for_partner(sister, cls.company)
        cls.group = (
            cls.env['ar.credit.group']
            .sudo()
            .create({'name': "Hua", 'company_id': cls.company.id, 'credit_limit': 100})
        )
        cls.clerk = cls._user('clerk', 'ar_base.group_accountant,sales_team.group_sale_salesman_all_leads')
        cls.company.ar_default_limit = 150
        cls.euro = cls.setup_other_currency(
            'EUR', rates=[('2020-01-01', 0.37), (fields.Date.to_string(today), 0.8)]
        )
        cls.pricelists = {
            code: cls.env['product.pricelist'].create({'name': code, 'currency_id': currency.id})
            for code, currency in (('company', cls.company.currency_id), ('euro', cls.euro))
        }
        tax = cls.company_data['default_tax_sale']
        cls.products = cls.env['product.product'].create(
            [
                {
                    'name': name,
                    'type': 'service',
                    'invoice_policy': policy,
                    'list_price': price,
                    'taxes_id': [Command.set(taxes.ids)],
                }
                for name, policy, price, taxes in (
                    ("Pump", 'order', 33.33, tax.browse()),
                    ("Hours", 'delivery', 71.5, tax),
                    ("Valve", 'order', 9.99, tax),
                )
            ]
        )
        cls.advance = cls.env['account.payment.term'].create({'name': "Advance", 'ar_prepayment': True})
        cls.term_30 = cls.env.ref('account.account_payment_term_30days')
        cls.misc = cls.env['account.journal'].search(
            [('type', '=', 'general'), ('company_id', '=', cls.company.id)], limit=1
        )
        cls.receivable = cls.customer.with_company(cls.company).property_account_receivable_id
        cls.bill_accounts = cls.env['account.account'].create(
            [
                {
                    'name': f"Notes {number}",
                    'code': f'11210{number}',
                    'account_type': 'asset_current',
                    'ar_receivable_kind': 'bill',
                    'reconcile': bool(number),
                }
                for number in (0, 1)
            ]
        )

    def justified(self, order, without):
        """Tell by hand whether an order may be confirmed: exempt, within the limits, or released.

        :param without: orders not to count, itself among them.
        """
        if order.amount_total <= 0 or order.payment_term_id.ar_prepayment:
            return True
        hand = HandCount(self.company)
        account = self.accounts.filtered(
            lambda a: a.partner_id == order.partner_invoice_id.commercial_partner_id
        )
        left = hand.available(account, without)
        return left is None or hand.document(order) <= left or self.released(order, account, hand)

    def released(self, order, account, hand):
        """The last word of the credit department is a release, of this customer, in time, for this much."""
        last = order.credit_decision_ids.filtered(lambda d: d.state in ('released', 'rejected')).sorted('id')[
            -1:
        ]
        if last.state != 'released' or last.credit_account_id != account or last.valid_until < hand.today:
            return False
        return (
            hand.rounded(hand.value(order) - exact(last.amount) * (1 + exact(last.tolerance_pct) / 100)) <= 0
        )

    def test_random_days(self):
        run_state_machine_as_test(lambda: RandomDays(self), settings=SETTINGS)
