from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_assessment import STATEMENTS
from odoo.addons.ar_credit_control.tests.common import CreditCommon


@tagged('post_install', '-at_install')
class TestAssessmentPaper(CreditCommon):
    """The score card on paper: it says what the screen says, and once submitted one paper is all there is."""

    def _assess(self, **values):
        values |= {
            'credit_account_id': self.account.id,
            'scorecard_id': self.env.ref('ar_credit_assessment.scorecard_default').id,
        }
        return self.env['ar.credit.assessment'].with_user(self.controller).create(values)

    def test_a_submitted_score_card_is_kept_as_it_was_handed_out(self):
        self._invoice(3000)
        assessment = self._assess(**STATEMENTS, conclusion="Sound")
        self.assertEqual(assessment.action_print()['type'], 'ir.actions.report', "a draft is only printed")
        assessment.action_submit()
        pages = iter((b'first', b'second'))
        render = patch.object(
            self.env.registry['ir.actions.report'], '_render_qweb_pdf', lambda *_args: (next(pages), 'pdf')
        )
        with render:
            first, again = assessment.action_print(), assessment.action_print()
        self.assertEqual(first, again)
        kept = self.env['ar.kept.document'].search(
            [('res_model', '=', assessment._name), ('res_id', '=', assessment.id)]
        )
        self.assertEqual((len(kept), kept.attachment_id.raw), (1, b'first'))
        with self.assertRaisesRegex(UserError, "neither changed nor deleted"):
            kept.attachment_id.with_user(self.manager).unlink()

    def test_the_score_card_says_how_the_grade_and_limit_were_found(self):
        self._pay(self._invoice(3000, overdue=30))
        assessment = self._assess(**STATEMENTS, conclusion="Sound", requested_limit=500)
        html = (
            self.env['ir.actions.report']
            ._render_qweb_html('ar_credit_assessment.score_card_document', assessment.ids)[0]
            .decode()
        )
        for text in (self.customer.name, "Sound", "Score of 100", "48.0", assessment.new_grade_id.code):
            self.assertIn(text, html)
