from odoo.tests import HttpCase, tagged

from odoo.addons.ar_credit_control.tests.common import CreditCommon


@tagged('post_install', '-at_install')
class TestAssessmentTour(CreditCommon, HttpCase):
    """From a blank file to an applied limit: a controller asks, a manager approves."""

    def test_assessment(self):
        self.company.ar_four_eyes = True
        self._pay(self._invoice(60000, overdue=0))
        self.start_tour(
            f'/odoo/ar-credit-files/{self.account.id}', 'ar_credit_assessment', login='controller'
        )
        assessment = self.account.assessment_ids
        self.assertEqual(
            (assessment.state, assessment.book_equity, assessment.user_id),
            ('submitted', 480000, self.controller),
        )
        self.start_tour('/odoo/ar-assessments', 'ar_credit_assessment_approved', login='armanager')
        self.assertEqual(assessment.state, 'applied')
        self.assertEqual(
            (self.account.credit_limit, self.account.grade_id),
            (assessment.new_limit, assessment.new_grade_id),
        )
        self.assertEqual(assessment.new_limit, 48000)
