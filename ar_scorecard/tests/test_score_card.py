from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import FEB, JAN, MAR, ScorecardCommon


@tagged('post_install', '-at_install')
class TestScoreCard(ScorecardCommon):
    """A month of everybody in one pass; frozen, it never changes."""

    def _card(self, cards, kind='salesperson', user=None):
        return cards.filtered(
            lambda card: card.kind == kind and (kind == 'company' or card.user_id == (user or self.seller))
        )

    def _update(self, month):
        return self.env['ar.score.card']._update(self.company, month)

    def test_figures(self):
        """1,000 due 10 days before it was paid, 500 that stays open and overdue."""
        self._pay(self._billed(1000, '2024-01-05', '2024-01-10'), '2024-01-20')
        invoice = self._billed(500, '2024-01-05', '2024-01-10')
        self.env['ar.dispute'].create({'move_id': invoice.id, 'amount': 10})._record_facts(
            {'opened_on': '2024-01-31'}
        )
        card = self._card(self._update(JAN))
        self.assertEqual(
            (card.invoiced, card.collected, card.closing, card.overdue, card.gap), (1500, 1000, 500, 500, 0)
        )
        self.assertEqual((card.collection_rate, card.overdue_ratio, card.days_late), (66.67, 100, 10))
        self.assertEqual((card.dso, card.disputes), (10.33, 1))

    def test_all_parts_sum_to_the_company(self):
        for seller, amount in ((self.seller, 700), (self.other_seller, 300)):
            self._pay(self._billed(amount, seller=seller), '2024-01-20', amount / 2)
        self._receipt(55, '2024-01-21')
        cards = self._update(JAN)
        whole = self._card(cards, 'company')
        for kind in ('salesperson', 'team'):
            parts = cards.filtered(lambda card, kind=kind: card.kind == kind)
            for name in ('invoiced', 'collected', 'closing', 'overdue'):
                self.assertEqual(sum(parts.mapped(name)), whole[name], (kind, name))
        self.assertEqual(whole.collected, 555)

    def test_collector_by_the_files(self):
        """A collector's card has the customers of the collector, and the collector's own calls."""
        collector = self._user('collector')
        account = self._account()
        account.collector_id = collector
        self._billed(400)
        self.env['ar.contact.log'].with_user(collector).create(
            {'credit_account_id': account.id, 'date': '2024-01-31 15:00:00', 'outcome': 'reached'}
        )
        card = self._card(self._update(JAN), 'collector', collector)
        self.assertEqual((card.closing, card.calls), (400, 1))

    def test_targets(self):
        """The target of the person comes before that of all."""
        Target = self.env['ar.score.target']
        period = {'figure': 'collection_rate', 'date_from': '2024-01-01', 'date_to': '2024-12-31'}
        Target.create([{**period, 'value': 80}, {**period, 'value': 50, 'user_id': self.seller.id}])
        for seller in (self.seller, self.other_seller):
            self._pay(self._billed(1000, seller=seller), '2024-01-20', 400)
        cards = self._update(JAN)
        self.assertEqual(self._card(cards).attainment_ids.attainment, 80)
        self.assertEqual(self._card(cards, user=self.other_seller).attainment_ids.attainment, 50)

    def test_frozen_never_changes(self):
        """What changes later is a correction of the next open month, once, naming the card."""
        invoice = self._billed(1000)
        payment = self._pay(invoice, '2024-01-20')
        january = self._card(self._update(JAN))
        january.with_user(self.accountant).action_freeze()
        before = january.read(['collected', 'closing', 'collection_rate', 'state'])
        payment.action_draft()
        self._update(JAN)
        january.invalidate_recordset()
        self.assertEqual(january.read(['collected', 'closing', 'collection_rate', 'state']), before)
        february = self._card(self._update(FEB))
        found = [(one.corrects_id, one.figure, one.amount) for one in february.correction_ids]
        self.assertEqual(found, [(january, 'collected', -1000)])
        self.assertEqual(february.opening, january.closing + 1000)
        self._update(FEB)
        self.assertEqual(len(february.correction_ids), 1)
        self.assertFalse(self._card(self._update(MAR)).correction_ids)
        february.with_user(self.accountant).action_freeze()
        payment.action_post()
        if invoice.amount_residual:  # Odoo may have matched them again by itself
            self._match(invoice, payment.move_id)
        march = self._card(self._update(MAR))
        self.assertEqual([(one.figure, one.amount) for one in march.correction_ids], [('collected', 1000)])

    def test_signed_with_the_period(self):
        """The second signature freezes the card of its part, with the same figures."""
        self._pay(self._sold()[1], '2024-01-20', 600)
        Period = self.env['ar.sales.reconciliation'].with_user(self.accountant)
        parts = Period._generate(self.company, JAN.replace(day=1), JAN, 'salesperson')
        part = parts.filtered(lambda one: one.salesperson_id == self.seller)
        part.with_user(self.accountant).action_sign_finance()
        card = self.env['ar.score.card'].search([('month', '=', JAN), ('user_id', '=', self.seller.id)])
        self.assertFalse(card)
        part.with_user(self.seller).action_sign_sales()
        card = card.search([('month', '=', JAN), ('user_id', '=', self.seller.id)])
        self.assertEqual((card.state, card.frozen_by, card.reconciliation_id), ('frozen', self.seller, part))
        self.assertEqual((card.collected, card.closing), (part.collected, part.closing))
        others = card.search([('month', '=', JAN), ('kind', '=', 'company')])
        self.assertEqual(others.state, 'draft')

    def test_who_sees_what(self):
        """Sellers see their own card, leaders that of the team, controllers all; nobody writes."""
        team = self.env['crm.team'].create({'name': "North", 'company_id': self.company.id})
        self._billed(1000, team_id=team.id)
        self._billed(1000, seller=self.other_seller)
        team.user_id = self.other_seller
        cards = self._update(JAN)
        Card = self.env['ar.score.card']
        self.assertEqual(Card.with_user(self.seller).search([]), self._card(cards))
        led = cards.filtered(lambda card: card.team_id == team)
        own = self._card(cards, user=self.other_seller)
        self.assertEqual(Card.with_user(self.other_seller).search([]), led | own)
        self.assertEqual(Card.with_user(self._user('controller')).search([('month', '=', JAN)]), cards)
        self.assertFalse(Card.with_user(self._user('collector')).search([]))
        for user in (self.seller, self.accountant, self.manager):
            with self.assertRaises(AccessError):
                self._card(cards).with_user(user).write({'collected': 1})
            with self.assertRaises(AccessError):
                Card.with_user(user).with_context(default_kind='company', default_collected=1).create({})
        with self.assertRaises(AccessError):
            self._card(cards).with_user(self.seller).action_freeze()
        with self.assertRaises(AccessError):
            self.env['ar.score.target'].with_user(self.seller).create({'figure': 'dso', 'value': 1})

    def test_a_month_that_runs_is_not_frozen(self):
        self._billed(1000, '2025-01-05')
        card = self._card(self._update(JAN.replace(year=2025)))
        with self.assertRaises(UserError):
            card.with_user(self.accountant).action_freeze()

    def test_queries_do_not_grow_with_people(self):
        """Reading a month takes the same number of queries for two sellers and for twelve."""
        names = [f'cardseller{number}' for number in range(10)]
        people = self.env['res.users'].create([{'name': name, 'login': name} for name in names])

        def count(month, sellers):
            for seller in sellers:
                self._billed(100, str(month), seller=seller)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self._update(month)
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        count(JAN, self.seller)
        few = count(FEB, self.seller)
        self.assertLessEqual(count(MAR, self.seller | self.other_seller | people), few + 3)

    def test_what_falls_due_later_is_not_overdue_yet(self):
        """On the 10th of the month that runs."""
        self._billed(1000, '2025-01-05', '2025-01-20')
        self._billed(300, '2025-01-05', '2025-01-08')
        self.assertEqual(self._card(self._update(JAN.replace(year=2025))).overdue, 300)
