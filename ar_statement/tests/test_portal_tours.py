from odoo.tests import HttpCase, tagged

from .test_portal_pay import PayCommon


class PortalTours(PayCommon, HttpCase):
    """The customer's way through the pages, in a real browser."""

    def _tour_confirm(self):
        confirmation = self._confirmation(as_of='2024-01-31')
        self.start_tour(
            f'/my/confirmations/{confirmation.id}?access_token={self._token(confirmation)}',
            'ar_portal_confirm',
        )
        self.assertRecordValues(
            confirmation,
            [
                {
                    'state': 'confirmed',
                    'replied_by': "Li Wei",
                    'confirmed': 1300,
                    'reply_channel': 'portal',
                    'reply_user_id': False,
                }
            ],
        )
        self.assertTrue(confirmation.signature and confirmation.reply_ip and confirmation.reply_link_id)

    def _tour_object(self):
        confirmation = self._confirmation(as_of='2024-01-31')
        self.start_tour('/my/receivables', 'ar_portal_object', login='recon_li')
        self.assertRecordValues(
            confirmation,
            [
                {
                    'state': 'objected',
                    'difference': 440,
                    'reply_user_id': self.portal.id,
                    'reply_link_id': False,
                }
            ],
        )
        objected = confirmation.line_ids.filtered(lambda line: line.answer == 'objected')
        self.assertRecordValues(
            objected.dispute_id,
            [
                {
                    'move_id': self.halves.id,
                    'move_line_id': self.first.id,
                    'amount': 440,
                    'reason': 'quantity',
                    'description': "Two were missing",
                }
            ],
        )


@tagged('post_install', '-at_install')
class TestDesktop(PortalTours):
    def test_confirm(self):
        self._tour_confirm()

    def test_object(self):
        self._tour_object()

    def test_pay_chosen_items(self):
        self.start_tour('/my/receivables', 'ar_portal_pay', login='recon_li')
        self.assertEqual(
            (self.first.amount_residual, self.second.amount_residual, self.plain_item.amount_residual),
            (500, 0, 0),
        )
        tx = self.env['payment.transaction'].search([('ar_item_ids', 'in', self.second.ids)])
        self.assertRecordValues(
            tx, [{'state': 'done', 'amount': 800, 'invoice_ids': (self.halves | self.plain).ids}]
        )


@tagged('post_install', '-at_install')
class TestTelephone(PortalTours):
    browser_size = '360x740'
    touch_enabled = True

    def test_confirm(self):
        self._tour_confirm()

    def test_object(self):
        self._tour_object()

    def test_pay_chosen_items(self):
        self.start_tour('/my/receivables', 'ar_portal_pay', login='recon_li')
        self.assertEqual(
            (self.first.amount_residual, self.second.amount_residual, self.plain_item.amount_residual),
            (500, 0, 0),
        )
