from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = 'product.category'

    ar_max_amount = fields.Float(
        "Most on Credit in One Order",
        company_dependent=True,
        groups='ar_base.group_manager',
        help="In company currency, tax included, subcategories counted; 0 = any amount. The credit rule "
        "\"Limit of a product category\" says what happens above it.",
    )
