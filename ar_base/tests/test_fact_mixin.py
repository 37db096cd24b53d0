from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..models import ar_fact_mixin
from .common import ReceivablesCommon


@tagged('post_install', '-at_install')
class TestFactMixin(ReceivablesCommon):
    """Who placed a hold, and when, is what happened: no caller, context or default says otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.controller, cls.other = cls._user('controller'), cls._user('viewer')
        cls.account = cls._account()
        cls.hold = cls.env['ar.hold'].create({'credit_account_id': cls.account.id, 'reason': "Bounced"})

    def _refused(self, call, label="Placed By"):
        with self.assertRaisesRegex(AccessError, label), self.env.cr.savepoint():
            call()

    def _new(self, user=None, **values):
        Hold = self.env['ar.hold'].with_user(user or self.controller)
        return Hold.create({'credit_account_id': self.account.id, 'reason': "Stop", **values})

    def test_nobody_writes_a_fact(self):
        forged = {'placed_by': self.other.id}
        for user in (self.controller, self.env.user, self.env.ref('base.user_root')):
            hold = self.hold.with_user(user)
            for record in (hold, hold.sudo()):
                self._refused(lambda: record.write(forged))
                self._refused(lambda: record.write({'reason': "Else", **forged}))
        self._refused(lambda: self.hold.write({'reason': "Else"}), "Reason")

    def test_nobody_creates_one_with_a_fact(self):
        self._refused(lambda: self._new(placed_by=self.other.id))
        self._refused(lambda: self._new(self.env.user, placed_by=self.other.id))
        self._refused(lambda: self._new(lifted_on='2020-01-01 00:00:00'), "Lifted On")
        commands = [Command.create({'reason': "Stop", 'placed_by': self.other.id})]
        self._refused(lambda: self.account.write({'hold_ids': commands}))
        update = [Command.update(self.hold.id, {'placed_by': self.other.id})]
        self._refused(lambda: self.account.sudo().write({'hold_ids': update}))

    def test_no_value_of_a_context_lifts_the_protection(self):
        for value in (True, 1, 'ar.hold', {'ar.hold': True}, ['ar.hold'], object()):
            hold = self.hold.with_context(**{ar_fact_mixin._KEY: value})
            self._refused(lambda: hold.write({'placed_by': self.other.id}))
        passes = self.env['ar.aging.snapshot'].with_context(
            **{ar_fact_mixin._KEY: ar_fact_mixin._PASSES['ar.aging.snapshot']}
        )
        self._refused(lambda: self.hold.with_env(passes.env).write({'placed_by': self.other.id}))

    def test_defaults_of_a_context_or_of_a_user_do_not_reach_facts(self):
        forged = {
            'default_placed_by': self.other.id,
            'default_lifted_by': self.other.id,
            'default_reason': "R",
        }
        self.env['ir.default'].sudo().set('ar.hold', 'placed_by', self.other.id, self.controller.id)
        Hold = self.env['ar.hold'].with_user(self.controller).with_context(**forged)
        defaults = Hold.default_get(['reason', 'placed_by', 'lifted_by'])
        self.assertEqual((defaults['reason'], defaults['placed_by']), ("R", self.controller.id))
        self.assertNotIn('lifted_by', defaults)
        hold = Hold.create({'credit_account_id': self.account.id})
        self.assertEqual((hold.placed_by, hold.lifted_by.id, hold.reason), (self.controller, False, "R"))

    def test_what_a_new_record_has_anyway_may_be_sent_along(self):
        hold = self._new(placed_by=self.controller.id, lifted_by=False, lifted_on=None)
        self.assertEqual((hold.placed_by, hold.lifted_by.id), (self.controller, False))

    def test_copy_starts_without_facts(self):
        hold = self._new()
        for default in ({}, {'placed_by': self.other.id}):
            copied = hold.with_user(self.env.user).copy(default)
            self.assertEqual(copied.placed_by, self.env.user)

    def test_import_is_refused(self):
        Hold = self.env['ar.hold'].with_context(import_file=True)
        result = Hold.load(
            ['credit_account_id/.id', 'reason', 'placed_by/.id'],
            [[str(self.account.id), "Stop", str(self.other.id)]],
        )
        self.assertFalse(result['ids'])
        self.assertIn("Placed By", result['messages'][0]['message'])

    def test_own_methods_record_them(self):
        self.hold.with_user(self.controller).action_lift("Paid")
        self.assertEqual((self.hold.lifted_by, self.hold.lift_reason), (self.controller, "Paid"))
        hold = self.env['ar.hold']._create_with_facts(
            {'credit_account_id': self.account.id, 'reason': "Old", 'placed_on': '2020-01-01 08:00:00'}
        )
        self.assertEqual(hold.placed_on.year, 2020)
        self.assertNotIn(ar_fact_mixin._KEY, hold.env.context)
        self._refused(lambda: hold.write({'placed_by': self.other.id}))

    def test_deleting_is_refused(self):
        with self.assertRaisesRegex(UserError, "Lift it instead"), self.env.cr.savepoint():
            self.hold.sudo().unlink()

    def test_fixed_state_leaves_the_free_fields_only(self):
        Hold = type(self.env['ar.hold'])
        self.patch(Hold, '_fixed_after', frozenset(['manual']))
        self.patch(Hold, '_is_fixed', ar_fact_mixin.ArFactMixin._is_fixed)
        self.patch(Hold, '_free_fields', frozenset(['lift_reason']))
        self.patch(Hold, '_state_field', 'source')
        self.env.registry.clear_cache()
        self.addCleanup(self.env.registry.clear_cache)
        self._refused(lambda: self.hold.write({'reason': "Else"}), "Reason")
        self._refused(lambda: self.hold.sudo().write({'lift_reason': "Paid", 'reason': "Else"}), "Reason")
        self.hold.write({'lift_reason': "Paid"})
        self.hold._record_facts({'reason': "Else"})
        self._refused(lambda: self._new(source='automatic'), "Source")
        automatic = self.hold._create_with_facts(
            {'credit_account_id': self.account.id, 'reason': "Stop", 'source': 'automatic'}
        )
        automatic.write({'reason': "Else"})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            (automatic | self.hold).write({'reason': "Both"})

    def test_message_names_field_and_model(self):
        with (
            self.assertRaisesRegex(AccessError, "Placed By, Placed On.*Credit Hold"),
            self.env.cr.savepoint(),
        ):
            self.hold.write({'placed_on': '2020-01-01 00:00:00', 'placed_by': self.other.id})

    def test_merging_customers_takes_facts_along(self):
        other = self._account(self._customer("Nord"))
        self.account._merge_into(other)
        self.assertEqual(self.hold.credit_account_id, other)
