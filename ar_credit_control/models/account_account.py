from odoo import fields, models


class AccountAccount(models.Model):
    _inherit = 'account.account'

    ar_is_bill = fields.Boolean(
        "Bills and Notes Receivable",
        help="Bills and notes on this account count in the customer's credit exposure until they are cashed.",
    )
