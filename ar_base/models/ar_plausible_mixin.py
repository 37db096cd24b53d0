from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import ormcache

from ..rules import plausible


class ArPlausibleMixin(models.AbstractModel):
    """Refuses numbers that are none and days that nobody can mean, in words, whatever way they come.

    PostgreSQL would store NaN, and every sum with it would be NaN from then on.
    """

    _name = 'ar.plausible.mixin'
    _description = "Plausible Values"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_implausible(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_implausible(vals)
        return super().write(vals)

    @api.model
    def _refuse_implausible(self, vals):
        """:raise ValidationError: naming field and value."""
        for name in vals.keys() & self._plausible_names():
            field, value = self._fields[name], vals[name]
            if field.type in ('date', 'datetime'):
                fits = plausible.is_day(value)
            else:
                fits = plausible.is_number(value, plausible.HIGHEST if field.type == 'monetary' else None)
            if not fits:
                raise ValidationError(
                    self.env._(
                        "%(field)s: %(value)s cannot be right. Check what you entered.",
                        field=field._description_string(self.env),
                        value=str(value)[:30],
                    )
                )

    @api.model
    @ormcache()
    def _plausible_names(self):
        """Return the names of the fields that are looked at; Odoo's own models have their own rules."""
        if not self._name.startswith('ar.'):
            return frozenset()
        kinds = ('date', 'datetime', 'float', 'monetary')
        return frozenset(name for name, field in self._fields.items() if field.type in kinds)
