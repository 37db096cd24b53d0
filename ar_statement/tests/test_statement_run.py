from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import CustomerCommon

AS_OF = fields.Date.to_date('2024-02-29')


@tagged('post_install', '-at_install')
class TestStatementRun(CustomerCommon):
    """What was sent is kept; each customer's statement succeeds or fails alone, and none goes out twice."""

    def setUp(self):
        super().setUp()
        self.invoice = self._invoice(100, due='2024-01-20')
        self._invoice(70, partner_id=self.stranger.id, due='2024-12-31')

    def _statements(self, **values):
        run = self.env['ar.statement.run'].with_user(self.accountant).create({'as_of': AS_OF, **values})
        run.action_prepare()
        return run

    def _line(self, run, partner=None):
        return run.line_ids.filtered(lambda line: line.partner_id == (partner or self.customer))

    def test_scopes(self):
        tag = self.env['res.partner.category'].create({'name': "Statements"})
        self.stranger.category_id = tag
        cases = [
            ('all', {}, self.customer | self.stranger),
            ('overdue', {}, self.customer),
            ('tag', {'category_ids': tag.ids}, self.stranger),
            ('chosen', {'partner_ids': self.contact.ids}, self.customer),
        ]
        for scope, values, expected in cases:
            with self.subTest(scope):
                self.assertEqual(
                    self._statements(scope=scope, **values).line_ids.partner_id
                    & (self.customer | self.stranger),
                    expected,
                )

    def test_nothing_to_state(self):
        with self.assertRaisesRegex(UserError, "has anything to show"):
            self._statements(as_of='2001-01-01')

    def test_sent_and_kept(self):
        run = self._statements(scope='chosen', partner_ids=self.customer.ids)
        run.action_send()
        self._run_job('ar_base.ir_cron_deliver')
        line = self._line(run)
        self.assertRecordValues(line, [{'state': 'sent', 'closing': 100, 'attempts': 1, 'error': False}])
        self.assertEqual(run.state, 'done')
        mail = self.env['ar.delivery']._of(line)
        self.assertRecordValues(mail, [{'state': 'sent', 'address': 'hua@example.com', 'attempts': 1}])
        self.assertIn(line.attachment_id, mail.attachment_ids)
        self.assertIn(line.attachment_id, line.message_ids.attachment_ids)
        self.assertEqual(len(line._links()), 1)
        for kept in (mail.body, *line.message_ids.mapped('body')):
            self.assertNotIn('access_token', kept, "the customer's link is in the mail alone")
        sent, figures = line.attachment_id.raw, line.data
        self._pay(self.invoice, '2024-02-10')  # dated back: the books of that day are others now
        self.assertEqual(
            self.env['ar.credit.account']
            ._for_partner(self.customer, self.env.company)
            ._statement_data(AS_OF)[line.credit_account_id.id]['closing'],
            0,
        )
        line.invalidate_recordset()
        self.assertEqual((line.data, line._pdf(), line.closing), (figures, sent, 100))
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            run.unlink()
        with self.assertRaisesRegex(UserError, "use the buttons"):
            line.sudo().data = {}
        with self.assertRaisesRegex(UserError, "use the buttons"):
            run.sudo().as_of = '2024-03-31'
        self._run_job('ar_base.ir_cron_deliver')
        self.assertEqual(line.attempts, 1)

    def test_closing_is_the_aging(self):
        run = self._statements()
        total = (
            self.env['ar.open.item']
            .with_context(as_of=AS_OF)
            ._read_group(
                [('commercial_partner_id', '!=', False), ('company_id', '=', self.env.company.id)],
                [],
                ['residual:sum'],
            )[0][0]
        )
        self.assertAlmostEqual(run.closing, total, 2)

    def test_skipped_and_retried(self):
        self.customer.email = False
        run = self._statements()
        self.assertRecordValues(self._line(run), [{'state': 'skipped'}])
        self.assertIn("no valid e-mail", self._line(run).error)
        run.action_send()
        self.customer.email = 'hua@example.com'
        self._line(run).action_retry()
        self._run_job('ar_base.ir_cron_deliver')
        self.assertEqual(set(run.line_ids.mapped('state')), {'sent'})

    def test_excluded(self):
        self.env['ar.credit.account']._for_partner(self.customer, self.env.company).statement_excluded = True
        self.assertEqual(self._line(self._statements()).state, 'skipped')
        self.assertEqual(
            self._line(self._statements(scope='chosen', partner_ids=self.customer.ids)).state, 'ready'
        )

    def test_one_fails_alone(self):
        run = self._statements()
        run.action_send()
        Line = self.env.registry['ar.statement.line']
        make, failing, error = Line._delivery_documents, self._line(run).id, UserError("no paper")

        def breaking(line, delivery):
            if line.id == failing:
                raise error
            return make(line, delivery)

        self.patch(Line, '_delivery_documents', breaking)
        with mute_logger('odoo.addons.ar_base.models.ar_delivery_worker_mixin'):
            self._run_job('ar_base.ir_cron_deliver')
        self.assertRecordValues(self._line(run), [{'state': 'failed'}])
        self.assertIn("no paper", self._line(run).error)
        self.assertEqual(self._line(run, self.stranger).state, 'sent')
        self.assertEqual((run.state, run.failed_count), ('done', 1))
        self.assertTrue(run.activity_ids)
        self.patch(Line, '_delivery_documents', make)
        run.action_retry()
        self._run_job('ar_base.ir_cron_deliver')
        self.assertEqual((self._line(run).state, self._line(run).attempts, run.state), ('sent', 2, 'done'))

    def test_interrupted_is_not_sent_again_by_itself(self):
        run = self._statements(scope='chosen', partner_ids=self.customer.ids)
        run.action_send()
        delivery = self.env['ar.delivery']._of(self._line(run))
        delivery._record_facts({'state': 'sending', 'in_hand': True})  # as a stopped server leaves it
        self._run_job('ar_base.ir_cron_deliver')
        self._run_job('ar_base.ir_cron_deliver')
        self.assertRecordValues(self._line(run), [{'state': 'failed'}])
        self.assertIn("not known", self._line(run).error)
        self.assertEqual(delivery.state, 'unknown')
        delivery.with_user(self.accountant).action_arrived()
        self.assertEqual(self._line(run).state, 'sent')

    def test_what_kills_the_worker_is_set_aside(self):
        run = self._statements()
        run.action_send()
        Delivery = self.env['ar.delivery'].sudo()
        killer, other = (Delivery._of(self._line(run, partner)) for partner in (None, self.stranger))
        for deaths in (1, 2):
            killer._record_facts({'in_hand': True})  # its worker is gone
            self.env.flush_all()
            killer._settle_death()
            self.assertEqual(killer.deaths, deaths)
        self.assertEqual((killer.state, self._line(run).state), ('failed', 'failed'))
        self.assertIn("set aside", self._line(run).error)
        self._run_job('ar_base.ir_cron_deliver')
        self.assertEqual((other.deaths, self._line(run, self.stranger).state), (0, 'sent'))

    def test_printed_run(self):
        run = self._statements(channel='print')
        run.action_send()
        self._run_job('ar_base.ir_cron_deliver')
        self.assertEqual(set(run.line_ids.mapped('state')), {'sent'})
        self.assertEqual(set(self.env['ar.delivery']._of(run.line_ids).mapped('channel')), {'file'})
        self.assertFalse(run.line_ids.message_ids.filtered(lambda m: m.message_type == 'email_outgoing'))
        self.assertTrue(all(run.line_ids.mapped('attachment_id')))

    def test_schedule_skips_closed_days_and_sends_once(self):
        with freeze_time('2024-02-20'):
            schedule = (
                self.env['ar.statement.schedule']
                .with_user(self.accountant)
                .create({'name': "Monthly", 'day_of_month': 2})
            )
        self.assertEqual(schedule.next_date, fields.Date.to_date('2024-03-02'))  # a Saturday
        self.env['ar.closed.day'].create({'name': "Fair", 'date_from': '2024-03-04'})
        for day, runs in (
            ('2024-03-01', 0),
            ('2024-03-02', 0),
            ('2024-03-03', 0),
            ('2024-03-04', 0),
            ('2024-03-05', 1),
            ('2024-03-06', 1),
        ):
            with self.subTest(day), freeze_time(day):
                self._run_job('ar_statement.ir_cron_statement_schedule')
                self.assertEqual(len(schedule.run_ids), runs)
        self.assertRecordValues(
            schedule.run_ids,
            [{'as_of': AS_OF, 'date_from': fields.Date.to_date('2024-02-01'), 'state': 'sending'}],
        )
        self.assertEqual(schedule.next_date, fields.Date.to_date('2024-04-02'))

    def test_rights(self):
        viewer = self._user('viewer')
        self.assertFalse(self.env['ar.statement.run'].with_user(viewer).has_access('read'))
        self.assertFalse(self.env['ar.balance.confirmation'].with_user(viewer).has_access('read'))
        collector = self._user('collector')
        self.assertFalse(self.env['ar.statement.line'].with_user(collector).has_access('write'))
        self.assertFalse(self.env['ar.balance.confirmation'].with_user(collector).has_access('write'))
