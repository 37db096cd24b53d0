import base64
import json
from io import BytesIO

import psycopg2
from openpyxl import load_workbook

from odoo import SUPERUSER_ID, api
from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..rules import journal as rules
from ..rules import plausible
from .common import ReceivablesCommon


@tagged('post_install', '-at_install')
class TestJournal(ReceivablesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.journal = cls.env['ar.journal']
        cls.account = cls._account()

    def _hold(self, reason="Late since May", user=None):
        holds = self.env['ar.hold'].with_user(user or self.env.user)
        return holds.create({'credit_account_id': self.account.id, 'reason': reason})

    def _entries(self, record):
        self.journal.invalidate_model()
        return self.journal.search([('model', '=', record._name), ('res_id', '=', record.id)], order='id')

    def _tamper(self, statement, *values):
        """Change the tables as the owner of the database can, who takes the triggers away first."""
        for table in ('ar_journal', 'ar_journal_seal'):
            self.env.cr.execute(f'ALTER TABLE {table} DISABLE TRIGGER ar_journal_append_only')
        self.env.cr.execute(statement, values)
        for table in ('ar_journal', 'ar_journal_seal'):
            self.env.cr.execute(f'ALTER TABLE {table} ENABLE ALWAYS TRIGGER ar_journal_append_only')

    # === What an entry says ===

    def test_a_hold_reports_who_and_why(self):
        controller = self._user('controller')
        hold = self._hold(user=controller)
        hold.lift_reason = "Paid"
        hold.action_lift()
        placed, lifted = self._entries(hold)
        self.assertEqual((placed.event, lifted.event), ('placed', 'lifted'))
        self.assertEqual((placed.uid, placed.login), (controller.id, controller.login))
        self.assertEqual(placed.company_id, self.company.root_id)
        figures = json.loads(lifted.figures)
        self.assertEqual(figures['reason'], "Late since May")
        self.assertEqual(figures['lift_reason'], "Paid")
        self.assertEqual(figures['lifted_by'], [controller.id, controller.display_name])
        self.assertEqual(figures['partner_id'], [self.customer.id, "Hua"])

    def test_edits_of_what_people_keep_are_reported(self):
        owner, other = self._user('controller'), self._user('manager')
        today = Date.context_today(self.env.user)
        first, last, later = (Date.add(today, days=days) for days in (1, 30, 90))
        day = {'date_from': first, 'date_to': last}
        delegations = self.env['ar.approval.delegation'].with_user(owner)
        delegation = delegations.create({'user_id': owner.id, 'delegate_id': other.id, **day})
        delegation.date_to = later
        entries = self._entries(delegation)
        delegation.unlink()
        entries = self.journal.search(
            [('model', '=', delegation._name), ('id', '>=', entries[0].id)], order='id'
        )
        self.assertEqual(entries.mapped('event'), ['created', 'changed', 'deleted'])
        self.assertEqual(set(entries.mapped('login')), {owner.login})
        self.assertEqual(json.loads(entries[1].figures)['date_to'], str(later))

    def test_a_state_that_is_left_is_reported(self):
        values = {'move_id': self._invoice(100).id, 'reason': 'price', 'amount': 40}
        dispute = self.env['ar.dispute'].create(values)
        self.assertFalse(self._entries(dispute), "a new one says nothing that the record does not")
        dispute.outcome = "Agreed with Li"
        dispute.action_reject()
        dispute.action_reopen()
        dispute.action_correct()
        self.assertEqual(self._entries(dispute).mapped('event'), ['rejected', 'open', 'accepted'])

    def test_one_insert_for_many_records(self):
        holds = self.env['ar.hold'].concat(*[self._hold(str(number)) for number in range(5)])
        self.assertTrue(holds.mapped('partner_id.display_name'))  # what the entries name is known
        holds._journal('looked at')
        with self.assertQueryCount(1):
            holds._journal('looked at', {'times': 2})
        self.assertEqual(self.journal.search_count([('event', '=', 'looked at')]), 10)

    def test_every_declared_state_and_figure_exists(self):
        mixin = type(self.env['ar.journal.mixin'])
        for model in self.env.values():
            if model._abstract or not isinstance(model, mixin):
                continue
            states = model._of_all_classes('_journaled')
            if states:
                self.assertFalse(model._fields[model._state_field].compute, f"no write reports {model._name}")
                known = dict(model._fields[model._state_field]._description_selection(self.env))
                # A state that another part of the suite brings may be named before it is there.
                self.assertTrue(states & set(known), model._name)
            for name in model._of_all_classes('_journal_fields'):
                self.assertIn(name, model._fields, f"{model._name} reports {name}")
            record = model.browse()
            for path, names in record._journal_part_names().items():
                self.assertTrue(names)
                sealed = model.browse(-1)._journal_sealed(path, names)[-1]
                self.assertEqual(
                    sealed, {'count': 0, 'sha256': '', 'columns': names}, f"{model._name}.{path}"
                )

    # === Append-only ===

    @mute_logger('odoo.sql_db')
    def test_postgresql_refuses_to_change_it(self):
        self._hold()
        self.journal._seal()
        for table in ('ar_journal', 'ar_journal_seal'):
            for statement in (
                f'UPDATE {table} SET company_id = company_id',
                f'DELETE FROM {table}',
                f'DELETE FROM {table} WHERE false',
                f'TRUNCATE {table} CASCADE',
            ):
                with self.assertRaises(psycopg2.errors.InsufficientPrivilege, msg=statement):
                    with self.env.cr.savepoint():
                        self.env.cr.execute(statement)

    def test_the_clock_and_the_hash_are_the_servers(self):
        self.env.cr.execute(
            """
            INSERT INTO ar_journal (company_id, date, uid, model, res_id, event, figures, sha256)
            VALUES (%s, '2020-01-01', 1, 'res.partner', 1, 'forged', '{}', 'x') RETURNING id
            """,
            [self.company.root_id.id],
        )
        entry = self.journal.browse(self.env.cr.fetchone()[0])
        self.assertGreater(entry.date.year, 2020)
        self.assertEqual(len(entry.sha256), 64)

    def test_the_orm_refuses_everybody(self):
        entry = self._entries(self._hold())
        for user in (self._user('manager'), self.env.ref('base.user_admin'), self.env.ref('base.user_root')):
            mine = entry.with_user(user)
            with self.assertRaises(AccessError):
                mine.write({'figures': '{}'})
            with self.assertRaises(AccessError):
                mine.unlink()
            with self.assertRaises(AccessError):
                mine.create({'event': 'forged', 'default_uid': 1})
            with self.assertRaises(AccessError):
                mine.seal_ids.create({'number': 1})

    def test_who_reads_it(self):
        entry = self._entries(self._hold())
        for role in ('viewer', 'collector', 'controller'):
            user = self._user(role)
            with self.assertRaises(AccessError):
                entry.with_user(user).read(['figures'])
            self.assertFalse(self.env['ar.journal.audit'].with_user(user).has_access('create'))
        for role in ('accountant', 'manager'):
            self.assertTrue(entry.with_user(self._user(role)).read(['figures']))

    # === The chain ===

    def _verify(self, **more):
        return self.journal._verify(self.company.root_id, **more)

    def test_sealed_in_order_and_without_gaps(self):
        entries = self._entries(self._hold("a")) | self._entries(self._hold("b"))
        found = self._verify()
        self.assertFalse(found['fault'])
        self.journal.invalidate_model()
        first, second = entries.seal_ids.sorted('number')
        self.assertEqual(second.number, first.number + 1)
        self.assertEqual(second.sha256_before, first.sha256)
        self.assertEqual(second.sha256, rules.seal(first.sha256, second.number, entries[1].sha256))
        self.assertEqual((found['number'], found['sha256']), (second.number, second.sha256))
        self.assertEqual(self.journal._seal(), 0)

    def test_verification_names_the_first_broken_entry(self):
        holds = [self._hold(str(number)) for number in range(4)]
        entries = [self._entries(hold) for hold in holds]
        head = self._verify()
        self.assertFalse(self._verify(head=(head['number'], head['sha256']))['fault'])
        self._tamper("UPDATE ar_journal SET figures = '{}' WHERE id = %s", entries[2].id)
        self._tamper("UPDATE ar_journal SET login = 'other' WHERE id = %s", entries[3].id)
        self.journal.invalidate_model()
        fault = self._verify()['fault']
        self.assertIn(str(entries[2].id), fault)
        self.assertIn("was changed", fault)

    def test_verification_finds_what_was_deleted(self):
        entries = [self._entries(self._hold(str(number))) for number in range(3)]
        head = self._verify()
        with self.env.cr.savepoint() as savepoint:
            self._tamper(
                "ALTER TABLE ar_journal_seal DROP CONSTRAINT ar_journal_seal_entry_id_fkey;"
                "DELETE FROM ar_journal WHERE id = %s",
                entries[0].id,
            )
            self.assertIn("was deleted", self._verify()['fault'])
            self._tamper("DELETE FROM ar_journal_seal WHERE entry_id = %s", entries[0].id)
            self.assertIn("is missing", self._verify()['fault'])
            savepoint.rollback()
        # The end of the chain can be cut off by the owner; the head noted elsewhere tells.
        self._tamper(
            "DELETE FROM ar_journal_seal WHERE entry_id = %s; DELETE FROM ar_journal WHERE id = %s",
            entries[2].id,
            entries[2].id,
        )
        self.assertFalse(self._verify()['fault'])
        self.assertTrue(self._verify(head=(head['number'], head['sha256']))['fault'])

    def test_verification_finds_a_chain_made_again(self):
        entries = [self._entries(self._hold(str(number))) for number in range(3)]
        self._verify()
        self._tamper(
            """
            UPDATE ar_journal SET figures = '{}', sha256 = 'x' WHERE id = %s;
            UPDATE ar_journal_seal SET entry_sha256 = 'x' WHERE entry_id = %s
            """,
            entries[1].id,
            entries[1].id,
        )
        self.assertTrue(self._verify()['fault'])

    # === The records ===

    def test_what_is_settled_must_be_what_the_journal_says(self):
        hold, other = self._hold("Late since May"), self._hold("Insolvency rumour")
        kept = self.env['ar.kept.document']._keep(self.account, "letter.pdf", b'as it was sent')
        self.env.flush_all()
        self.assertEqual(self.journal._verify_records(self.company.root_id), [])
        self.env.cr.execute("UPDATE ar_hold SET reason = 'Nothing' WHERE id = %s", [hold.id])
        self.env.cr.execute('DELETE FROM ar_hold WHERE id = %s', [other.id])
        self.env.cr.execute("UPDATE ar_kept_document SET sha256 = 'x' WHERE attachment_id = %s", [kept.id])
        self.env.invalidate_all()
        said = '\n'.join(self.journal._verify_records(self.company.root_id))
        self.assertIn("Nothing is not what the journal says: Reason.", said)
        self.assertIn(f"{other.id} was deleted", said)
        self.assertIn("letter.pdf is not what the journal says: SHA-256.", said)
        audit = self.env['ar.journal.audit'].with_user(self._user('accountant')).create({})
        audit.action_verify()
        self.assertTrue(audit.is_broken)
        self.assertIn(said, audit.result)

    # === The wizard ===

    def test_verify_and_export(self):
        self._hold()
        audit = self.env['ar.journal.audit'].with_user(self._user('accountant')).create({})
        audit.action_verify()
        self.assertFalse(audit.is_broken)
        self.assertIn("as they were written", audit.result)
        action = audit.action_export()
        attachment = self.env['ir.attachment'].browse(int(action['url'].split('/')[3].split('?')[0]))
        sheet = load_workbook(BytesIO(base64.b64decode(attachment.datas))).active
        rows = list(sheet.iter_rows(values_only=True))
        head = next(number for number, row in enumerate(rows) if row[0] == "Number")
        last = rows[-1]
        self.assertEqual(last[5], 'placed')
        self.assertEqual(last[12], rules.seal(last[11] or '', last[0], last[10]))
        self.assertGreater(len(rows), head + 1)

    def test_a_head_noted_earlier(self):
        self._hold()
        audit = self.env['ar.journal.audit'].create({'head': "1:0000"})
        audit.action_verify()
        self.assertTrue(audit.is_broken)
        audit.head = "first"
        with self.assertRaises(UserError):
            audit.action_verify()

    def test_other_companies_journals_stay_theirs(self):
        other = self.env['res.company'].create({'name': "Elsewhere"})
        audit = self.env['ar.journal.audit'].with_user(self._user('manager')).create({})
        audit.sudo().company_id = other
        with self.assertRaises(AccessError):
            audit.action_export()

    def test_two_transactions_add_and_seal_without_failing_each_other(self):
        """Entries do not wait for each other; of two that seal, one does, and the other is replayed."""
        company = self.env.ref('base.main_company').id
        cursors = [self.registry.cursor(), self.registry.cursor()]
        for cursor in cursors:
            self.addCleanup(cursor.close)
        first, second = (api.Environment(cursor, SUPERUSER_ID, {})['ar.journal'] for cursor in cursors)
        rows = [(company, 1, "Test", '{}')]
        first._append('res.partner', 'test', rows)
        second._append('res.partner', 'test', rows)  # does not wait
        self.assertTrue(first._seal(10, 0) >= 1)
        self.assertEqual(second._seal(10, 0), 0)  # another one seals


class TestJournalRules(ReceivablesCommon):
    def test_canonical(self):
        self.assertEqual(
            rules.canonical({'b': 0, 'a': "漢", 'empty': '', 'no': False, 'yes': True, 'n': 1.5}),
            '{"a":"漢","b":0,"n":1.5,"yes":true}',
        )

    def test_differing(self):
        said = {'who': [1, "Li"], 'amount': '0.00 USD', 'tags': [[2, "b"], [1, "a"]], 'total': '5.00 USD'}
        now = {'who': [1, "Li Hua"], 'tags': [[1, "a"], [2, "c"]], 'total': '6.00 USD', 'new': 0.0}
        names = {*said, *now}
        self.assertEqual(rules.differing(said, now, names), ['total'])
        self.assertEqual(rules.differing({}, {'new': True}, ['new']), ['new'])

    def test_digest_is_the_same_before_and_after_it_is_stored(self):
        stored = {'a': [1, 2.5, None], 'b': {'2': 10**16, '10': "漢"}}
        self.assertEqual(
            rules.digest({'b': {10: "漢", 2: 1e16}, 'a': (1.0, 2.5, None)}), rules.digest(stored)
        )
        self.assertNotEqual(rules.digest({**stored, 'a': [1, 2.4, None]}), rules.digest(stored))

    def test_plausible(self):
        for value in (None, False, 0, -1.5, '12', 1e14):
            self.assertTrue(plausible.is_number(value, plausible.HIGHEST), value)
        for value in ('nan', 'x', float('inf'), 1e15, [1]):
            self.assertFalse(plausible.is_number(value, plausible.HIGHEST), value)
        for day in (None, False, '1900-01-01', '2199-12-31 00:00:00', Date.to_date('2026-01-01')):
            self.assertTrue(plausible.is_day(day), day)
        for day in ('0001-01-01', '2999-12-31', Date.to_date('1899-12-31')):
            self.assertFalse(plausible.is_day(day), day)

    def test_chain(self):
        (one, two) = rules.chain(rules.START, 0, ['x', 'y'])
        self.assertEqual(one, (1, '', rules.seal('', 1, 'x')))
        self.assertEqual(two, (2, one[2], rules.seal(one[2], 2, 'y')))
