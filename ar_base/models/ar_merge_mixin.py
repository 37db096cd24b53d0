from odoo import api, models


class ArMergeMixin(models.AbstractModel):
    """A record whose place another one of its model can take: what leads to it goes there, and can return.

    Reaches every stored many-to-one of every model, facts and archived records too.
    """

    _name = 'ar.merge.mixin'
    _description = "Records that are merged"

    def _hand_rows(self, target):
        """Let all that leads to this record lead to ``target``; return {'model:field': ids} of it."""
        moved = {}
        for model, field, rows in self._referencing_rows():
            moved[f'{model}:{field}'] = rows.ids
            self._point(rows, field, target)
        return {key: ids for key, ids in moved.items() if ids}

    def _fetch_rows(self, moved, target):
        """Take back from ``target`` what ``_hand_rows`` returned, where it still leads there."""
        for key, ids in (moved or {}).items():
            model, _, field = key.partition(':')
            rows = self.env[model].sudo().with_context(active_test=False).browse(ids).exists()
            self._point(rows.filtered(lambda row, field=field: row[field] == target), field, self)

    @api.model
    def _point(self, rows, field, record):
        """Let ``field`` of the rows lead to ``record``, facts or not."""
        rows = rows.with_context(tracking_disable=True)
        write = rows._record_facts if hasattr(rows, '_record_facts') else rows.write
        write({field: record.id})

    def _message_move_to(self, target):
        self.env['mail.message'].sudo().search([('model', '=', self._name), ('res_id', '=', self.id)]).write(
            {'res_id': target.id}
        )
        self.env['mail.activity'].sudo().with_context(active_test=False).search(
            [('res_model', '=', self._name), ('res_id', '=', self.id)]
        ).write({'res_id': target.id})

    @api.model
    def _referencing_fields(self):
        """Return (model, field) of every stored many-to-one that leads to this model, but its own."""
        return [
            (model_name, field.name)
            for model_name, model in self.env.registry.items()
            if model_name != self._name and model._auto and not model._abstract and not model._transient
            for field in model._fields.values()
            if field.type == 'many2one'
            and field.comodel_name == self._name
            and field.store
            and not field.related
        ]

    def _referencing_rows(self):
        """Yield (model, field, rows) of what leads to this record."""
        for model, field in self._referencing_fields():
            rows = self.env[model].sudo().with_context(active_test=False)
            yield model, field, rows.search([(field, '=', self.id)])
