from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import float_is_zero, ormcache


class ArComputedMixin(models.AbstractModel):
    """What Odoo computes and stores is read by the credit check, so that nobody enters it.

    Extending classes name such fields in ``_computed_only``: totals, invoicing status, links to invoices.
    Odoo takes a stored computed field for writable; ``readonly`` is the form's alone.

    Guarantees, for every user, by form, import and remote call, through the lines of another record as well:

    - a value that differs from what the record has, or a new record would have, is refused; one that says the
      same (a form that sends back what it was given, an export imported again) is ignored;
    - neither ``default_*`` keys of the context nor the defaults that users keep for themselves reach them,
      also where Odoo itself creates the record.

    Odoo's recomputation is no write. Code that Odoo runs as superuser (invoicing, payment) may write them.
    """

    _name = 'ar.computed.mixin'
    _description = "Fields that only Odoo computes"

    _computed_only = frozenset()

    @api.model
    @ormcache()
    def _declared_computed(self):
        """Return the union of what the classes of the model declare, so that an addon can add to it."""
        return frozenset().union(*(vars(cls).get('_computed_only', ()) for cls in type(self).__mro__))

    @api.model
    def default_get(self, fields):
        computed = self._declared_computed()
        return super().default_get([name for name in fields if name not in computed])

    @api.model_create_multi
    def create(self, vals_list):
        computed = self._declared_computed()
        if not self.env.su and any(computed.intersection(vals) for vals in vals_list):
            self._refuse_computed(
                {name for vals in vals_list for name in computed.intersection(vals) if vals[name]}
            )
            vals_list = [{name: vals[name] for name in vals if name not in computed} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        computed = self._declared_computed().intersection(vals)
        if computed and not self.env.su:
            self._refuse_computed({name for name in computed if not self._says_what_is_so(name, vals[name])})
            vals = {name: vals[name] for name in vals if name not in computed}
        return super().write(vals)

    def _says_what_is_so(self, name, value):
        field = self._fields[name]
        if field.type in ('one2many', 'many2many'):
            return not value
        records = self.sudo()
        if field.type in ('float', 'monetary'):
            return isinstance(value, (int, float)) and all(
                float_is_zero(record[name] - value, precision_digits=6) for record in records
            )
        return all(field.convert_to_write(record[name], record) == value for record in records)

    @api.model
    def _refuse_computed(self, names):
        if names:
            labels = [self._fields[name]._description_string(self.env) for name in sorted(names)]
            raise AccessError(
                self.env._(
                    "%(fields)s cannot be entered: Odoo computes it from quantities, prices, deliveries, "
                    "invoices and payments. Change those instead.",
                    fields=', '.join(dict.fromkeys(labels)),
                )
            )
