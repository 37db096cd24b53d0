from collections import defaultdict

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import ormcache

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

# One object per model, put in the context by the model's own methods only. A client's context is plain
# data: it can name the key, but no value that it sends is this very object.
_PASSES = defaultdict(object)
_KEY = 'ar_facts_recorded_by'
# What Odoo writes itself, and what people say about a record, which is no part of what it says.
MAGIC = frozenset(['id', 'create_uid', 'create_date', 'write_uid', 'write_date', 'parent_path'])
TALK = ('message_', 'activity_', 'website_message_')


class ArFactMixin(models.AbstractModel):
    """Facts: fields that only the model's own methods write, so that what they say happened.

    A model names its facts in ``_facts``: states, who and when, figures decided, signatures, links to
    entries.

    Guarantees, for every caller, superuser included, and whatever the context says:

    - ``create`` and ``write`` refuse facts: directly, through the lines of another record, by import, by
      ``copy``;
    - a new record has the facts that the model's code gives it: ``default_*`` keys of the context and the
      defaults that users keep for themselves do not reach them;
    - what a record is about (``_set_once``) is given when it is created, and never changed;
    - what Odoo computes and stores, and no form edits, is a fact without being named (of our models);
    - of a model that is ``_only_recorded``, every field is a fact, and no record is created or deleted from
      outside;
    - once a record's state is in ``_fixed_after``, only its ``_free_fields`` can be edited, and it is not
      deleted.

    Own methods record facts with ``_record_facts`` and ``_create_with_facts``, and delete with
    ``_delete_recorded``, which cannot be called from outside (private methods are not exposed). They check
    rights and rules themselves, before. What Odoo computes and stores is not a write.

    Records that hang on another one and go with it are named in its ``_parts``; their Many2one restricts, so
    that PostgreSQL deletes none of them below the checks.

    Not covered: SQL (an index or trigger is for that), and the lines of a One2many fact when they are written
    on their own: the model of the lines names its own facts. ``tests/test_facts.py`` walks all models for
    what was forgotten.
    """

    _name = 'ar.fact.mixin'
    _inherit = ['ar.journal.mixin']
    _description = "Facts that only their own methods record"

    # Extending classes add to these; they need not repeat what the model has.
    _facts = frozenset()
    _fixed_after = frozenset()
    _free_fields = frozenset()
    _state_field = 'state'
    # What a record is about: given when it is created, never changed.
    _set_once = frozenset()
    # Every field is a fact: nobody but own methods creates, writes or deletes.
    _only_recorded = False
    # One2many fields whose records are deleted with this one, where it may be deleted.
    _parts = ()
    # Models whose own methods create or change records of this one together with theirs, as lines.
    _recorded_by = frozenset()

    # === For the model's own methods ===

    def _record_facts(self, vals):
        """Write ``vals``, facts among them. The caller has checked that they are so."""
        return self.with_context(**{_KEY: _PASSES[self._name]}).write(vals)

    @api.model
    def _create_with_facts(self, vals_list):
        """Create and return records, facts among their values. The caller has checked that they are so."""
        return self.with_context(**{_KEY: _PASSES[self._name]}).create(vals_list).with_env(self.env)

    def _delete_recorded(self):
        """Delete records that only own methods delete. The caller has checked that they may go."""
        return self.with_context(**{_KEY: _PASSES[self._name]}).unlink()

    @api.model
    def _facts_of_new(self, vals):
        """Hook: return the facts that a new record has from the start, besides their defaults.

        :param vals: what it is created with; facts among it were given by own methods, and win.
        """
        return {}

    def _is_fixed(self):
        """Hook: return whether the record is no longer edited; by default by ``_fixed_after``."""
        self.ensure_one()
        fixed = self._declared('_fixed_after')
        return bool(fixed) and self[self._state_field] in fixed

    def _is_kept(self):
        """Hook: return whether the record may no longer be deleted; by default as soon as it is fixed."""
        return self._only_recorded or self._is_fixed()

    @api.model
    def _refusal_to_edit(self, names):
        """Hook: return the sentence that refuses to edit ``names``; say which button to use instead."""
        known = [self._fields[name] for name in sorted(names) if name in self._fields]
        labels = [field._description_string(self.env) for field in known]
        return self.env._(
            "%(fields)s (%(model)s) cannot be edited: use the buttons of the record.",
            fields=', '.join(dict.fromkeys(labels)),
            model=self.env['ir.model']._get(self._name).name,
        )

    def _refusal_to_delete(self):
        """Hook: return the sentence that refuses to delete the record."""
        return self.env._(
            "%(record)s is kept as history (%(model)s) and cannot be deleted.",
            record=self.display_name,
            model=self.env['ir.model']._get(self._name).name,
        )

    # === Refusing ===

    @api.model
    @ormcache('attribute')
    def _declared(self, attribute):
        """Return the union of what the classes of the model declare, so that an addon can add to it."""
        return frozenset().union(*(vars(cls).get(attribute, ()) for cls in type(self).__mro__))

    @api.model
    @ormcache()
    def _fact_names(self):
        """Return the names of the facts: those declared, and what is computed, stored and edited by no form.

        Of a model that is only recorded: every stored field. Of a model of Odoo's own: what is declared, for
        Odoo's code writes what it computes.
        """
        if not self._name.startswith('ar.'):
            return self._declared('_facts')
        stored = [field for field in self._fields.values() if field.store and field.name not in MAGIC]
        if not self._only_recorded:
            stored = [field for field in stored if field.compute and field.readonly]
        names = {field.name for field in stored if not field.name.startswith(TALK)}
        return self._declared('_facts') | (names - self._declared('_free_fields'))

    @api.model
    def _records_facts_now(self):
        own = self.env.context.get(_KEY)
        recorders = (self._name, *self._declared('_recorded_by'))
        return own is not None and any(own is _PASSES[name] for name in recorders)

    @api.model
    def _refuse_edit(self, names):
        raise AccessError(self._refusal_to_edit(names))

    @api.model
    def default_get(self, fields):
        facts = self._fact_names()
        defaults = super().default_get([name for name in fields if name not in facts])
        for name in facts.intersection(fields):
            field = self._fields[name]
            if field.default:
                value = field.convert_to_cache(field.default(self), self, validate=False)
                defaults[name] = field.convert_to_write(value, self)
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        facts = self._fact_names()
        if self._only_recorded and vals_list and not self._records_facts_now():
            self.check_access('create')
            self._refuse_edit(facts.intersection(vals_list[0]))
        if not self._records_facts_now() and any(facts.intersection(vals) for vals in vals_list):
            # A form sends back what it was given: that says no more than what a new record has anyway.
            usual = self.default_get(list(facts))
            for vals in vals_list:
                forged = [
                    name
                    for name in facts.intersection(vals)
                    if (vals[name] or usual.get(name)) and vals[name] != usual.get(name)
                ]
                if forged:
                    self._refuse_edit(forged)
            vals_list = [{name: vals[name] for name in vals if name not in facts} for vals in vals_list]
        return super().create([{**self._facts_of_new(vals), **vals} for vals in vals_list])

    def write(self, vals):
        if not self._records_facts_now():
            refused = self._fact_names().intersection(vals) | {
                name for name in self._declared('_set_once').intersection(vals) if self._differs(name, vals)
            }
            if not refused and any(record._is_fixed() for record in self):
                refused = {name for name in vals if not self._stays_free(name)}
            if refused:
                self._refuse_edit(refused)
        return super().write(vals)

    def _differs(self, name, vals):
        """Return whether ``vals`` would change the field of one of the records."""
        field = self._fields[name]
        return any(
            field.convert_to_record(field.convert_to_cache(vals[name], record), record) != record[name]
            for record in self
        )

    @api.model
    def _stays_free(self, name):
        """Return whether the field of a fixed record may be edited: it is named free, or talk about it."""
        return name in self._declared('_free_fields') or name.startswith(TALK)

    def copy_data(self, default=None):
        facts = self._fact_names()
        return [
            {name: vals[name] for name in vals if name not in facts} for vals in super().copy_data(default)
        ]

    def unlink(self):
        # Odoo leaves out its own checks where the context says that a module is uninstalled; anybody can
        # say so. A registry that serves requests uninstalls nothing.
        if self.pool.ready and self.env.context.get(MODULE_UNINSTALL_FLAG):
            return self.with_context(**{MODULE_UNINSTALL_FLAG: False}).unlink()
        if self.pool.ready and not self._records_facts_now():
            self.check_access('unlink')
            for record in self:
                if record._is_kept():
                    raise UserError(record._refusal_to_delete())  # pylint: disable=no-raise-unlink
        for name in self._declared('_parts'):
            parts = self.sudo().with_context(active_test=False)[name]
            parts._delete_recorded() if hasattr(parts, '_delete_recorded') else parts.unlink()
        return super().unlink()
