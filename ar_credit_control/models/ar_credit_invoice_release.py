from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.ar_base.rules.money import exact, exceeds


class ArCreditInvoiceRelease(models.Model):
    """A credit controller let an invoice of no order be posted: who, when, why, and for how much.

    It covers what the invoice sold besides orders when it was released, to that customer, for the days that
    the company honours a release, unless the customer is put on hold afterwards.
    """

    _name = 'ar.credit.invoice.release'
    _description = "Credit Release of an Invoice"
    _inherit = ['ar.fact.mixin']
    _order = 'id desc'
    _facts = frozenset(
        ('move_id', 'credit_account_id', 'amount', 'reason', 'released_by', 'released_on', 'valid_until')
    )

    move_id = fields.Many2one('account.move', "Invoice", required=True, index=True, ondelete='restrict')
    credit_account_id = fields.Many2one('ar.credit.account', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='credit_account_id.company_id', store=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    amount = fields.Monetary(help="What the invoice sells besides orders, in company currency.")
    reason = fields.Text(required=True)
    released_by = fields.Many2one('res.users', required=True)
    released_on = fields.Datetime(required=True)
    valid_until = fields.Date(required=True)

    @api.model
    def _release(self, move, reason):
        """Record that the acting user releases the invoice as it stands; the caller checked that they may."""
        account, user = move.sudo()._credit_account(), self.env.user
        today = fields.Date.context_today(self)
        release = self.sudo()._create_with_facts(
            [
                {
                    'move_id': move.id,
                    'credit_account_id': account.id,
                    'amount': move.sudo()._credit_unchecked_amount(),
                    'reason': reason,
                    'released_by': user.id,
                    'released_on': fields.Datetime.now(),
                    'valid_until': today + timedelta(days=account.company_id.ar_honour_days),
                }
            ]
        )
        release._journal('released')
        move.sudo().activity_unlink(['ar_credit_control.mail_activity_type_release_invoice'])
        move.sudo().message_post(
            body=self.env._("Released from credit hold by %(user)s: %(note)s", user=user.name, note=reason)
        )
        return release

    def _is_kept(self):
        # EXTENDS 'ar_base'
        return True

    def _cover(self, account, amount):
        """Tell whether one of these releases lets the invoice sell for ``amount`` to the account today."""
        today = fields.Date.context_today(self)
        return any(
            release.credit_account_id == account
            and today <= release.valid_until
            and not exceeds(exact(amount), exact(release.amount), release.currency_id.rounding)
            and not any(hold.placed_on > release.released_on for hold in account.hold_ids.filtered('active'))
            for release in self
        )
