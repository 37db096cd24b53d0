import io

from PIL import Image

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Date
from odoo.tests import freeze_time, tagged
from odoo.tools.pdf import PdfFileReader

from odoo.addons.ar_dunning.tests.common import DunningCommon


@tagged('post_install', '-at_install')
class TestCollectionCase(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent = cls.env['res.partner'].create({'name': "Law & Co"})

    def _case(self, *moves, **values):
        lines = self.env['account.move.line'].union(*map(self._receivable, moves))
        return (
            self.env['ar.collection.case']
            .with_user(self.collector)
            .create(
                {
                    'credit_account_id': self.account.id,
                    'agent_id': self.agent.id,
                    'item_ids': [Command.create({'move_line_id': line.id}) for line in lines],
                    **values,
                }
            )
        )

    def _referred(self, *moves, day='2024-03-01', **values):
        """Return a case that was referred; its pack is another test's matter."""
        case = self._case(*moves, **values)
        self.patch(type(case), '_make_pack', lambda self: None)
        with freeze_time(day):
            case.with_user(self.controller).action_refer()
        return case

    def test_stage_draws_up_a_case_for_the_responsible(self):
        self.plan.stage_ids.sorted('level')[-1].referral = 'agency'
        self.plan.allow_skip = True
        self.account.collector_id = self.collector
        self._invoice(1000, due='2024-01-10')
        letter = self._tell('2024-03-01')
        case = letter.case_ids
        self.assertRecordValues(
            case,
            [
                {
                    'state': 'draft',
                    'kind': 'agency',
                    'claimed': 1000,
                    'user_id': self.collector.id,
                    'credit_account_id': self.account.id,
                }
            ],
        )
        self.assertEqual(case.activity_ids.user_id, self.collector)
        self.env['ar.collection.case']._from_notice(letter)
        self.assertEqual(self.account.case_ids, case, "one case at a time")

    def test_legal_collection_is_known_to_the_assessment(self):
        def known(day):
            return self.account._knockout_facts(Date.to_date(day))

        case = self._referred(self._invoice(500), day='2024-04-01')
        self.assertEqual(known('2024-04-02'), {'legal_dunning': f"Case {case.name}"})
        with freeze_time('2024-05-01'):
            case.with_user(self.controller)._close('withdrawn', "Nothing left")
        self.assertEqual((known('2024-04-30').keys(), known('2024-05-01')), ({'legal_dunning'}, {}))
        agency = self._referred(self._invoice(500), day='2024-06-01', kind='agency')
        self.assertEqual((agency.state, known('2024-06-02')), ('referred', {}))

    def test_a_case_is_named_rather_than_a_letter(self):
        move = self._invoice(1000, due='2024-01-10')
        self.plan.allow_skip = True
        self._tell('2024-03-01')
        self.plan.stage_ids.sorted('level')[-1].is_legal = True  # as if its letter had gone by post
        case = self._referred(move, day='2024-03-05')
        facts = [self.account._knockout_facts(Date.to_date(day)) for day in ('2024-03-04', '2024-03-05')]
        self.assertEqual(
            facts, [{'legal_dunning': "Test 3 of 03/01/2024"}, {'legal_dunning': f"Case {case.name}"}]
        )

    def test_controller_refers_and_amounts_are_frozen(self):
        first, second = self._invoice(1000), self._invoice(500)
        case = self._case(first, second)
        self._pay(second, '2024-02-01', 200)
        with self.assertRaises(AccessError):
            case.action_refer()
        self.patch(type(case), '_make_pack', lambda self: None)
        case.agent_id = False
        with self.assertRaisesRegex(UserError, "lawyer or agency"):
            case.with_user(self.controller).action_refer()
        case.agent_id = self.agent
        with freeze_time('2024-03-01'):
            case.with_user(self.controller).action_refer()
        self.assertEqual((case.state, case.claimed, str(case.referred_on)), ('referred', 1300, '2024-03-01'))
        self.assertTrue(case.hold_id.active)
        self._pay(first, '2024-03-10', 400)
        self.assertEqual(case.claimed, 1300, "what was claimed stays")
        with self.assertRaises(UserError):
            case.item_ids[0].unlink()

    def test_recovered_fee_and_costs(self):
        move, other = self._invoice(1000), self._invoice(300)
        self._pay(move, '2024-02-20', 100)  # before: not recovered by the case
        case = self._referred(move, other, success_fee_percent=12.5)
        self._pay(move, '2024-03-01', 200)  # on the day of referral: recovered
        self._pay(other, '2024-04-01', 99.99)
        self.env['account.move.reversal'].with_context(
            active_model='account.move', active_ids=move.ids
        ).create({'journal_id': move.journal_id.id, 'date': '2024-03-15'}).refund_moves()
        credit = move.reversal_move_ids
        credit.invoice_line_ids.price_unit = 50
        credit.action_post()
        (self._receivable(credit) + self._receivable(move)).reconcile()
        case.cost_ids = [Command.create({'amount': 40}), Command.create({'amount': 2.5, 'kind': 'court'})]
        self.env.invalidate_all()
        self.assertRecordValues(
            case,
            [
                {
                    'claimed': 1200,
                    'recovered': 299.99,
                    'settled': 50,
                    'success_fee': 37.5,
                    'cost_total': 42.5,
                    'net_recovered': 219.99,
                    'open_amount': 850.01,
                }
            ],
        )
        self.assertEqual(case.item_ids.mapped('recovered'), [200, 99.99])

    def test_foreign_currency(self):
        move = self._invoice(100, currency=self.eur)  # two per euro on that day
        case = self._referred(move)
        self.assertRecordValues(case.item_ids, [{'amount': 200, 'amount_currency': 100}])

    def test_letters_stop_while_it_is_open(self):
        move, other = self._invoice(1000), self._invoice(500)
        case = self._referred(move)
        self.assertLetter(self._run('2024-03-02').notice_ids, state='withheld', reason='case')
        case.with_user(self.controller)._close('withdrawn', "Too small")
        self.assertFalse(case.hold_id.active)
        letter = self._run('2024-03-03').notice_ids
        self.assertLetter(letter, state='proposed')
        self.assertEqual(letter.line_ids.filtered('included').move_id, move + other)

    def test_only_the_items_of_the_case_stop(self):
        move, other = self._invoice(1000), self._invoice(500)
        self._referred(move, stops='items')
        letter = self._run('2024-03-02').notice_ids
        self.assertLetter(letter, state='proposed', total=500)
        held = letter.line_ids.filtered(lambda line: line.move_id == move)
        self.assertRecordValues(
            held, [{'included': False, 'why': 'case', 'explanation': "With lawyer or agency"}]
        )
        self.assertEqual(letter.line_ids.filtered('included').move_id, other)

    def test_an_item_is_in_one_open_case(self):
        move = self._invoice(1000)
        case = self._referred(move)
        self.assertFalse(
            self.env['ar.collection.case']
            .with_context(default_credit_account_id=self.account.id)
            .default_get(['item_ids', 'credit_account_id'])['item_ids']
        )
        case._close('settled', "Half")
        proposed = (
            self.env['ar.collection.case']
            .with_context(default_credit_account_id=self.account.id)
            .default_get(['item_ids', 'credit_account_id'])
        )
        self.assertEqual(
            [values['move_line_id'] for _cmd, _id, values in proposed['item_ids']], self._receivable(move).ids
        )

    def test_pack_holds_statement_invoices_and_proofs(self):
        move = self._invoice(1000, due='2024-01-10')
        self._tell('2024-01-15')
        picture = io.BytesIO()
        Image.new('RGB', (60, 40), 'white').save(picture, format='PNG')
        self.env['ir.attachment'].create(
            [
                {
                    'name': "delivery.png",
                    'raw': picture.getvalue(),
                    'mimetype': 'image/png',
                    'res_model': 'account.move',
                    'res_id': move.id,
                },
                {
                    'name': "broken.pdf",
                    'raw': b'%PDF-1.4 nothing',
                    'mimetype': 'application/pdf',
                    'res_model': 'account.move',
                    'res_id': move.id,
                },
            ]
        )
        case = self._case(move)
        case.with_user(self.controller).action_refer()
        self.assertEqual(case.pack_id.mimetype, 'application/pdf')
        reader = PdfFileReader(io.BytesIO(case.pack_id.raw), strict=False)
        texts = [
            page.extractText() if hasattr(page, 'extractText') else page.extract_text()
            for page in reader.pages
        ]
        text = ' '.join(' '.join(texts).split())
        for expected in ("Law & Co", move.name, "1,000.00", "Test 1", "broken.pdf"):
            self.assertIn(expected, text)
        self.assertGreaterEqual(len(texts), 3, "statement, invoice, picture")
        first = case.pack_id
        case.action_make_pack()
        self.assertTrue(first.exists() and case.pack_id != first, "the earlier pack is kept")

    def test_a_large_case_is_referred_by_a_second_person(self):
        other = self._user('casecontroller', 'ar_base.group_controller')
        self.env['ar.approval.rule'].create(
            {
                'kind': 'case',
                'min_amount': 500,
                'company_id': self.company.id,
                'user_ids': [Command.set(other.ids)],
            }
        )
        case = self._case(self._invoice(1000))
        self.patch(type(case), '_make_pack', lambda self: None)
        said = case.with_user(self.controller).action_refer()
        self.assertIn(other.name, said['params']['message'])
        self.assertEqual(case.state, 'draft')
        self.assertFalse(self.account.hold_ids, "nothing happens before it is decided")
        case.with_user(other).action_refer()
        self.assertEqual(case.state, 'referred')
