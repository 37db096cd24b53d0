"""The operations guide says what is: every job stands in it, every statement of it runs."""

import re
from pathlib import Path

from odoo.tests import TransactionCase, tagged

from . import house

GUIDE = (Path(__file__).resolve().parents[1] / 'docs' / 'operations.md').read_text(encoding='utf-8')
INTERVALS = {
    (5, 'minutes'): "every 5 minutes",
    (10, 'minutes'): "every 10 minutes",
    (1, 'hours'): "hourly",
    (1, 'days'): "daily",
    (1, 'months'): "monthly",
}


@tagged('post_install', '-at_install')
class TestOperations(TransactionCase):
    def test_every_job_stands_with_its_interval(self):
        ours = self.env['ir.model.data'].search(
            [('model', '=', 'ir.cron'), ('module', 'in', list(house.DEPENDS))]
        )
        jobs = self.env['ir.cron'].with_context(lang='en_US').browse(ours.mapped('res_id'))
        self.assertTrue(jobs)
        self.assertEqual(
            {(job.name, INTERVALS[job.interval_number, job.interval_type]) for job in jobs},
            set(
                re.findall(
                    r"^\| ((?:Receivables|Credit \w+|Reconciliation): [^|]+) \| ([^|]+) \|", GUIDE, re.M
                )
            ),
        )

    def test_every_statement_runs(self):
        self.env.flush_all()
        statements = re.findall(r"```sql\n(.*?)```", GUIDE, re.S)
        self.assertGreater(len(statements), 4)
        for statement in statements:
            self.env.cr.execute(statement)
            self.assertTrue(self.env.cr.description, "it reads")
