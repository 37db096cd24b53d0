"""A year of a small company, worked by five people with what is theirs: seller, controller, collector,
accountant and manager.
"""

from odoo.fields import Command, Date
from odoo.tests import freeze_time

from odoo.addons.ar_base.tests.common import AgingCommon

PIXEL = b'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
SALESMAN = 'sales_team.group_sale_salesman,ar_base.group_viewer'


class Year(AgingCommon):
    """``_work`` lets the year pass, through the buttons of its people."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref('sales_team.group_sale_manager')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._user('yearseller', SALESMAN)
        cls.controller, cls.collector = cls._user('controller'), cls._user('collector')
        cls.accountant, cls.manager = cls._user('accountant'), cls._user('manager')
        cls.product = cls.env['product.product'].create(
            {'name': "Pump", 'type': 'service', 'invoice_policy': 'order', 'taxes_id': [Command.clear()]}
        )
        cls.agent = cls._customer("Law & Co")
        cls.buyers = cls.env['res.partner'].concat(
            *(
                cls._customer(name, email=f'{name.lower()}@example.com', user_id=cls.seller.id)
                for name in ("Prompt", "Slow", "Disputes", "Fails")
            )
        )
        cls.prompt, cls.slow, cls.disputes, cls.fails = cls.buyers
        cls.env['ar.dunning.plan'].search([]).active = False
        stages = [
            {'name': f'{level}', 'level': level, 'min_days': days, 'approval': 'collector'}
            for level, days in ((1, 5), (2, 30))
        ]
        template = cls.env.ref('ar_dunning.template_reminder').id
        channel = [Command.create({'channel': 'email'})]
        cls.env['ar.dunning.plan'].create(
            {
                'name': "Year",
                'interval_days': 7,
                'withhold_unmatched': False,
                'stage_ids': [
                    Command.create({**stage, 'template_id': template, 'channel_ids': channel})
                    for stage in stages
                ],
            }
        )
        cls.company.write({'ar_dunning_weekend': True, 'email': 'money@example.com'})
        cls.env['ar.closed.day'].search([]).unlink()
        cls.first = cls.env['ar.journal'].search([], limit=1, order='id desc').id

    def _as(self, user, model, **values):
        records = self.env[model].with_user(user)
        return records.create(values) if values else records

    def _policy(self):
        buckets = [{'name': "Not due", 'sequence': 1}, {'name': "Overdue", 'sequence': 2, 'lower': 1}]
        scheme = self.env['ar.aging.scheme'].create(
            {
                'name': "Year",
                'basis': 'due',
                'unit': 'day',
                'bucket_ids': [Command.create(bucket) for bucket in buckets],
            }
        )
        policy = self.env['ar.provision.policy'].create(
            {
                'name': "Year",
                'date_from': '2024-01-01',
                'aging_scheme_id': scheme.id,
                'profile': 'us',
                'rate_ids': [
                    Command.create({'bucket_id': bucket.id, 'rate': rate})
                    for bucket, rate in zip(scheme.bucket_ids, (0.01, 0.2), strict=True)
                ],
            }
        )
        policy.action_map_accounts()
        if not policy.write_off_account_id:
            policy.write_off_account_id = self.company_data['default_account_expense']
        policy.action_confirm()
        return policy

    # === What each of them does ===

    def _secures(self):
        security = self._as(
            self.controller,
            'ar.credit.security',
            credit_account_id=self._account(self.slow).id,
            name="G-1",
            amount=500,
        )
        security.action_submit()
        security.with_user(self.manager).action_approve()

    def _blocks(self):
        self._as(
            self.collector,
            'ar.dunning.block',
            credit_account_id=self._account(self.disputes).id,
            reason="Talks with their CEO",
            until=Date.add(Date.today(), days=3),
        )

    def _values(self, run):
        """The accountant decides about one item and one customer instead of the rates."""
        lines = run.line_ids.filtered('move_line_id')[:1]
        wizard = self._as(
            self.accountant, 'ar.provision.override', line_ids=lines.ids, rate=0.5, reason="Weak"
        )
        wizard.action_apply()
        self._as(
            self.accountant,
            'ar.provision.assessment',
            partner_id=self.disputes.id,
            company_id=self.company.id,
            kind='rate',
            rate=0.4,
            reason="Losses for two years",
            date_from=Date.add(run.as_of, days=1),
        )

    def _opens(self):
        """The controller asks for limits and grades; the manager approves all but one."""
        for buyer, limit in zip(self.buyers, (5000, 3000, 2000, 2500), strict=True):
            change = self._as(
                self.controller,
                'ar.credit.change',
                credit_account_id=self._account(buyer).id,
                change_limit=True,
                new_limit=limit,
                change_grade=True,
                new_grade_id=self.env.ref('ar_base.grade_b').id,
                reason="Opened",
            )
            change.action_submit()
            change.with_user(self.manager).action_approve()

    def _asks_in_vain(self, month):
        change = self._as(
            self.controller,
            'ar.credit.change',
            credit_account_id=self._account(self.buyers[month % 4]).id,
            change_limit=True,
            new_limit=90_000,
            reason="Wants more",
        )
        change.action_submit()
        if month % 2:
            change.with_user(self.manager).action_reject("Too much")
        else:
            change.action_cancel()

    def _sells(self, buyer, amount):
        line = {'product_id': self.product.id, 'price_unit': amount, 'tax_ids': [Command.clear()]}
        order = self._as(
            self.seller,
            'sale.order',
            partner_id=buyer.id,
            user_id=self.seller.id,
            order_line=[Command.create(line)],
        )
        order.action_confirm_with_credit()
        return order

    def _decides(self, order, month):
        """The controller releases, rejects, or lets it wait."""
        decision = order.sudo().credit_decision_ids.with_user(self.controller)
        if decision.state == 'hold' and month % 3 == 0:
            decision.action_release("Promised to pay")
        elif decision.state == 'hold' and month % 3 == 1:
            decision.action_reject("Pay first")

    def _bills(self, order, day):
        if order.state != 'sale':
            return self.env['account.move']
        invoice = order.sudo()._create_invoices()
        due = Date.add(Date.to_date(day), days=20)
        invoice.write(
            {'invoice_date': day, 'date': day, 'invoice_payment_term_id': False, 'invoice_date_due': due}
        )
        invoice.action_post()
        return invoice

    def _duns(self, day):
        run = self._as(self.collector, 'ar.dunning.run', run_date=day)
        run.action_propose()
        letters = run.notice_ids.filtered(lambda notice: notice.state == 'proposed')
        letters.with_user(self.controller).action_approve()
        run.with_user(self.controller).action_send()
        self._run_job('ar_dunning.ir_cron_send')

    def _promises(self, month):
        items = self._open(self.slow)[-1:]._ar_instalments()
        if not items or month > 4:  # then a plan takes their place
            return
        day = Date.add(Date.today(), days=10)
        promise = self.env['ar.promise'].with_user(self.collector)
        promise = promise._note(self._account(self.slow).with_user(self.collector), items[:1], [(day, 100)])
        if month % 4 == 3:
            promise.action_cancel("A mistake")

    def _plans(self):
        items = self._open(self.slow)._ar_instalments()
        plan = self._as(
            self.collector,
            'ar.payment.plan',
            credit_account_id=self._account(self.slow).id,
            contact_id=self.slow.id,
            instalments=3,
            first_date=Date.add(Date.today(), days=10),
            item_ids=[Command.create({'move_line_id': item.id}) for item in items],
        )
        plan.action_schedule()
        plan.action_offer()
        plan.sudo()._accept("Slow CFO", PIXEL, '192.0.2.7')

    def _disputes(self, month):
        """The collector notes it, answers it, and has to open one again."""
        invoice = self._open(self.disputes)[:1]
        if not invoice:
            return
        values = {'move_id': invoice.id, 'amount': 10, 'reason': 'price', 'name': "Price"}
        dispute = self._as(self.collector, 'ar.dispute', **values)
        dispute.outcome = "Answered"
        dispute.action_reject() if month % 2 else dispute.action_correct()
        if month % 3 == 0:
            dispute.action_reopen()

    def _holds(self, month):
        hold = self._as(
            self.controller,
            'ar.hold',
            credit_account_id=self._account(self.fails).id,
            reason=f"Rumour {month}",
        )
        if month % 2:
            hold.lift_reason = "Cleared"
            hold.action_lift()

    def _states(self, day):
        run = self._as(self.accountant, 'ar.statement.run', as_of=day, scope='overdue')
        if not run._customers():
            return
        run.action_prepare()
        run.action_send()
        self._run_job('ar_base.ir_cron_deliver')

    def _confirms(self, month, day):
        for number, buyer in enumerate((self.prompt, self.disputes)):
            if not self._open(buyer):
                continue
            confirmation = self._as(
                self.accountant, 'ar.balance.confirmation', partner_id=buyer.id, as_of=day
            )
            confirmation.action_send()
            self._run_job('ar_base.ir_cron_deliver')
            if (month + number) % 3:
                confirmation.sudo()._answer("CFO", PIXEL, reply_channel='portal', reply_ip='192.0.2.8')
            else:
                confirmation.action_cancel()

    def _closes(self, start, end, month):
        """Accountant and manager post the allowance; seller and accountant sign the month."""
        run = self._as(self.accountant, 'ar.provision.run', as_of=end, company_id=self.company.id)
        run.action_compute()
        if month == 7:
            self._values(run)
        if month % 4 == 1:  # looked at twice
            run.with_user(self.manager).action_approve()
            run.with_user(self.manager).action_back()
            run.action_compute()
        run.with_user(self.manager).action_approve()
        run.with_user(self.manager).action_post()
        parts = self.env['ar.sales.reconciliation'].with_user(self.accountant)
        parts = parts._generate(self.company, start, end, 'salesperson')
        part = parts.filtered(lambda part: part.salesperson_id == self.seller)
        if part.may_sign_finance:
            part.with_user(self.seller).action_sign_sales()
            part.action_sign_finance()

    def _refers(self):
        items = self._open(self.fails)._ar_instalments()
        case = self._as(
            self.collector,
            'ar.collection.case',
            credit_account_id=self._account(self.fails).id,
            agent_id=self.agent.id,
            item_ids=[Command.create({'move_line_id': item.id}) for item in items],
        )
        case.with_user(self.controller).action_refer()
        case.action_start()
        return case

    def _writes_off(self, case):
        case.with_user(self.controller)._close('withdrawn', "Insolvent")
        write_off = self._as(
            self.accountant, 'ar.write.off', partner_id=self.fails.id, date=Date.today(), reason="Insolvent"
        )
        write_off.action_load()
        write_off.action_post()
        return write_off

    def _recovers(self, write_off):
        recovery = self._as(
            self.accountant,
            'ar.recovery',
            write_off_id=write_off.id,
            amount=10,
            date=Date.today(),
            journal_id=self.company_data['default_journal_bank'].id,
        )
        recovery.action_post()

    def _assesses(self):
        assessment = self._as(
            self.controller,
            'ar.credit.assessment',
            credit_account_id=self._account(self.prompt).id,
            scorecard_id=self.env.ref('ar_credit_assessment.scorecard_default').id,
            override_grade_id=self.env.ref('ar_base.grade_a').id,
            override_reason="Known for years",
        )
        assessment.action_submit()
        assessment.with_user(self.manager).action_approve()

    def _open(self, buyer):
        return self.env['account.move'].search(
            [
                ('partner_id', '=', buyer.id),
                ('move_type', '=', 'out_invoice'),
                ('state', '=', 'posted'),
                ('payment_state', 'in', ('not_paid', 'partial')),
            ],
            order='id',
        )

    # === The year ===

    def _month(self, month):
        start = Date.to_date(f'2024-{month:02}-01')
        end = Date.end_of(start, 'month')
        with freeze_time(Date.add(start, days=2)):
            orders = [self._sells(buyer, 300 + 100 * month) for buyer in self.buyers]
            for number, order in enumerate(orders):
                self._decides(order, month + number)
                self._bills(order, Date.today())
        with freeze_time(Date.add(start, days=9)):
            self._asks_in_vain(month)
            self._holds(month)
            self._disputes(month)
            self._promises(month)
        with freeze_time(Date.add(start, days=14)):
            self._duns(Date.today())
            if month == 4:
                self._blocks()
            if month == 5:
                self._plans()
            if month == 6:
                self._assesses()
            if month == 8:
                self.case = self._refers()
        with freeze_time(Date.add(start, days=20)):
            for invoice in self._open(self.prompt):
                self._pay(invoice, Date.today())
            for invoice in self._open(self.slow)[: month % 2]:
                self._pay(invoice, Date.today())
            for buyer in self.buyers:
                self._account(buyer)._follow_commitments(Date.today())
            self._run_job('ar_credit_control.ir_cron_recheck')
            if month == 10:
                self.write_off = self._writes_off(self.case)
            if month == 11:
                self._recovers(self.write_off)
        with freeze_time(Date.add(end, days=1)):
            self._states(end)
            if month % 3 == 0:
                self._confirms(month, end)
            self._closes(start, end, month)
            self._as(self.accountant, 'ar.aging.snapshot', as_of=end, company_id=self.company.id)

    def _work(self):
        with freeze_time('2024-01-01'):
            self._policy()
            self._opens()
            self._secures()
        for month in range(1, 13):
            self._month(month)
        self.env.flush_all()
        self.env.invalidate_all()
