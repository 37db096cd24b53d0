from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    ar_delivery_check = fields.Selection(
        [('order', "Only holds stop it"), ('full', "All rules are checked again")],
        "Credit Check at Delivery",
        default='order',
        required=True,
    )

    def write(self, vals):
        result = super().write(vals)
        if 'ar_delivery_check' in vals:
            self.env['ar.credit.decision']._queue_recheck(
                [('origin', '=', 'delivery'), ('company_id', 'in', self.root_id.ids)]
            )
        return result
