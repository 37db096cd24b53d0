import io
import re
from datetime import datetime

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import ProvisionCommon


@tagged('post_install', '-at_install')
class TestRunPaper(ProvisionCommon):
    """The working paper of a run: it recomputes, and of a booked run there is one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(1000)
        cls._invoice(200, due='2024-06-20')
        cls._invoice(300, due='2024-03-01')

    def test_the_working_paper_of_a_booked_run_is_kept(self):
        run = self._run(post=False)
        Kept, domain = self.env['ar.kept.document'], [('res_model', '=', run._name), ('res_id', '=', run.id)]
        run.action_export()
        self.assertFalse(Kept.search(domain), "it may still be sent back")
        run = run.with_user(self.approver)
        run.action_approve()
        run.action_post()
        first, again = run.action_export(), run.action_export()
        self.assertEqual(first, again)
        kept = Kept.search(domain)
        self.assertEqual((len(kept), kept.name), (1, "Working paper 2024-06-30.xlsx"))
        self.env.cr.execute("UPDATE ar_kept_document SET sha256 = %s WHERE id = %s", ('0' * 64, kept.id))
        kept.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "no longer the one that was kept"):
            run.action_export()

    def test_the_working_paper_recomputes_to_the_allowance(self):
        """Every formula of the open items, evaluated from the sheet's own cells, gives what was required."""
        self._invoice(119, due='2024-03-01', move_type='out_refund')
        eur = self.setup_other_currency('EUR', rates=[('2024-01-01', 0.5), ('2024-06-01', 0.1)])
        self._invoice(100, due='2024-03-01', currency_id=eur.id)  # 500 at the closing rate, 200 in the books
        self.policy._record_facts({'state': 'draft'})
        self.policy.sudo().write({'base': 'net', 'default_vat_rate': 0.19})
        self.policy._record_facts({'state': 'confirmed'})
        run = self._run(post=False)
        run.action_export()
        attachment = self.env['ir.attachment'].search(
            [('res_model', '=', run._name), ('res_id', '=', run.id)], limit=1
        )
        book = openpyxl.load_workbook(io.BytesIO(attachment.raw))
        self.assertEqual(len(book.worksheets), 3)
        self.assertEqual(book.worksheets[0]['B4'].value, datetime(2024, 6, 30), "a day, not a text")
        sheet = book.worksheets[2]
        head = {cell.value: cell.column_letter for cell in sheet[1]}
        found = 0.0
        for row in range(2, sheet.max_row + 1):
            formula = sheet[f"{head['Recomputed']}{row}"].value.removeprefix('=')
            expression = re.sub(
                r'\b([A-Z]{1,2})(\d+)\b', lambda m: repr(float(sheet[m.group()].value or 0)), formula
            )
            value = safe_eval(expression, {'ROUND': round, 'MAX': max, 'MIN': min})
            self.assertAlmostEqual(value, sheet[f"{head['Allowance Computed']}{row}"].value, 2)
            found += value
        self.assertAlmostEqual(found, run.required, 2)
        disclosed = [row for row in book.worksheets[1].values if row[0] == "Total"]
        self.assertTrue(disclosed[0][1].startswith('=SUM('))
