import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..models.ar_provision_run_compute import WAITING


@tagged('post_install', '-at_install', 'database_breaking')
class TestConcurrency(TransactionCase):
    """Two accountants at the same moment, with transactions of their own."""

    AS_OF = '1999-12-31'

    def setUp(self):
        super().setUp()
        self.addCleanup(self._delete)
        self.company_id = self.env['res.company'].search([('parent_id', '=', False)], limit=1, order='id').id

    def _env(self):
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return api.Environment(cr, SUPERUSER_ID, {})

    def _delete(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env['ar.provision.run'].search(
                [('company_id', '=', self.company_id), ('as_of', '=', self.AS_OF)]
            ).unlink()

    def _start(self, env):
        return env['ar.provision.run']._start(env['res.company'].browse(self.company_id), self.AS_OF)

    def test_two_starts_make_one_run(self):
        first, second = self._env(), self._env()
        for env in (first, second):  # both look before either has started
            self.assertFalse(env['ar.provision.run'].search([('as_of', '=', self.AS_OF)]))
        run = self._start(first)
        first.cr.commit()
        with self.assertRaises(psycopg2.errors.UniqueViolation), mute_logger('odoo.sql_db'):
            self._start(second)
        second.cr.rollback()
        again = self._start(second)
        self.assertEqual(again.id, run.id)

    def test_two_postings_clash(self):
        first, second = self._env(), self._env()
        second['res.company'].browse(self.company_id).name  # noqa: B018  (takes the snapshot)
        first['res.company'].browse(self.company_id)._lock_allowance()
        first.cr.commit()
        with self.assertRaises(psycopg2.errors.SerializationFailure), mute_logger('odoo.sql_db'):
            second['res.company'].browse(self.company_id)._lock_allowance()

    def test_two_jobs_do_not_share_a_run(self):
        first, second = self._env(), self._env()
        run = self._start(first)
        run._record_facts({'job_state': 'queued'})
        first.cr.commit()

        def worked_on_by_the_second():
            seen = []
            second['ar.provision.run']._work([('id', '=', run.id), *WAITING], seen.append)
            return [found.id for found in seen]

        self.assertEqual(run.try_lock_for_update(), run)
        self.assertEqual(worked_on_by_the_second(), [])
        first.cr.commit()  # a batch is done: the other may go on
        self.assertEqual(worked_on_by_the_second(), [run.id])
        run.action_stop()
        first.cr.commit()
        self.assertEqual(worked_on_by_the_second(), [], "stopped in between")
