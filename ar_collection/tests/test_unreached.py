from odoo.fields import Date

from odoo.addons.ar_base.tests.common import ReceivablesCommon


class TestUnreached(ReceivablesCommon):
    """How often in a row nobody was reached, for early warnings."""

    def _log(self, day, outcome):
        self.env['ar.contact.log'].create(
            {'credit_account_id': self._account().id, 'date': f'{day} 10:00:00', 'outcome': outcome}
        )

    def _unreached(self, day):
        facts = self.env['ar.credit.account']._warning_facts(self.company, day)
        return facts.get(self.customer.id, {}).get('unreached')

    def test_in_a_row_up_to_the_day(self):
        self._log('2024-03-01', 'not_reached')
        self._log('2024-03-02', 'reached')
        self.assertIsNone(self._unreached(Date.to_date('2024-03-02')))
        self._log('2024-03-03', 'not_reached')
        self._log('2024-03-04', 'not_reached')
        self.assertEqual(self._unreached(Date.to_date('2024-03-04')), 2)
        self.assertEqual(self._unreached(Date.to_date('2024-03-03')), 1, "the past is as it was")
        self._log('2024-03-05', 'promised')
        self.assertIsNone(self._unreached(Date.to_date('2024-03-05')))
