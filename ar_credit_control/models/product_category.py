from odoo import api, fields, models
from odoo.tools import ormcache

LIMIT_FIELDS = {'name', 'parent_id', 'ar_max_amount'}


class ProductCategory(models.Model):
    _inherit = 'product.category'

    ar_max_amount = fields.Float(
        "Most on Credit in One Order",
        company_dependent=True,
        groups='ar_base.group_manager',
        help="In company currency, tax included, subcategories counted; 0 = any amount. The credit rule "
        "\"Limit of a product category\" says what happens above it.",
    )

    @api.model
    @ormcache('company_id')
    def _ar_limits(self, company_id):
        """Return {category: [(category with a limit, its name, most)]}, of itself and what is above it.

        Ids; of the main company. Categories without a limit above them are not in it.
        """
        categories = self.sudo().with_company(company_id)
        limits = {}
        for limited in categories.search([('ar_max_amount', '>', 0)]):
            for category in categories.search([('id', 'child_of', limited.id)]):
                limits.setdefault(category.id, []).append((limited.id, limited.name, limited.ar_max_amount))
        return limits

    @api.model_create_multi
    def create(self, vals_list):
        categories = super().create(vals_list)
        self.env.registry.clear_cache()
        return categories

    def write(self, vals):
        result = super().write(vals)
        if LIMIT_FIELDS & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
