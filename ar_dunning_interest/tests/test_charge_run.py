from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import InterestCommon


@tagged('post_install', '-at_install')
@freeze_time('2024-06-30')
class TestChargeRun(InterestCommon):
    """Interest without a letter."""

    def _run(self, user=None, **values):
        self.company.ar_interest_scheme_id = self.scheme
        partners = self.customer | values.pop('partners', self.env['res.partner'])
        run = (
            self.env['ar.charge.run']
            .with_user(user or self.controller)
            .create({'partner_ids': [Command.set(partners.ids)], **values})
        )
        run.action_preview()
        return run

    def test_late_and_paid_late(self):
        late, paid, early = self._document(36500), self._document(36500), self._document(36500, '2024-07-31')
        intime = self._document(36500)
        self._pay(paid, '2024-02-10')
        self._pay(intime, '2024-01-31')
        run = self._run()
        self.assertEqual(run.line_ids.move_line_id, late | paid)
        self.assertNotIn(early, run.line_ids.move_line_id)
        self.assertEqual(run.line_ids.mapped('interest'), [1510, 100])
        self.assertEqual(self._run(include_settled=False).line_ids.move_line_id, late)
        run.line_ids[0].included = False
        action = run.action_charge()
        self.assertEqual(self.env['ar.interest.charge'].search(action['domain']).move_line_id, paid)
        self.assertEqual(self._run().line_ids.move_line_id, late)
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            run.action_charge()

    def test_what_was_paid_since_the_preview_counts(self):
        item = self._document(36500)
        run = self._run()
        self._pay(item, '2024-02-10')
        run.action_charge()
        self.assertEqual(self.env['ar.interest.charge'].search([('move_line_id', '=', item.id)]).amount, 100)

    def test_each_customer_by_its_own_scheme(self):
        other = self.env['res.partner'].create({'name': "Ming"})
        account = self.env['ar.credit.account']._for_partner(other, self.company)
        account.interest_scheme_id = self._scheme(rate=5)
        self._document(36500)
        self._document(36500, partner=other)
        self.assertEqual(sorted(self._run(partners=other).line_ids.mapped('interest')), [755, 1510])

    def test_not_ahead_and_not_by_collectors(self):
        self._document(36500)
        with self.assertRaisesRegex(UserError, "days that have passed"):
            self._run(until='2024-07-01')
        with self.assertRaises(AccessError):
            self._run(self.collector)
