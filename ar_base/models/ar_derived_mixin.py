from odoo import api, models


class ArDerivedMixin(models.AbstractModel):
    """Rows that follow from others: a query in place of a table.

    The ORM's cache does not know what they follow from. A search therefore forgets what it held of them;
    reading a row that a search has found runs the query no second time.
    """

    _name = 'ar.derived.mixin'
    _description = "Rows that follow from others"

    # What of a row never changes, and other records' lists hang on.
    _derived_kept = ('id',)

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        self.invalidate_model([name for name in self._fields if name not in self._derived_kept], flush=False)
        if field_names is not None and 'company_id' in self._fields:
            # Who may see the row is asked right after it was read.
            field_names = [*field_names, 'company_id']
        return super().search_fetch(domain, field_names, offset=offset, limit=limit, order=order)
