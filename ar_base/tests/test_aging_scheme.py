from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged


@tagged('post_install', '-at_install')
class TestAgingScheme(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, 'lang': 'en_US'})

    def _scheme(self, *buckets, **values):
        return self.env['ar.aging.scheme'].create(
            {
                'name': "Test",
                **values,
                'bucket_ids': [
                    Command.create({'name': name, 'sequence': i, 'lower': lower, 'upper': upper})
                    for i, (name, lower, upper) in enumerate(buckets)
                ],
            }
        )

    def test_overlap_and_gap_name_the_bucket_and_the_remedy(self):
        for second, words in (
            (('1-30', 0, 0), "1-30 overlaps.*must start at 1, not at 0"),
            (('2-30', 2, 0), "gap.*must start at 1, not at 2"),
        ):
            with self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
                self._scheme(('Not due', 0, 0), second)

    def test_closed_last_bucket(self):
        with (
            self.assertRaisesRegex(ValidationError, "last bucket and must stay open above"),
            self.env.cr.savepoint(),
        ):
            self._scheme(('Not due', 0, 0), ('1-30', 1, 30))

    def test_change_of_several_buckets_is_checked_once(self):
        scheme = self._scheme(('Not due', 0, 0), ('Late', 1, 0))
        late = scheme.bucket_ids[1]
        scheme.write(
            {
                'bucket_ids': [
                    Command.update(late.id, {'upper': 30, 'name': "1-30"}),
                    Command.create({'name': "Over 30", 'sequence': 9, 'lower': 31}),
                ]
            }
        )
        self.assertEqual(scheme.bucket_ids.mapped('name'), ["Not due", "1-30", "Over 30"])
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            scheme.bucket_ids[1].upper = 29
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            scheme.bucket_ids[1].unlink()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            scheme.write({'bucket_ids': [Command.delete(scheme.bucket_ids[1].id)]})

    def test_shipped_schemes_are_valid(self):
        for xmlid in ('ar_base.aging_scheme_days', 'ar_base.aging_scheme_years'):
            self.assertTrue(self.env.ref(xmlid)._effective_buckets())
