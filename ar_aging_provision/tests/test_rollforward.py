import io
from datetime import datetime

import openpyxl

from odoo.tests import tagged

from ..report.ar_provision_rollforward_xlsx import rollforward
from .common import ProvisionCommon


@tagged('post_install', '-at_install')
class TestRollforward(ProvisionCommon):
    """Two years of runs, write-offs and recoveries foot to the ledger at both ends."""

    def _table(self, first, last):
        wizard = (
            self.env['ar.provision.rollforward']
            .with_user(self.accountant)
            .create({'company_id': self.company.id, 'date_from': first, 'date_to': last})
        )
        return wizard, wizard._values()

    def test_movements_of_a_year(self):
        invoice = self._invoice(1000, due='2024-01-31')
        self._invoice(500, due='2024-04-15')
        self._run('2024-03-31')  # 500 + 5 (not due)
        write_off = self.env['ar.write.off'].create(
            {'partner_id': self.customer.id, 'date': '2024-05-10', 'reason': "x"}
        )
        write_off.action_load()
        write_off.line_ids.filtered(lambda line: line.move_id != invoice).unlink()
        write_off.action_post()  # top-up 500, written off 1000
        recovery = self.env['ar.recovery'].create(
            {
                'write_off_id': write_off.id,
                'amount': 90,
                'date': '2024-08-01',
                'journal_id': self.company_data['default_journal_bank'].id,
            }
        )
        recovery.action_post()
        self._run('2024-12-31')  # 250 required, 95 there
        wizard, values = self._table('2024-04-01', '2024-12-31')
        row = {name: float(amount) for name, amount in values['rows'][-1][1].items()}
        self.assertEqual(
            row,
            {
                'opening': 505,
                'charge': 655,
                'reversal': 0,
                'write_off': 1000,
                'recovery': 90,
                'fx': 0,
                'other': 0,
                'closing': 250,
            },
        )
        self.assertTrue(values['ties'])
        self.assertEqual(values['ledger'], (505, 250))
        self.assertIn("Ties to the ledger", wizard.table_html)
        self.assertEqual(wizard.action_export()['type'], 'ir.actions.act_url')
        sheet = openpyxl.load_workbook(io.BytesIO(rollforward(wizard))).active
        self.assertEqual(sheet['B1'].value, datetime(2024, 4, 1))
        self.assertEqual((sheet['B4'].value, sheet['I4'].value), (505, '=SUM(B4:H4)'))
        self.assertEqual((sheet['B5'].value, sheet['I5'].value), ('=SUM(B4)', '=SUM(B5:H5)'))
        self.assertEqual((sheet['A6'].value, sheet['B6'].value, sheet['I6'].value), ("Ledger", 505, 250))
        pdf, kind = (
            self.env['ir.actions.report']
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf('ar_aging_provision.rollforward_document', wizard.ids)
        )
        self.assertEqual((kind, pdf[:4]), ('pdf', b'%PDF'))

    def test_classes_foot_to_the_total(self):
        other = self.env['res.partner'].create({'name': "Other"})
        self._invoice(100, due='2024-01-31')
        self._invoice(50, due='2024-01-31', partner=other)
        self._run('2024-03-31')
        self.env['ar.provision.assessment'].create(
            {'partner_id': other.id, 'kind': 'rate', 'rate': 1, 'reason': "x", 'date_from': '2024-04-01'}
        )
        self._run('2024-06-30')
        _wizard, values = self._table('2024-04-01', '2024-06-30')
        self.assertEqual(
            [
                (name, float(row['charge']), float(row['reversal']), float(row['closing']))
                for name, row in values['rows']
            ],
            [("Individual", 50, 0, 50), ("Pool", 0, 25, 50), ("Total", 50, 25, 100)],
        )
