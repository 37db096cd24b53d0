import json

from odoo import api, models
from odoo.tools import ormcache

from ..engine import journal as engine
from ..rules.journal import canonical, differing, digest

# Types that an entry keeps; of JSON its SHA-256. Files and formatted texts have homes of their own.
KEPT_TYPES = frozenset(
    ('boolean', 'char', 'date', 'datetime', 'float', 'integer', 'many2one', 'many2many', 'monetary')
    + ('many2one_reference', 'selection', 'text', 'json')
)


class ArJournalMixin(models.AbstractModel):
    """Records that report to the journal (``ar.journal``) what happened to them.

    A model names in ``_journaled`` the values of its state that are reported: each record that gets there, by
    ``create`` or ``write`` and whatever the way, adds one entry, in the same transaction, and so does one
    that leaves such a state for another. So a reported state is the last that was said. What is no state is
    reported by ``_journal(event)``, in the line after it happened.

    Of what people keep by hand, such as rules, the fields in ``_journal_edits`` are reported: ``created``,
    ``changed``, ``deleted``.

    An entry holds the record's facts (``_facts`` of ``ar.fact.mixin``), its customer, the fields of
    ``_journal_fields`` and ``_journal_edits``, and every amount of money that the record stores, as they were
    then. Amounts are texts with the decimals and the name of their currency, so that no rounding of a program
    changes them. Of the lines named in ``_journal_parts`` it holds how many there are and one SHA-256 over
    their columns: a document can no longer say one thing and its lines another.
    """

    _name = 'ar.journal.mixin'
    _inherit = ['ar.plausible.mixin']
    _description = "Records that report to the journal"

    # Extending classes add to these.
    _state_field = 'state'
    _journaled = frozenset()
    _journal_fields = frozenset()
    _journal_edits = frozenset()
    # {One2many field, or a path of them: columns of its records that the document stands for}.
    _journal_parts = {}
    # Figures of an entry that rightly go on changing after it, such as what was received since.
    _journal_goes_on = frozenset()
    # Records that rightly go with what they are about.
    _journal_may_go = False
    # Reported states in which a record is still worked on: nothing is compared.
    _journal_open = frozenset()

    def _journal(self, event, figures=None):
        """Add one entry for each record: ``event``, and the record's figures as they are now.

        One INSERT for all of them, also for many; never refused for rights, for who may do what is decided
        before.

        :param event: a code of one or two words, such as ``released``.
        :param figures: {name: value} besides the record's own.
        """
        if not self:
            return
        # Of what is still worked on nothing is compared: its lines need no seal.
        is_open = event in self._of_all_classes('_journal_open')
        named = {} if is_open else self._journal_part_names()
        parts = {path: self._journal_sealed(path, names) for path, names in named.items()}
        rows = [
            (
                record._journal_company().root_id.id,
                record.id,
                record.display_name,
                canonical(
                    {
                        **record._journal_figures(),
                        **{path: sealed[record.id] for path, sealed in parts.items()},
                        **(figures or {}),
                    }
                ),
            )
            for record in self.sudo()
        ]
        self.env['ar.journal']._append(self._name, event, rows)

    def _journal_company(self):
        """Return the company in whose chain the record reports."""
        company = self.company_id if 'company_id' in self._fields else False
        return company or self.env.company

    def _journal_figures(self):
        """Return {name: value} of what an entry about the record holds."""
        self.ensure_one()
        return {name: self._journal_value(self._fields[name]) for name in self._journal_names()}

    def _journal_value(self, field):
        value = self[field.name]
        if field.type == 'monetary':
            currency = self[field.get_currency_field(self)]
            return f'{value:.{currency.decimal_places if currency else 2}f} {currency.name or ""}'.strip()
        if field.type == 'json':
            return value and digest(value)
        if field.relational:
            named = [[record.id, record.display_name] for record in value]
            return named if field.type == 'many2many' else named and named[0]
        return value

    @api.model
    @ormcache()
    def _journal_names(self):
        declared = map(self._of_all_classes, ('_facts', '_journal_fields', '_journal_edits'))
        money = {field.name for field in self._fields.values() if field.type == 'monetary' and field.store}
        return sorted(
            name
            for name in money.union({'partner_id'}, *declared)
            if name in self._fields and self._fields[name].type in KEPT_TYPES
        )

    # === Lines ===

    def _journal_part_names(self):
        """Return {path: names of the columns}, of all classes of the model, that an entry seals now."""
        found = {}
        for cls in reversed(type(self).__mro__):
            for path, names in vars(cls).get('_journal_parts', {}).items():
                found[path] = [*found.get(path, ()), *names]
        return found

    def _journal_sealed(self, path, names):
        """Return {record id: {'columns', 'count', 'sha256'}} of the lines behind ``path``, in one query."""
        model, tables = self, []
        for step in path.split('.'):
            field = model._fields[step]
            model = self.env[field.comodel_name].sudo()
            tables.append((model._table, field.inverse_name))
            model.flush_model([field.inverse_name])
        names = [name for name in names if name in model._fields and model._fields[name].store]
        model.flush_model(names)
        kinds = [(name, model._fields[name].column_type[0]) for name in names]
        found = {id_: rest for id_, *rest in self.env.execute_query(engine.parts(tables, kinds, self.ids))}
        return {
            id_: dict(zip(('count', 'sha256'), found.get(id_, (0, ''))), columns=names) for id_ in self.ids
        }

    @api.model
    @ormcache('attribute')
    def _of_all_classes(self, attribute):
        return frozenset().union(*(vars(cls).get(attribute, ()) for cls in type(self).__mro__))

    # === Comparing ===

    @api.model
    def _journal_differences(self, company):
        """Return {id: names of the fields that are not what the last entry says}; None: the record is gone.

        :param company: the main company of the chain.
        """
        rows = self.env.execute_query(engine.last_of_each(company.id, self._name))
        said = {id_: (event, json.loads(figures)) for id_, event, figures in rows}
        records = self.sudo().with_context(active_test=False).browse(said).exists()
        found = {record.id: record._journal_differs(*said[record.id]) for record in records}
        for path, ids in records._journal_parts_differing(said):
            for id_ in ids:
                found[id_].append(path.split('.')[0])
        gone = {id_: None for id_, (event, _f) in said.items() if event != 'deleted' and id_ not in found}
        if self._journal_may_go:
            gone = {}
        return {**{id_: names for id_, names in found.items() if names}, **gone}

    def _journal_parts_differing(self, said):
        """Yield (path, ids of the records whose lines are not those that their last entry sealed)."""
        settled = self.filtered(lambda record: record._journal_is_settled(said[record.id][0]))
        for path in self._journal_part_names():
            sealed = {record: said[record.id][1].get(path) for record in settled}
            # By the columns that were sealed then: a later version may seal more.
            by_columns = settled.filtered(sealed.get).grouped(lambda record: tuple(sealed[record]['columns']))
            for columns, records in by_columns.items():
                now = records._journal_sealed(path, columns)
                if list(columns) in (one['columns'] for one in now.values()):  # they are all still there
                    yield path, [record.id for record in records if now[record.id] != sealed[record]]

    def _journal_is_settled(self, event):
        """Return whether the record must be what its last entry, of ``event``, says."""
        reported = self._of_all_classes('_journaled')
        if not reported:
            return True
        settled = reported - self._of_all_classes('_journal_open')
        return event in settled and self[self._state_field] == event

    def _journal_differs(self, event, said):
        """Return the names of the fields that are not what the entry said of ``event``."""
        reported = self._of_all_classes('_journaled')
        if reported:
            now = self[self._state_field]
            if now != event and not reported.isdisjoint((now, event)):
                return [self._state_field]
        if not self._journal_is_settled(event):
            return []  # it is being worked on
        figures = json.loads(canonical(self._journal_figures()))
        return differing(said, figures, set(self._journal_names()) - self._of_all_classes('_journal_goes_on'))

    # === Reporting states and edits ===

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        for state in self._of_all_classes('_journaled'):
            records.filtered(lambda record: record[self._state_field] == state)._journal(state)  # noqa: B023
        if self._of_all_classes('_journal_edits'):
            records._journal('created')
        return records

    def write(self, vals):
        state, reported = vals.get(self._state_field), self._of_all_classes('_journaled')
        moving = self.browse()
        if state and reported:
            moving = self.sudo().filtered(
                lambda record: record[self._state_field] != state
                and not reported.isdisjoint((record[self._state_field], state))
            )
        result = super().write(vals)
        moving.with_env(self.env)._journal(state)
        if self._of_all_classes('_journal_edits').intersection(vals):
            self._journal('changed')
        return result

    def unlink(self):
        if self._of_all_classes('_journal_edits'):
            self._journal('deleted')
        return super().unlink()
