from odoo.fields import Date
from odoo.tests import tagged

from .common import DunningCommon


@tagged('post_install', '-at_install')
class TestCreditAccount(DunningCommon):
    def test_legal_letters_are_known_to_the_assessment(self):
        def known(day):
            return self.account._knockout_facts(Date.to_date(day))

        move = self._invoice(1000, due='2024-01-10')
        self.plan.allow_skip = True
        stage = self.plan.stage_ids.sorted('level')[-1]
        self._tell('2024-03-01')
        stage.is_legal = True
        self.assertEqual(known('2024-02-29'), {})
        self.assertEqual(known('2024-03-01'), {'legal_dunning': f"{stage.name} of 03/01/2024"})
        self._pay(move, '2024-03-10')
        self.assertEqual((known('2024-03-09').keys(), known('2024-03-10')), ({'legal_dunning'}, {}))
