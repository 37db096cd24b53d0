from odoo import api, models

# What an invoice line bills of an order is its price, and the link that invoicing gives it.
COMPUTED = {'price_total', 'price_subtotal', 'parent_state', 'sale_line_ids', 'extra_tax_data'}


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    # The last payment of a customer, by ``engine.exposure.last_payment``: without it all that was ever booked
    # of the customer is read. A payment has one entry in it, an invoice none.
    _ar_last_payment_idx = models.Index(
        '(partner_id, date) WHERE balance < 0 AND COALESCE(payment_id, statement_line_id) IS NOT NULL'
    )

    @api.model
    def default_get(self, fields):
        return super().default_get([name for name in fields if name not in COMPUTED])

    def _credit_queue_recheck(self):
        """Have the held orders of the customers on these receivable lines looked at again."""
        lines = self.sudo().filtered(lambda line: line.account_id.ar_is_receivable)
        partners = lines.partner_id.commercial_partner_id
        if partners:
            self.env['ar.credit.decision']._queue_recheck(
                [('credit_account_id.partner_id', 'in', partners.ids)]
            )

    def _credit_lock_customers(self):
        """Let no order of the customers on these receivable lines be judged by what they owed before.

        For what takes a payment or a match back; see ``ar.credit.account._lock_for_exposure``.
        """
        lines = self.sudo().filtered(lambda line: line.account_id.ar_is_receivable and line.partner_id)
        accounts = self.env['ar.credit.account'].sudo()
        for company, own in lines.grouped(lambda line: line.company_id.root_id).items():
            accounts._lock_many(own.partner_id.commercial_partner_id, company)
