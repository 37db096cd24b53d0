from odoo import fields, models

KINDS = [
    ('charge', "Charge"),
    ('reversal', "Release"),
    ('write_off', "Write-off"),
    ('recovery', "Recovery of write-offs"),
    ('fx', "Exchange difference"),
    ('other', "Other"),
]
CATEGORIES = [('pool', "Pool"), ('individual', "Individual"), ('excluded', "No allowance")]


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    ar_allowance_kind = fields.Selection(
        KINDS,
        "Allowance Movement",
        index='btree_not_null',
        help="Column of the roll-forward in which this posting appears.",
    )
    ar_allowance_category = fields.Selection(CATEGORIES[:2], "Allowance Class")
    ar_allowance_segment_id = fields.Many2one(
        'ar.provision.segment', "Provision Segment", ondelete='restrict'
    )
