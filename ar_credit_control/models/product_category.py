from odoo import api, fields, models


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
    def _ar_limited(self, company):
        """Return the categories with a limit in the main company, as superuser.

        Read each time, as hold rules are: what a process remembers may never have been committed.
        """
        categories = self.sudo().with_company(company)
        return categories.search_fetch([('ar_max_amount', '>', 0)], ['name', 'ar_max_amount', 'parent_path'])

    def _ar_is_within(self, category):
        """Tell whether this category is ``category`` or below it."""
        return (self.parent_path or '').startswith(category.parent_path)
