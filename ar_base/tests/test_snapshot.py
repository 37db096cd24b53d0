from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .common import ReceivablesCommon


@tagged('post_install', '-at_install')
class TestSnapshot(ReceivablesCommon):
    """What was known on a day stays known."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.invoice = cls._invoice(100)
        cls.accountant = new_test_user(cls.env, 'snapper', groups='base.group_user,ar_base.group_accountant',
            company_id=cls.company.id)

    @classmethod
    def _invoice(cls, amount):
        move = cls.env['account.move'].create({
            'move_type': 'out_invoice', 'partner_id': cls.customer.id, 'invoice_date': '2024-01-10',
            'invoice_date_due': '2024-01-31',
            'invoice_payment_term_id': False,
            'invoice_line_ids': [Command.create({'name': "x", 'price_unit': amount, 'tax_ids': [Command.clear()]})]})
        move.action_post()
        return move

    def _take(self, as_of='2024-02-29'):
        return self.env['ar.aging.snapshot'].with_user(self.accountant).create({
            'as_of': as_of, 'scheme_id': self.env.ref('ar_base.aging_scheme_days').id})

    def test_un_reconciling_does_not_reach_it(self):
        payment = self.env['account.payment.register'].with_context(active_model='account.move',
            active_ids=self.invoice.ids).create({
            'payment_date': '2024-02-15', 'amount': 60})._create_payments()
        snapshot = self._take()
        self.assertRecordValues(snapshot, [{'total': 40, 'ledger': 40, 'difference': 0, 'taken_by_id': self.accountant.id}])
        self.assertEqual([(line.document, line.bucket_id.name, line.residual) for line in snapshot.line_ids],
                         [(self.invoice.name, "1-30 days", 40)])
        payment.move_id.line_ids.remove_move_reconcile()
        self.assertEqual(snapshot.line_ids.residual, 40)
        self.assertEqual(sorted(self._take().line_ids.mapped('residual')), [-60, 100])
        self.assertEqual(snapshot.parameters['basis'], 'due')

    def test_it_neither_changes_nor_goes(self):
        snapshot = self._take()
        with self.assertRaisesRegex(UserError, "does not change"):
            snapshot.sudo().total = 1
        with self.assertRaises(AccessError):
            snapshot.line_ids.with_user(self.accountant).write({'residual': 1})
        with self.assertRaisesRegex(UserError, "is kept"):
            snapshot.sudo().unlink()

    def test_the_job_takes_each_month_end_once(self):
        cron = self.env.ref('ar_base.ir_cron_month_end')
        domain = [('company_id', '=', self.company.id), ('automatic', '=', True)]
        with freeze_time('2024-03-05'):
            for _i in range(2):
                with self.enter_registry_test_mode():
                    cron.method_direct_trigger()
        snapshots = self.env['ar.aging.snapshot'].search(domain)
        self.assertEqual([(str(s.as_of), s.total) for s in snapshots], [('2024-02-29', 100)])

    def test_compare(self):
        self._take('2024-01-31')
        action = self._take().action_compare()
        snapshots = self.env['ar.aging.snapshot.line'].search(action['domain']).snapshot_id
        self.assertEqual(sorted(map(str, snapshots.mapped('as_of'))), ['2024-01-31', '2024-02-29'])
