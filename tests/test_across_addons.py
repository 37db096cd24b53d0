from datetime import timedelta

from odoo.fields import Command, Date
from odoo.tests import tagged
from odoo.tools import format_date

from odoo.addons.ar_credit_control.tests.common import CreditCommon


@tagged('post_install', '-at_install')
class TestAcrossAddons(CreditCommon):
    """What one addon does is honoured by the others, through the credit account alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['ar.dunning.plan'].search([]).active = False
        cls.plan = cls.env['ar.dunning.plan'].create(
            {
                'name': "Across addons",
                'stage_ids': [
                    Command.create(
                        {
                            'name': f'Level {level}',
                            'level': level,
                            'min_days': 10 * level,
                            'min_interval': 0,
                            'approval': 'collector',
                            'channel_ids': [Command.create({'channel': 'email'})],
                        }
                    )
                    for level in (1, 2, 3)
                ],
                'interval_days': 0,
            }
        )
        cls.account.credit_limit = 10**6
        cls.env['ar.credit.rule'].search([('company_id', '=', cls.company.id)]).outcome = 'none'

    def _dun(self):
        """Send the letter of today, and return it; empty where there is none."""
        run = self.env['ar.dunning.run'].create({'partner_ids': [Command.set(self.customer.ids)]})
        run.action_propose()
        letter = run.notice_ids.filtered(lambda notice: notice.state == 'proposed')
        for notice in letter:
            notice._approve()
            notice._queue()
            notice._mark_sent()
        return letter

    def test_the_dunning_level_holds_orders_until_the_item_is_paid(self):
        self._rule('dunning_level', outcome='hold', max_level=1)
        invoice = self._invoice(100, overdue=25)
        self._dun()
        self.assertEqual(self._confirm(), 'ok', "level 1 is allowed")
        self._dun()
        self.assertEqual(self.account._dunning_levels(), {self.account.id: 2})
        self.assertEqual(self._confirm(), 'hold')
        self._pay(invoice)
        self.assertEqual(self._confirm(), 'ok')

    def test_a_stage_that_places_a_hold_stops_orders(self):
        self._rule('on_hold', outcome='hold')
        self.plan.stage_ids[0].place_hold = True
        self._invoice(100, overdue=15)
        self._dun()
        self.assertEqual(self._confirm(), 'hold')
        self.account.hold_ids.action_lift("Paid")
        self.assertEqual(self._confirm(), 'ok')

    def test_a_legal_letter_caps_the_grade_of_an_assessment(self):
        self.plan.stage_ids[0].is_legal = True
        self._invoice(100, overdue=15)
        self._dun()
        assessment = self.env['ar.credit.assessment'].create({'credit_account_id': self.account.id})
        flag = assessment.flag_ids.filtered('is_set')
        today = format_date(self.env, Date.today())
        self.assertEqual((flag.code, flag.note), ('legal_dunning', f"Level 1 of {today}"))
        self.assertIn('legal_dunning', assessment.caps)

    def test_the_rest_of_a_disputed_invoice_is_dunned(self):
        """What the customer disputes is a part of the aging, and the rest is dunned."""
        invoice = self._invoice(100, overdue=15)
        self.env['ar.dispute'].create({'move_id': invoice.id, 'amount': 30})
        item = self.env['ar.open.item'].search([('move_id', '=', invoice.id)])
        self.assertEqual((item.residual, item.disputed), (100, 30))
        self.assertEqual(self._dun().total, 70)

    def test_a_promise_pauses_dunning_and_leaves_the_due_date(self):
        invoice = self._invoice(100, overdue=15)
        line = invoice.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
        self.env['ar.promise']._note(self.account, line, [(Date.today() + timedelta(days=3), 100)])
        self.assertFalse(self._dun())
        self.assertEqual(self.env['ar.open.item'].search([('move_id', '=', invoice.id)]).days_overdue, 15)

    def test_a_doubtful_receivable_stays_in_exposure_aging_and_statement(self):
        # As the charts of France and Germany ship it: a plain account of current assets.
        doubtful = self.env['account.account'].create(
            {
                'name': "Doubtful",
                'code': '416999',
                'account_type': 'asset_current',
                'reconcile': True,
                'ar_receivable_kind': 'doubtful',
            }
        )
        self._rule('credit_limit', outcome='hold')
        self.account.credit_limit = 500
        self._invoice(1000, overdue=40)
        figures = self._figures_of_the_customer()
        self.assertEqual(figures, (1000, -500, 1000, 1000))
        self.env['ar.doubtful.transfer'].create(
            {'partner_id': self.customer.id, 'account_id': doubtful.id}
        ).action_apply()
        self.assertEqual(self._figures_of_the_customer(), figures)
        self.assertEqual(self._confirm(), 'hold')

    def _figures_of_the_customer(self):
        """Return exposure, available credit, what the aging shows, what the statement says."""
        self.env.invalidate_all()
        items = self.env['ar.open.item'].search([('commercial_partner_id', '=', self.customer.id)])
        [statement] = self.account._statement_data().values()
        return (
            self.account.exposure,
            self.account.available_credit,
            sum(items.mapped('residual')),
            statement['closing'],
        )

    def test_a_guarantee_in_the_credit_file_counts_once_across_branches(self):
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.company.id})
        self.cr.precommit.run()
        self.env.user.company_ids |= branch
        for company in (self.company, branch):
            allowed = [company.id, *(self.company | branch - company).ids]
            self.env['account.move'].with_context(allowed_company_ids=allowed).create(
                {
                    'move_type': 'out_invoice',
                    'partner_id': self.customer.id,
                    'company_id': company.id,
                    'invoice_date': Date.today(),
                    'invoice_payment_term_id': False,
                    'invoice_line_ids': [
                        Command.create({'name': "x", 'price_unit': 1000, 'tax_ids': [Command.clear()]})
                    ],
                }
            ).action_post()
        scheme = self.env.ref('ar_base.aging_scheme_days')
        policy = self.env['ar.provision.policy'].create(
            {
                'name': "Five percent",
                'date_from': Date.today(),
                'aging_scheme_id': scheme.id,
                'use_grade_multiplier': False,
                'rate_ids': [
                    Command.create({'bucket_id': bucket.id, 'rate': 0.05}) for bucket in scheme.bucket_ids
                ],
            }
        )
        policy.action_map_accounts()
        policy.action_confirm()
        self.env['ar.credit.security'].sudo().create(
            {'credit_account_id': self.account.id, 'kind': 'guarantee', 'amount': 500}
        )._record_facts({'state': 'approved'})
        run = self.env['ar.provision.run'].create({'as_of': Date.today(), 'company_id': self.company.id})
        run.action_compute()
        self.assertEqual((run.gross, run.required), (2000, 75))

    def _confirm(self):
        order = self._order(10)
        order.with_user(self.seller).action_confirm_with_credit()
        return order.credit_state

    def test_the_table_of_duties_names_every_kind_that_is_approved(self):
        """What the approval matrix decides on is in the table, with who asks and who decides."""
        duties = self.env['ar.duty'].search([]).grouped('code')
        for kind in self.env['ar.approval.rule']._fields['kind'].get_values(self.env):
            with self.subTest(kind):
                known = duties[kind].mapped('duty')
                self.assertLessEqual({'ask', 'decide'}, set(known))
                deciding = duties[kind].filtered(lambda duty: duty.duty == 'decide')
                role = self.env.ref(self.env['ar.approval.rule']._role(kind))
                self.assertIn(role, deciding.group_id.all_implied_ids | deciding.group_id)
                barred = duties[kind].filtered(lambda duty: duty.duty == 'ask')
                self.assertTrue(all(barred.mapped('is_barred')), "who asks does not decide")
        self.assertLessEqual(
            {'ask', 'change', 'submit', 'decide', 'post', 'pay', 'benefit'},
            set(self.env['ar.duty'].search([]).mapped('duty')),
        )
