"""What the credit department adds to the random days of ``random_sales``."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from .random_sales import CENTS, CURRENCY, PICK, SIDE, Sales, having


class Credit(Sales):
    @having('held')
    @rule(
        number=PICK,
        answer=st.sampled_from(['release', 'release', 'keep', 'reject']),
        tolerance=st.sampled_from([0, 20]),
    )
    def decide(self, number, answer, tolerance):
        decision = self.as_controller(self.pick(number, 'held'))
        if answer == 'reject':
            decision.action_reject("No")
        else:
            decision.action_release("Fine", tolerance_pct=tolerance, confirm=answer == 'release')
            assert decision.order_id.state == ('sale' if answer == 'release' else 'draft'), (
                "released, but not confirmed"
            )

    @having('held')
    @rule(number=PICK)
    def look_again(self, number):
        """What the cron does with each order whose customer's situation changed."""
        self.pick(number, 'held').sudo()._recheck()

    @having('released')
    @rule(number=PICK)
    def outlive_release(self, number):
        self.pick(number, 'released').sudo().valid_until = self.today - timedelta(days=1)

    @having('order')
    @rule(number=PICK)
    def release_remainder(self, number):
        order = self.pick(number, 'order')
        if order.credit_remainder_released:
            if self.checked(self.as_controller(order).action_release_remainder):
                self.looks['order'] = order.ids
        elif order.state == 'sale':
            values = {'credit_account_id': order._credit_account().id, 'order_id': order.id}
            self.env['ar.credit.change'].sudo().create(values)._release_remainder()

    @rule(
        side=SIDE,
        cents=CENTS,
        what=st.sampled_from(['limit', 'limit', 'none', 'unlimited', 'withdrawn', 'temporary', 'yielding']),
    )
    def decide_limit(self, side, cents, what):
        account = self.accounts[side].sudo()
        if what == 'withdrawn':
            account.write({'credit_limit': 0, 'is_unlimited': False, 'limit_decided': False})
            return
        account.write(
            {
                'limit': {'credit_limit': cents / 100, 'is_unlimited': False},
                'none': {'credit_limit': 0, 'is_unlimited': False, 'limit_mandatory': True},
                'yielding': {'credit_limit': 0, 'is_unlimited': False, 'limit_mandatory': False},
                'unlimited': {'is_unlimited': True},
                'temporary': {
                    'temp_limit': cents / 50,
                    'temp_from': self.today - timedelta(days=1),
                    'temp_until': self.today + timedelta(days=cents % 2 - 1),
                },
            }[what]
        )

    @rule(side=SIDE, joins=st.booleans(), cents=CENTS)
    def change_group(self, side, joins, cents):
        self.accounts[side].sudo().group_id = self.world.group if joins else False
        self.world.group.sudo().credit_limit = cents / 50

    @rule(
        side=SIDE,
        kind=st.sampled_from(['guarantee', 'insurance', 'deposit']),
        cents=CENTS,
        cover=st.sampled_from([100, 80, 33.3]),
        currency=CURRENCY,
        start=st.sampled_from([None, -1, 0, 1]),
    )
    def take_security(self, side, kind, cents, cover, currency, start):
        self.env['ar.credit.security'].sudo().create(
            {
                'credit_account_id': self.accounts[side].id,
                'kind': kind,
                'amount': cents / 100,
                'cover': cover,
                'currency_id': self.currency(currency).id,
                'valid_from': start is not None and self.today + timedelta(days=start),
            }
        )

    @having('security')
    @rule(number=PICK, days=st.sampled_from([-1, 0]))
    def end_security(self, number, days):
        self.pick(number, 'security').sudo()._record_facts(
            {'valid_from': False, 'valid_until': self.today + timedelta(days=days)}
        )

    @rule(cents=st.integers(20, 300))
    def change_rate(self, cents):
        self.world.euro.sudo().rate_ids.filtered(lambda r: r.name == self.today).rate = cents / 100

    @rule(
        name=st.sampled_from(
            ['ar_deduct_credits', 'ar_use_horizon', 'ar_payment_counts', 'ar_default_limit_policy']
        ),
        on=st.booleans(),
    )
    def change_setting(self, name, on):
        self.world.company.sudo()[name] = {
            'ar_payment_counts': 'bank' if on else 'registered',
            'ar_default_limit_policy': 'amount' if on else 'skip',
        }.get(name, on)
