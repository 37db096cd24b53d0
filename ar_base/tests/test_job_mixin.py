import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.ar_job_mixin import ArJobMixin
from .common import AgingCommon

LOGGER = 'odoo.addons.ar_base.models.ar_job_mixin'
REFUSED = UserError("No")


@tagged('post_install', '-at_install')
class TestJobMixin(AgingCommon):
    """A job does whole batches, keeps an error where it happened, and stops when its time is over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(100)
        cls.Job = cls.env['ar.aging.snapshot']
        cls.jobs = cls.Job.create(
            [
                {'as_of': f'2024-01-{day}', 'aging_scheme_id': cls.days.id, 'company_id': cls.company.id}
                for day in (28, 29, 30, 31)
            ]
        )
        cls.domain = [('id', 'in', cls.jobs.ids), ('active', '=', True)]

    def setUp(self):
        super().setUp()
        self.progress, self.failed, self.time = [], [], float('inf')

        def commit(_cron, processed=0, *, remaining=None, **_values):
            self.progress.append((processed, remaining))
            return self.time

        self.patch(type(self.env['ir.cron']), '_commit_progress', commit)
        self.patch(
            type(self.Job),
            '_job_failed',
            lambda _job, record, error: self.failed.append((record, str(error))),
        )

    def _done(self):
        return self.jobs.filtered(lambda job: not job.active)

    def test_every_record_in_order_each_committed(self):
        seen = []
        done = self.Job._work(self.domain, lambda job: (seen.append(job), job.action_archive()))
        self.assertTrue(done)
        self.assertEqual([job.id for job in seen], sorted(self.jobs.ids))
        self.assertEqual(self._done(), self.jobs)
        self.assertEqual(self.progress, [(0, 4), (1, None), (1, None), (1, None), (1, None), (0, 0)])

    def test_batches(self):
        seen = []
        self.Job._work(self.domain, lambda jobs: seen.append(len(jobs)), batch=3)
        self.assertEqual(seen, [3, 1])

    def test_an_error_stays_with_its_record(self):
        bad = self.jobs[1]

        def step(jobs):
            jobs.action_archive()
            if bad in jobs:
                raise REFUSED

        for batch in (1, 4):
            self.jobs.action_unarchive()
            self.failed.clear()
            with self.subTest(batch=batch):
                self.assertTrue(self.Job._work(self.domain, step, batch=batch))
                self.assertEqual(self.failed, [(bad, "No")])
                self.assertEqual(self._done(), self.jobs - bad)

    def test_a_conflict_is_no_error(self):
        first = self.jobs[0]

        def step(job):
            if job == first:
                raise psycopg2.errors.SerializationFailure
            job.action_archive()

        self.assertTrue(self.Job._work(self.domain, step))
        self.assertEqual((self.failed, self._done()), ([], self.jobs - first))

    def test_stops_when_the_time_is_over(self):
        self.time = 0
        seen = []
        self.assertFalse(self.Job._work(self.domain, seen.append))
        self.assertEqual(len(seen), 1)

    def test_a_long_record_is_worked_in_slices(self):
        slices = []

        def step(job):
            slices.append(job)
            if len(slices) == 3:
                job.action_archive()

        self.Job._work([('id', '=', self.jobs[0].id), ('active', '=', True)], step, repeat=True)
        self.assertEqual(slices, [self.jobs[0]] * 3)
        self.assertEqual(self.progress, [(0, 1), (1, 1), (1, 1), (1, 0), (1, 0), (0, 0)])

    def test_a_failing_record_is_not_repeated(self):
        def step(job):
            raise REFUSED

        self.Job._work(self.domain, step, repeat=True)
        self.assertEqual(len(self.failed), 4)

    def test_groups_of_any_model(self):
        seen = []

        def step(company):
            seen.append(company)
            if company == self.company:
                raise REFUSED

        other = self.env['res.company'].create({'name': "Other"})
        self.assertTrue(self.Job._work_on(self.company | other, step))
        self.assertEqual(seen, [self.company, other])
        self.assertEqual(self.failed, [(self.company, "No")])
        seen.clear()
        self.Job._work_on(self.company | other, step, still=lambda company: company - self.company)
        self.assertEqual(seen, [other])

    def test_by_default_the_log_keeps_it(self):
        for error, level in ((UserError("Expected"), 'WARNING'), (ValueError("Bug"), 'ERROR')):
            with self.assertLogs(LOGGER, level) as log:
                ArJobMixin._job_failed(self.Job, self.company, error)
            self.assertIn(self.company.name, log.output[0])
