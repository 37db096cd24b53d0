from odoo import fields, models


class ArCollectionCaseCost(models.Model):
    """A cost of a case, in company currency, with the bill it came on if there is one."""

    _name = 'ar.collection.case.cost'
    _description = "Cost of a Case"
    _inherit = ['ar.fact.mixin']
    _set_once = frozenset(['case_id'])
    _order = 'date, id'
    _rec_name = 'note'

    case_id = fields.Many2one('ar.collection.case', required=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='case_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='case_id.currency_id')
    date = fields.Date(required=True, default=fields.Date.context_today)
    kind = fields.Selection(
        [
            ('court', "Court"),
            ('lawyer', "Lawyer"),
            ('agency', "Agency"),
            ('research', "Enquiry"),
            ('other', "Other"),
        ],
        required=True,
        default='lawyer',
    )
    amount = fields.Monetary(required=True)
    note = fields.Char("Remark")
    move_id = fields.Many2one(
        'account.move',
        "Vendor Bill",
        index='btree_not_null',
        ondelete='restrict',
        domain=[('move_type', '=', 'in_invoice')],
    )

    _amount_positive = models.Constraint('CHECK (amount > 0)', "A cost must be above zero.")
