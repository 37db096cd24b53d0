"""What is protected, found from the registry: no field of the suite stays writable by oversight."""

import re

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged

from odoo.addons.ar_base.models.ar_fact_mixin import MAGIC

# What a name promises: a state, a decision, a person and a time, evidence, a link to an entry.
FACT = re.compile(
    r'(^|_)(state|outcome|resolution|signature|ip|hash|sha256|fingerprint|evidence)$'
    r'|_(by|by_id|on|at)$|^is_(booked|posted|sent)|(^|_)(move|entry|invoice|credit_note|refund|attachment)_id$'
)
# Fields that people decide about, or that follow from others, and why each may be written.
FREE = {
    ('ar.dispute', 'outcome'): "what the customer is answered; fixed once the dispute is closed",
    ('ar.promise', 'made_on'): "the day that the customer named; fixed with the promise",
    ('ar.payment.plan', 'signed_by'): "the name on the paper; fixed once the plan is accepted",
    ('ar.contact.log', 'outcome'): "given when it is logged, never changed",
    ('ar.collection.case.cost', 'move_id'): "the vendor bill that a colleague names",
    ('ar.balance.confirmation.line', 'answer'): "marked for a reply on paper; who marked it is a fact",
    ('ar.dispute', 'move_id'): "given when it is opened, never changed",
    ('account.move', 'ar_dispute_id'): "checked against the invoice that is credited",
    ('ar.credit.account', 'limit_decided'): "of the limit: what no document decided, the file refuses",
    ('ar.credit.assessment', 'apply_on'): "the day that is asked for; fixed once it is submitted",
    ('ar.credit.change', 'apply_on'): "the day that is asked for; fixed once it is submitted",
    ('ar.credit.change', 'review_on'): "the day that is asked for; fixed once it is submitted",
    ('ar.recovery', 'evidence'): "how it is known; fixed once it is submitted",
    ('ar.provision.assessment', 'move_id'): "what is assessed, as somebody decides",
}
# Models of settings: what they say is decided by those who may configure.
SETTINGS = re.compile(
    r'^ar\.(approval\.(rule|delegation)|closed\.day|aging\.(scheme|bucket)|credit\.(grade|rule|scorecard.*|policy.*'
    r'|backtest.*|group)|dunning\.(plan|stage.*)|interest\.(scheme|rate.*)|fixed\.sum.*|charge\.posting'
    r'|statement\.schedule|provision\.(segment|scenario|series\.point))$'
)
# What is only ever added, by statements: these models refuse every create, write and delete themselves.
ADDED_ONLY = ('ar.allowance.movement', 'ar.journal', 'ar.journal.seal')
# What may go with the record that it is about.
GOES_WITH = {
    ('ar.dunning.block', 'move_line_id'): "a block of an item that is no more blocks nothing",
    ('ar.credit.assessment.flag', 'assessment_id'): "fixed with its assessment, which then stays",
    ('ar.credit.assessment.line', 'assessment_id'): "fixed with its assessment, which then stays",
    ('ar.credit.decision.reason', 'decision_id'): "of a decision, which no role may delete",
    ('ar.provision.line', 'run_id'): "many, of a run, which stays once it is approved",
    ('ar.provision.rate', 'provision_policy_id'): "of a policy, which stays once a run has used it",
    ('ar.provision.series.point', 'provision_policy_id'): "of a policy, which stays once a run has used it",
    ('ar.provision.scenario', 'provision_policy_id'): "of a policy, which stays once a run has used it",
    ('ar.write.off.line', 'write_off_id'): "fixed with its write-off, which then stays",
    ('ar.forecast.item', 'move_line_id'): "of the latest forecast only: what is gone is expected no more",
    ('ar.sales.difference', 'order_id'): "found again from the documents",
    ('ar.sales.difference', 'order_line_id'): "found again from the documents",
    ('ar.sales.difference', 'move_id'): "found again from the documents",
    ('ar.sales.difference', 'move_line_id'): "found again from the documents",
}


@tagged('post_install', '-at_install')
class TestFacts(TransactionCase):
    """Every field that says what happened is a fact, or is listed here with the reason."""

    def _models(self):
        for name in sorted(self.env.registry):
            model = self.env[name]
            if name.startswith('ar.') and model._auto and not model._abstract and not model._transient:
                yield model

    def _stored(self, model):
        return [f for f in model._fields.values() if f.store and f.name not in MAGIC and f.type != 'one2many']

    def _is_protected(self, model, name):
        if not hasattr(model, '_fact_names'):
            return model._name in ADDED_ONLY
        return name in model._fact_names() | model._declared('_set_once')

    def test_what_a_name_promises(self):
        """States, decisions, persons and times, signatures, links to entries."""
        forgotten = [
            f'{model._name}.{field.name}'
            for model in self._models()
            if not SETTINGS.match(model._name)
            for field in self._stored(model)
            if FACT.search(field.name)
            and not self._is_protected(model, field.name)
            and (model._name, field.name) not in FREE
        ]
        self.assertFalse(forgotten, "neither facts nor listed with a reason")

    def test_readonly_is_no_promise_of_a_form_only(self):
        """A field that forms show as read-only cannot be written over RPC either."""
        forgotten = [
            f'{model._name}.{field.name}'
            for model in self._models()
            if not SETTINGS.match(model._name)
            for field in self._stored(model)
            if field.readonly
            and not field.name.startswith(('message_', 'activity_'))
            and not self._is_protected(model, field.name)
            and (model._name, field.name) not in FREE
        ]
        self.assertFalse(forgotten, "read-only in the form, but not protected")

    def test_history_hangs_on_no_cascade(self):
        """PostgreSQL deletes no record with facts below the checks of its model."""
        cascades = [
            f'{model._name}.{field.name}'
            for model in self._models()
            if not SETTINGS.match(model._name) and hasattr(model, '_fact_names')
            for field in model._fields.values()
            if field.type == 'many2one'
            and field.store
            and field.ondelete == 'cascade'
            and not SETTINGS.match(field.comodel_name)
            and (model._name, field.name) not in GOES_WITH
        ]
        self.assertFalse(cascades)

    def test_what_is_only_added(self):
        for name in ADDED_ONLY:
            records = self.env[name].sudo().browse(1)
            for change, *values in ((records.create, {}), (records.write, {}), (records.unlink,)):
                with self.subTest(model=name), self.assertRaises(AccessError):
                    change(*values)

    def test_the_list_names_what_there_is(self):
        for model, name in FREE:
            self.assertIn(name, self.env[model]._fields)

    def test_figures_are_numbers_and_days_are_days(self):
        """Whatever people or programs enter with an amount or a day in it refuses NaN and the year 1."""
        frozen = ('ar.aging.snapshot.line', 'ar.provision.adjustment', 'ar.loss.study.line')  # by statements
        frozen += ('ar.credit.backtest.line', 'ar.credit.backtest.customer', 'ar.credit.exposure.line')
        mixin, forgotten = self.env.registry['ar.plausible.mixin'], []
        for name in sorted(self.env.registry):
            model = self.env[name]
            entered = [
                field.name
                for field in model._fields.values()
                if field.store and not field.compute and field.type in ('float', 'monetary', 'date')
            ]
            if name.startswith('ar.') and model._auto and not model._abstract and entered:
                if not isinstance(model, mixin) and name not in (*ADDED_ONLY, *frozen):
                    forgotten.append(name)
        self.assertFalse(forgotten)
