from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..exceptions import CreditHold
from .common import CreditCommon


@tagged('post_install', '-at_install')
class TestInvoiceCheck(CreditCommon):
    """An invoice that comes from no order: who posts it is an accountant who knows nothing of credit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.biller = cls._user('biller', 'account.group_account_invoice')
        cls.account.credit_limit = 100
        cls.company.ar_invoice_check = 'hold'

    def _post(self, move):
        move.with_user(self.biller).action_post()

    def _notes(self, move):
        return ' '.join(move.message_ids.mapped('body'))

    def test_as_delivered_it_is_noted(self):
        company = self.env['res.company'].create({'name': "Other"})
        self.assertEqual(company.ar_invoice_check, 'warn')
        self.company.ar_invoice_check = 'warn'
        move = self._invoice(101, post=False)
        self._post(move)
        self.assertEqual(move.state, 'posted')
        self.assertIn("Credit warning: Credit limit exceeded", self._notes(move))
        fine = self._invoice(0.01, partner=self._other(), post=False)
        self._post(fine)
        self.assertNotIn("Credit warning", self._notes(fine))

    def _other(self):
        return self.env['res.partner'].create({'name': "Zhou", 'is_company': True})

    def test_off(self):
        self.company.ar_invoice_check = 'none'
        move = self._invoice(101, post=False)
        self._post(move)
        self.assertEqual(move.state, 'posted')
        self.assertNotIn("Credit warning", self._notes(move))

    def test_it_waits(self):
        move = self._invoice(100.01, post=False)
        for poster in (
            move.with_user(self.biller).action_post,
            move.sudo()._post,
            move.with_user(self.env.ref('base.user_root'))._post,
            lambda: move.with_user(self.biller)
            .with_context(default_credit_release_ids=[(6, 0, [1])])
            ._post(),
        ):
            with self.assertRaisesRegex(
                CreditHold, "for Hua Trading is on credit hold: Credit limit exceeded"
            ):
                poster()
        self.assertEqual(move.state, 'draft')
        move.invoice_line_ids.price_unit = 100
        self._post(move)
        self.assertEqual(move.state, 'posted')

    def test_limit_fits_to_the_cent_and_drafts_count(self):
        first, second = self._invoice(60, post=False), self._invoice(40, post=False)
        self._post(first)
        self._post(second)
        third = self._invoice(0.01, post=False)
        with self.assertRaises(CreditHold):
            self._post(third)

    def test_several_at_once_add_up(self):
        moves = self._invoice(60, post=False) | self._invoice(41, post=False)
        with self.assertRaises(CreditHold), self.env.cr.savepoint():
            self._post(moves)
        self.account.credit_limit = 101
        self._post(moves)

    def test_held_customer(self):
        self.env['ar.hold'].create({'credit_account_id': self.account.id, 'reason': "Insolvency rumour"})
        with self.assertRaisesRegex(UserError, "Customer is on hold"):
            self._post(self._invoice(1, post=False))

    def test_never_asked(self):
        order = self._order(100)
        order.action_confirm()
        self.account.credit_limit = 1
        self.env['ar.hold'].create({'credit_account_id': self.account.id, 'reason': "Insolvency rumour"})
        invoice = order._create_invoices()
        self._post(invoice)
        refund = invoice._reverse_moves([{'date': fields.Date.context_today(invoice)}])
        self._post(refund)
        bill = self.env['account.move'].create(
            {
                'move_type': 'in_invoice',
                'partner_id': self.customer.id,
                'invoice_date': fields.Date.context_today(invoice),
                'invoice_line_ids': [Command.create({'name': "x", 'price_unit': 500})],
            }
        )
        self._post(bill)
        self.assertEqual((invoice | refund | bill).mapped('state'), ['posted'] * 3)

    def test_line_added_to_the_invoice_of_an_order(self):
        order = self._order(50)
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_line_ids = [
            Command.create({'name': "more", 'price_unit': 51, 'tax_ids': [Command.clear()]})
        ]
        with self.assertRaises(CreditHold):
            self._post(invoice)
        invoice.invoice_line_ids.filtered(lambda line: line.name == "more").price_unit = 50
        self._post(invoice)

    def test_line_of_a_quotation_or_of_another_customer_covers_nothing(self):
        order = self._order(500)
        invoice = self._invoice(500, post=False)
        invoice.invoice_line_ids.sale_line_ids = order.order_line
        with self.assertRaises(CreditHold):
            self._post(invoice)
        other = self._order(500, partner=self._other())
        other.action_confirm()
        invoice.invoice_line_ids.sale_line_ids = other.order_line
        with self.assertRaises(CreditHold):
            self._post(invoice)

    def test_future_invoice_is_asked_when_it_is_posted(self):
        move = self._invoice(500, post=False)
        move.date = move.invoice_date = fields.Date.context_today(move) + timedelta(days=3)
        move.with_user(self.biller)._post()
        self.assertEqual((move.state, move.auto_post), ('draft', 'at_date'))
        with self.assertRaises(CreditHold):
            move._post(soft=False)

    # === Releasing ===

    def _release(self, move, user, reason="Guaranteed by the parent company"):
        self.env.flush_all()  # who invoices is computed when the invoice is made
        self.env['ar.credit.invoice.decide'].with_user(user).create(
            {'move_id': move.id, 'reason': reason}
        ).action_apply()

    def test_controller_releases_with_a_reason(self):
        move = self._invoice(500, post=False)
        self.env.flush_all()
        action = move.with_user(self.controller).action_credit_release()
        self.assertEqual(action['context'], {'default_move_id': move.id})
        with self.assertRaises(UserError):
            self._release(move, self.controller, "  ")
        self._release(move, self.controller)
        self.assertRecordValues(
            move.credit_release_ids,
            [{'amount': 500, 'released_by': self.controller.id, 'credit_account_id': self.account.id}],
        )
        self.assertIn("Guaranteed by the parent company", self._notes(move))
        self._post(move)
        self.assertEqual(move.state, 'posted')

    def test_release_covers_what_it_was_given_for(self):
        move = self._invoice(500, post=False)
        self._release(move, self.controller)
        move.invoice_line_ids.price_unit = 501
        with self.assertRaises(CreditHold), self.env.cr.savepoint():
            self._post(move)
        move.invoice_line_ids.price_unit = 499
        self.env['ar.hold'].create({'credit_account_id': self.account.id, 'reason': "Insolvency rumour"})
        self.env['ar.hold'].flush_model()
        self.env.cr.execute("UPDATE ar_hold SET placed_on = placed_on + INTERVAL '1 minute'")
        self.env['ar.hold'].invalidate_model()
        with self.assertRaises(CreditHold):
            self._post(move)

    def test_who_may_release(self):
        move = self._invoice(500, post=False)
        for user in (self.biller, self.seller, self.viewer):
            with self.assertRaises(AccessError):
                move.with_user(user).action_credit_release()
            with self.assertRaises(AccessError):
                self._release(move, user)
        move.invoice_user_id = self.controller
        with self.assertRaisesRegex(AccessError, "your own request"):
            self._release(move, self.controller)

    def test_release_cannot_be_forged(self):
        move = self._invoice(500, post=False)
        values = {
            'move_id': move.id,
            'credit_account_id': self.account.id,
            'amount': 500,
            'reason': "x",
            'released_by': self.controller.id,
            'released_on': fields.Datetime.now(),
            'valid_until': fields.Date.context_today(move),
        }
        for env in (self.env(user=self.biller), self.env(user=self.controller), self.env(su=True)):
            with self.assertRaises(AccessError):
                env['ar.credit.invoice.release'].create(values)
            with self.assertRaises(AccessError):
                env['account.move'].browse(move.id).write({'credit_release_ids': [Command.create(values)]})
        self._release(move, self.controller)
        with self.assertRaises(AccessError):
            move.sudo().credit_release_ids.write({'amount': 5000})

    # === Banner ===

    def test_banner(self):
        self._invoice(30, overdue=40)
        move = self._invoice(80, post=False).with_user(self.biller)
        alert = move.alerts['ar_credit']
        self.assertEqual(alert['level'], 'warning')
        for words in (
            "70.00 of the credit limit",
            "40 days overdue",
            "comes from no order",
            "Credit limit exceeded",
        ):
            self.assertIn(words, alert['message'])
        fine = self._invoice(5, partner=self._other(), post=False).with_user(self.biller)
        self.assertEqual(fine.alerts['ar_credit']['level'], 'info')
        self.assertNotIn(
            'ar_credit', self._invoice(5, partner=self._other()).with_user(self.biller).alerts or {}
        )
