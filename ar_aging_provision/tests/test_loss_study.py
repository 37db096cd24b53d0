from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ProvisionCommon


@tagged('post_install', '-at_install')
class TestLossStudy(ProvisionCommon):
    """Rates from the ledger, recounted by hand, and their adoption."""

    def _study(self, **values):
        study = (
            self.env['ar.loss.study']
            .with_user(self.accountant)
            .create(
                {
                    'name': "Study",
                    'aging_scheme_id': self.scheme.id,
                    'date_to': '2024-04-30',
                    'periods': 2,
                    'step': 'month',
                    **values,
                }
            )
        )
        study.action_compute()
        return study

    def test_roll_rate_follows_items_and_counts_write_offs(self):
        paid = self._invoice(100, due='2024-02-29')  # not due on 29 Feb
        rolled = self._invoice(300, due='2024-02-29')
        gone = self._invoice(200, due='2024-02-29', partner=self.env['res.partner'].create({'name': "Gone"}))
        self._pay(paid, '2024-03-10')
        self._pay(rolled, '2024-03-11', 60)
        write_off = self.env['ar.write.off'].create(
            {'partner_id': gone.partner_id.id, 'date': '2024-03-20', 'reason': "x"}
        )
        write_off.action_load()
        write_off.action_post()
        self._invoice(
            5000, day='2024-03-15', due='2024-04-30'
        )  # new business does not dilute the flow of the old
        study = self._study()
        rows = [[float(x) for x in row] for row in study.evidence['steps'][0]['rows']]
        self.assertEqual(
            (study.evidence['steps'][0]['from'], study.evidence['steps'][0]['to']),
            ('2024-02-29', '2024-03-31'),
        )
        self.assertEqual(rows[0], [600, 240, 200])  # (240 + 200) / 600
        step2 = [[float(x) for x in row] for row in study.evidence['steps'][1]['rows']]
        self.assertEqual(step2, [[5000, 0, 0], [0, 0, 0], [240, 0, 0]])
        flow = (440 / 600 + 0) / 2
        self.assertAlmostEqual(study.line_ids[0].flow, flow, 8)
        self.assertEqual([round(line.rate, 6) for line in study.line_ids], [round(flow, 6), 1, 1])
        pooled = self._study(averaging='pooled')
        self.assertAlmostEqual(pooled.line_ids[0].flow, 440 / 5600, 8)

    def test_collections(self):
        first = self._invoice(100, day='2024-03-05', due='2024-03-31')
        second = self._invoice(100, day='2024-03-05', due='2024-03-31')
        self._pay(first, '2024-03-20')
        self._pay(second, '2024-04-10', 70)
        study = self._study(method='collections')
        self.assertEqual([round(line.rate, 6) for line in study.line_ids], [0.15, 0.3, 1])
        self.assertEqual(float(study.evidence['loss']), 30)

    def test_vintage(self):
        sold = self._invoice(1000, day='2024-03-05', due='2024-03-31')
        write_off = self.env['ar.write.off'].create(
            {'partner_id': self.customer.id, 'date': '2024-04-20', 'reason': "x"}
        )
        write_off.action_load()
        write_off.line_ids.amount = 50
        write_off.action_post()
        study = self._study(method='vintage')
        self.assertEqual(study.evidence['lifetime'], '0.05')
        self.assertTrue(sold)

    def test_adoption_makes_a_version_with_the_evidence(self):
        self._invoice(100, due='2024-03-01')
        study = self._study()
        policy = self.env['ar.provision.policy'].browse(study.action_adopt()['res_id'])
        self.assertRecordValues(
            policy, [{'state': 'draft', 'study_id': study.id, 'previous_id': self.policy.id}]
        )
        self.assertEqual(policy.rate_ids.mapped('rate'), study.line_ids.mapped('rate'))
        self.assertTrue(
            policy.message_attachment_count
            or self.env['ir.attachment'].search_count(
                [('res_model', '=', policy._name), ('res_id', '=', policy.id)]
            )
        )
        with self.assertRaisesRegex(UserError, "is based on this study"):
            study.periods = 5
