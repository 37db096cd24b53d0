from datetime import timedelta

from odoo.tests import tagged

from .common import ChangeCommon


@tagged('post_install', '-at_install')
class TestImportLimits(ChangeCommon):
    """Limits come from a spreadsheet as draft changes; what is wrong is named, row by row."""

    COLUMNS = ('credit_account_id', 'new_limit', 'valid_until', 'new_grade_id', 'reason')

    def _load(self, *rows, columns=COLUMNS):
        Change = self.env['ar.credit.change'].with_user(self.controller)
        return Change.load(list(columns), [list(row) for row in rows])

    def _changes(self, result):
        return self.env['ar.credit.change'].browse(result['ids'])

    def test_template_fits_the_import(self):
        Change = self.env['ar.credit.change'].with_user(self.controller)
        [template] = Change.get_import_templates()
        self.assertIn('credit_limits_en', template['template'])
        [chinese] = Change.with_context(lang='zh_CN').get_import_templates()
        self.assertIn('credit_limits_zh_CN', chinese['template'])

    def test_a_file_without_credit_file_is_opened(self):
        new = self.env['res.partner'].create({'name': "Brand New", 'is_company': True, 'ref': 'C77'})
        result = self._load(
            ("Hua Trading", '500', str(self.today + timedelta(days=300)), 'B', "Review"),
            ("C77", '300', '', '', "Review"),
        )
        self.assertFalse(result['messages'])
        first, second = self._changes(result)
        self.assertEqual((first.partner_id, second.partner_id), (self.customer, new))
        self.assertEqual(
            (first.new_grade_id.code, first.change_grade, second.change_grade), ('B', True, False)
        )
        self.assertEqual((first.state, self.account.credit_limit), ('draft', 0))

    def test_it_counts_once_it_is_approved_and_again_with_the_next_import(self):
        for limit in (500, 700):
            changes = self._changes(self._load(("Hua Trading", str(limit), '', '', "Review")))
            changes.with_user(self.controller).action_submit()
            changes.with_user(self.second).action_approve()
            self.assertEqual(self.account.credit_limit, limit)

    def test_what_is_wrong_is_named_by_row_and_nothing_is_written(self):
        before = self.env['ar.credit.change'].search_count([])
        result = self._load(
            ("Hua Trading", '500', '', '', "Review"),
            ("Nobody Knows", '500', '', '', "Review"),
            ("Hua Trading", 'plenty', '', '', "Review"),
            ("Hua Trading", '500', '', 'Z', "Review"),
        )
        self.assertFalse(result['ids'])
        self.assertEqual({message['rows']['from'] for message in result['messages']}, {1, 2, 3})
        self.assertEqual(self.env['ar.credit.change'].search_count([]), before)
