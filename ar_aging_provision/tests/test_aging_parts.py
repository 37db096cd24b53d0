from odoo.tests import tagged

from .common import AS_OF, ProvisionCommon


@tagged('post_install', '-at_install')
class TestProvisionedPart(ProvisionCommon):
    """The column *Provisioned* of the aging is the posted allowance, item by item."""

    def _provisioned(self, as_of=AS_OF, **context):
        items = self.env['ar.open.item'].with_context(as_of=as_of, aging_scheme_id=self.scheme.id, **context)
        groups = items._read_group([('company_id', '=', self.company.id)], ['move_id'], ['provisioned:sum'])
        return {move: amount for move, amount in groups if amount}

    def test_follows_the_posted_run(self):
        fresh, late = self._invoice(1000), self._invoice(300, due='2024-03-01')
        run = self._run(post=False)
        self.assertEqual(self._provisioned(), {}, "not posted yet")
        run = run.with_user(self.approver)
        run.action_approve()
        run.action_post()
        self.assertEqual(self._provisioned(), {fresh: 10, late: 150})
        self.assertEqual(sum(self._provisioned().values()), self._allowance())
        self.assertEqual(self._provisioned('2024-06-29'), {}, "before the run's date")
        # Later: what is paid bears nothing, what is left bears at most itself.
        self._pay(fresh, '2024-07-02')
        self._pay(late, '2024-07-02', 200)
        self.assertEqual(self._provisioned('2024-07-31'), {late: 100})
        self.assertEqual(self._provisioned(), {fresh: 10, late: 150})
        run.action_reverse(AS_OF, "Wrong")
        self.assertEqual(self._provisioned(), {})

    def test_the_last_posted_run_counts_and_one_that_is_reversed_the_next_day_only_on_its_date(self):
        invoice = self._invoice(300, due='2024-05-15')
        self._run('2024-05-31')
        self._run()
        self.assertEqual(
            [self._provisioned(day) for day in ('2024-06-01', AS_OF)], [{invoice: 15}, {invoice: 150}]
        )
        self._policy([0.01, 0.05, 1], auto_reverse=True, date_from='2024-07-01')
        self._run('2024-07-31')
        self.assertEqual(
            [self._provisioned(day) for day in (AS_OF, '2024-07-31', '2024-08-01')],
            [{invoice: 150}, {invoice: 300}, {invoice: 150}],
        )

    def test_credits_set_against_the_oldest_lower_what_can_be_provisioned(self):
        invoice = self._invoice(300, due='2024-03-01')
        self._run()
        self._invoice(200, due='2024-07-31', day='2024-06-30', move_type='out_refund')
        self.assertEqual(self._provisioned(aging_credits='fifo_oldest'), {invoice: 100})

    def test_snapshots_keep_it(self):
        self._invoice(300, due='2024-03-01')
        self._run()
        snapshot = self.env['ar.aging.snapshot']._take(self.company, AS_OF, self.scheme)
        self.assertEqual(sum(snapshot.line_ids.mapped('provisioned')), 150)
