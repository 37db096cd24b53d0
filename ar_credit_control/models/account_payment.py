from odoo import models


class AccountPayment(models.Model):
    _inherit = 'account.payment'

    # The payments in transit of a customer, by ``engine.exposure.payments_in_transit``; Odoo has no index by
    # customer. A payment is in it until a bank statement matches it: one entry, or none if that is at once.
    _ar_unmatched_idx = models.Index('(partner_id) WHERE is_matched IS NOT TRUE')
