from odoo import api, models
from odoo.tools import ormcache

from ..rules.journal import canonical

# Types that an entry keeps. Files, formatted texts and lists of lines are not: they have homes of their own.
KEPT_TYPES = frozenset(
    ('boolean', 'char', 'date', 'datetime', 'float', 'integer', 'many2one', 'many2many', 'monetary')
    + ('selection', 'text')
)


class ArJournalMixin(models.AbstractModel):
    """Records that report to the journal (``ar.journal``) what happened to them.

    A model names in ``_journaled`` the values of its state that are reported: each record that gets there, by
    ``create`` or ``write`` and whatever the way, adds one entry, in the same transaction. What is no state is
    reported by ``_journal(event)``, in the line after it happened.

    Of what people keep by hand, such as rules, the fields in ``_journal_edits`` are reported: ``created``,
    ``changed``, ``deleted``.

    An entry holds the record's facts (``_facts`` of ``ar.fact.mixin``), its customer, and the fields of
    ``_journal_fields`` and ``_journal_edits``, as they were then. Amounts are texts with the decimals
    and the name of their currency, so that no rounding of a program changes them.
    """

    _name = 'ar.journal.mixin'
    _description = "Records that report to the journal"

    # Extending classes add to these.
    _state_field = 'state'
    _journaled = frozenset()
    _journal_fields = frozenset()
    _journal_edits = frozenset()

    def _journal(self, event, figures=None):
        """Add one entry for each record: ``event``, and the record's figures as they are now.

        One INSERT for all of them, also for many; never refused for rights, for who may do what is decided
        before.

        :param event: a code of one or two words, such as ``released``.
        :param figures: {name: value} besides the record's own.
        """
        if not self:
            return
        rows = [
            (
                record._journal_company().root_id.id,
                record.id,
                record.display_name,
                canonical({**record._journal_figures(), **(figures or {})}),
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
        if field.relational:
            named = [[record.id, record.display_name] for record in value]
            return named if field.type == 'many2many' else named and named[0]
        return value

    @api.model
    @ormcache()
    def _journal_names(self):
        declared = map(self._of_all_classes, ('_facts', '_journal_fields', '_journal_edits'))
        return sorted(
            name
            for name in frozenset({'partner_id'}).union(*declared)
            if name in self._fields and self._fields[name].type in KEPT_TYPES
        )

    @api.model
    @ormcache('attribute')
    def _of_all_classes(self, attribute):
        return frozenset().union(*(vars(cls).get(attribute, ()) for cls in type(self).__mro__))

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
        state = vals.get(self._state_field)
        arriving = self.browse()
        if state in self._of_all_classes('_journaled'):
            arriving = self.sudo().filtered(lambda record: record[self._state_field] != state)
        result = super().write(vals)
        arriving.with_env(self.env)._journal(state)
        if self._of_all_classes('_journal_edits').intersection(vals):
            self._journal('changed')
        return result

    def unlink(self):
        if self._of_all_classes('_journal_edits'):
            self._journal('deleted')
        return super().unlink()
