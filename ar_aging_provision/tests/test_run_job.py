from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models import ar_provision_run_compute
from .common import AS_OF, ProvisionCommon


@tagged('post_install', '-at_install')
class TestRunJob(ProvisionCommon):
    """A long computation: in the background, in batches, of one moment, going on where it was stopped."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(ar_provision_run_compute, 'LARGE', 3))
        self.startPatcher(patch.object(ar_provision_run_compute, 'BATCH', 2))
        self.others = self.env['res.partner'].create(
            [{'name': f'J{i}', 'is_company': True} for i in range(3)]
        )
        for partner in (self.customer, *self.others):
            for due in ('2024-07-31', '2024-06-20', '2024-03-01'):
                self._invoice(1000, due=due, partner=partner)
        self.run = (
            self.env['ar.provision.run']
            .with_user(self.accountant)
            .create({'as_of': AS_OF, 'company_id': self.company.id})
        )
        self.cron = self.env.ref('ar_aging_provision.ir_cron_provision_run')

    def _trigger(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.run.invalidate_recordset()

    def _killed_after(self, batches):
        """Freeze and rate some batches, each a transaction of the job, then stop: what a kill leaves."""
        job, terms = self.run.sudo(), {}
        for _batch in range(batches + 1):  # the first step freezes
            job._work_once(terms)
        self.run.invalidate_recordset()

    def test_a_large_run_is_left_to_the_job(self):
        self.run.action_compute()
        self.assertRecordValues(
            self.run, [{'state': 'draft', 'job_state': 'queued', 'computed_by_id': self.accountant.id}]
        )
        with self.assertRaisesRegex(UserError, "computed in the background"):
            self.run.action_compute()
        with self.assertRaisesRegex(UserError, "keeps its date"):
            self.run.as_of = '2024-05-31'
        self._trigger()
        self.assertRecordValues(
            self.run,
            [
                {
                    'state': 'computed',
                    'job_state': False,
                    'rated_count': 12,
                    'progress': 100,
                    'required': 4 * 560,
                    'computed_by_id': self.accountant.id,
                }
            ],
        )
        message = self.run.message_ids.filtered(lambda message: "12 open items" in message.body)
        self.assertIn(self.accountant.partner_id, message.notified_partner_ids)
        with self.assertRaisesRegex(UserError, "Another user"):
            self.run.action_approve()

    def test_the_job_gives_what_the_button_gives(self):
        self.run.action_compute()
        self._trigger()
        names = ['document', 'category', 'base', 'rate', 'allowance']
        by_job = sorted(tuple(line[name] for name in names) for line in self.run.line_ids)
        with (
            patch.object(ar_provision_run_compute, 'LARGE', 1000),
            patch.object(ar_provision_run_compute, 'BATCH', 1000),
        ):
            self.run.action_compute()
        self.assertFalse(self.run.job_state)
        self.assertEqual(by_job, sorted(tuple(line[name] for name in names) for line in self.run.line_ids))

    def test_killed_in_the_middle_it_goes_on_with_the_lines_of_the_first_moment(self):
        self.run.action_compute()
        self._killed_after(2)
        self.assertEqual(
            (self.run.rated_count, self.run.item_count), (6, 12)
        )  # whole customers, never a part of one
        done = self.run.line_ids.filtered('category')
        self.assertEqual(len(done), 6)
        # The world goes on: none of it is in the run, whichever customer it befalls.
        for partner in (self.customer, *self.others):
            self._invoice(5000, due='2024-03-01', partner=partner)
            self._pay(
                self.env['account.move'].search([('partner_id', '=', partner.id)], limit=1, order='id'),
                '2024-06-30',
            )
        self.env['ar.provision.assessment'].create(
            {
                'partner_id': self.others[2].id,
                'kind': 'rate',
                'rate': 1,
                'reason': "Insolvent",
                'date_from': '2024-01-01',
            }
        )
        self.env['ar.credit.account'].sudo()._for_partner(
            self.others[2], self.company
        ).grade_id = self.env.ref('ar_base.grade_d')
        self._trigger()
        self.assertRecordValues(
            self.run,
            [{'state': 'computed', 'required': 4 * 560, 'gross': 12000, 'item_count': 12, 'rated_count': 12}],
        )
        self.assertEqual(set(self.run.line_ids.mapped('category')), {'pool'})

    def test_computed_again_the_lines_stay_where_nothing_has_changed(self):
        self.startPatcher(patch.object(ar_provision_run_compute, 'LARGE', 1000))
        self.run.action_compute()
        first = self.run.line_ids
        line = first[0]
        computed = line.allowance
        self.env['ar.provision.override'].create(
            {'line_ids': line.ids, 'how': 'rate', 'rate': 0.9, 'reason': "Insolvent"}
        ).action_apply()
        self.run.action_compute()
        self.assertEqual((self.run.line_ids, line.allowance), (first, 900))
        self.env['ar.allowance.override']._end(line.move_line_id.ids, AS_OF)
        self.run.action_compute()
        self.assertEqual((self.run.line_ids, line.allowance), (first, computed))
        self.assertFalse(line.is_overridden or line.override_user_id)
        self._invoice(1000, due='2024-03-01', partner=self.others[0])
        self.run.action_compute()
        self.assertEqual((len(self.run.line_ids), self.run.required), (13, 4 * 560 + 500))
        again = self.run.line_ids
        self.assertFalse(again & first)
        self.env['ar.credit.account'].sudo()._for_partner(
            self.others[1], self.company
        ).grade_id = self.env.ref('ar_base.grade_d')
        self.run.action_compute()
        self.assertFalse(self.run.line_ids & again)

    def test_stopped(self):
        self.run.action_compute()
        self._killed_after(1)
        self.run.action_stop()
        self._trigger()
        self.assertRecordValues(self.run, [{'state': 'draft', 'job_state': False, 'item_count': 0}])
        self.assertFalse(self.run.line_ids)

    def test_what_the_job_cannot_do_is_said_on_the_run(self):
        self.run.action_compute()
        self.policy._record_facts({'state': 'draft'})
        self._trigger()
        self.assertRecordValues(self.run, [{'state': 'draft', 'job_state': False}])
        self.assertTrue(self.run.message_ids.filtered(lambda message: "is a draft" in message.body))
