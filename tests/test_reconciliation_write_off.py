from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.ar_reconciliation.tests.test_period import PeriodCommon


@tagged('post_install', '-at_install')
class TestReconciliationWriteOff(PeriodCommon):
    """What a write-off document of the provision closes is written off in the period, not collected."""

    def test_a_write_off_document(self):
        _order, invoice = self._sold((1, 100))
        account = self.company_data['default_account_assets']
        entry = self.env['account.move'].create(
            {
                'date': '2024-01-25',
                'line_ids': [
                    Command.create(
                        {'account_id': self.receivable.id, 'partner_id': self.customer.id, 'credit': 110}
                    ),
                    Command.create({'account_id': account.id, 'debit': 110}),
                ],
            }
        )
        write_off = self.env['ar.write.off'].create(
            {'partner_id': self.customer.id, 'date': '2024-01-25', 'reason': "Gone"}
        )
        entry._record_facts({'ar_write_off_id': write_off.id})
        entry.action_post()
        self._match(invoice, entry)
        [part] = self._generate(0)
        self.assertEqual(self._figures(part), {"Hua": {'invoiced': 110, 'written_off': 110}})
