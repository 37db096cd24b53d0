import email
import email.policy
import re
from datetime import timedelta
from pathlib import Path

import polib
from lxml import html

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from tests import customer_texts

from odoo.addons.ar_dunning.tests.common_sending import FakeSmtp, SendingCommon

ROOT = Path(__file__).resolve().parents[1]
CODES = {
    'de': 'de_DE',
    'fr': 'fr_FR',
    'es': 'es_ES',
    'it': 'it_IT',
    'nl': 'nl_NL',
    'pt': 'pt_PT',
    'zh_CN': 'zh_CN',
}
_GAP = re.compile(r'%\(\w+\)s|%s|\{\{.*?\}\}|<[^>]+>')


def _pieces(text):
    """Return what a reader sees of a term: the words between tags and placeholders, as patterns."""
    found = set()
    for piece in re.split(r'<[^>]+>', text):
        words = ' '.join(piece.split())
        if re.search(r'[A-Za-z]{3}', _GAP.sub('', words)):
            found.add(words)
    return found


def english(language):
    """Return patterns of the English words that a page in the language must not show."""
    left = set()
    for path in ROOT.glob(f'ar_*/i18n/{language}.po'):
        addon = path.parents[1].name
        read = customer_texts.reader(addon)
        for entry in filter(read, polib.pofile(path)):
            left |= _pieces(entry.msgid) - _pieces(entry.msgstr)
    # The same word may be right in the language: a term of another addon, or of this one.
    for path in ROOT.glob(f'ar_*/i18n/{language}.po'):
        for entry in polib.pofile(path):
            left -= _pieces(entry.msgstr)
    return [
        re.compile('.+'.join(map(re.escape, _GAP.split(words))))
        for words in left
        if _GAP.sub('', words).strip()
    ]


@tagged('post_install', '-at_install')
class TestCustomerLanguages(SendingCommon, HttpCase):
    """Everything that a customer gets is in its language: no English word of the suite is left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, 'tracking_disable': True})
        for code in CODES.values():
            cls.env['res.lang']._activate_lang(code)
        cls.env['ir.module.module'].search(
            [('name', '=like', 'ar\\_%'), ('state', '=', 'installed')]
        )._update_translations(list(CODES.values()))
        cls.portal = cls._portal_user('languages', cls.contact)
        cls.contact.email = 'li@example.com'
        cls.company.report_footer = "<p>Amtsgericht Stuttgart HRB 12345</p>"
        cls.scheme = cls.env.ref('ar_dunning_interest.scheme_de')
        for table in cls.env['ar.interest.rate.table'].search([]):
            # Whatever day it is, and however old the rates that came along.
            table.rate_ids = [Command.create({'date_from': cls._days_ago(90), 'rate': 2})]
        cls.plan.stage_ids.write({'interest_scheme_id': cls.scheme.id, 'fee': 5})
        cls.today = fields.Date.context_today(cls.env.user)
        due = cls._days_ago(20)
        cls.invoices = [
            cls._invoice(amount, day=str(due), partner=cls.customer) for amount in (1000, 500, 250)
        ]
        cls.items = [move._ar_instalments() for move in cls.invoices]
        cls.receipt = cls._receipt(100, str(cls.today))
        cls.letter = cls._letter()
        cls.dispute = cls.env['ar.dispute'].create(
            {'move_id': cls.invoices[2].id, 'reason': 'price', 'description': "x", 'amount': 250}
        )
        cls.promise = cls.env['ar.promise']._note(
            cls.account, cls.items[1], [(cls.today + timedelta(days=5), 500)], made_on=str(cls.today)
        )
        cls.plan_offered = cls.env['ar.payment.plan'].create(
            {
                'credit_account_id': cls.account.id,
                'contact_id': cls.contact.id,
                'valid_until': cls.today + timedelta(days=10),
                'item_ids': [Command.create({'move_line_id': cls.items[0].id})],
                'line_ids': [
                    Command.create({'date': cls.today + timedelta(days=days), 'amount': 500})
                    for days in (30, 60)
                ],
            }
        )
        cls.confirmation = cls.env['ar.balance.confirmation'].create(
            {'partner_id': cls.customer.id, 'deadline': cls.today + timedelta(days=14)}
        )
        cls.statement = cls.env['ar.statement.run'].create(
            {'as_of': cls.today, 'scope': 'chosen', 'partner_ids': [Command.set(cls.customer.ids)]}
        )

    @classmethod
    def _days_ago(cls, days):
        return fields.Date.context_today(cls.env.user) - timedelta(days=days)

    @classmethod
    def _letter(cls):
        run = cls.env['ar.dunning.run'].create({'partner_ids': [Command.set(cls.customer.ids)]})
        run.action_propose()
        return run.notice_ids.filtered(lambda notice: notice.partner_id == cls.customer)

    def _use_language(self, code):
        (self.customer | self.contact).lang = code
        self.portal.lang = code
        self.env.flush_all()
        self.env.registry.clear_all_caches()

    def _send_all(self):
        """Send letter, offer, confirmation and statement; return [(subject, page)] of the mails."""
        self.letter.action_approve()
        self.letter.action_send()
        self.plan_offered.action_offer()
        self.confirmation.action_send()
        self.statement.action_prepare()
        self.statement.action_send()
        mails = []
        for self._send_job in ('ar_dunning.ir_cron_send', 'ar_base.ir_cron_deliver'):
            smtp = FakeSmtp()
            self._work(smtp)
            mails += [email.message_from_bytes(data, policy=email.policy.default) for data in smtp.mails]
        self.env.invalidate_all()
        return [(mail['subject'], mail.get_body(('html',)).get_content()) for mail in mails]

    def _documents(self, code):
        """Yield (name, page) of each document and mail, as it is made for the customer."""
        letter = self.letter._in_customer_lang()
        for template in self.env['mail.template'].search([('model', '=', 'ar.dunning.notice')]):
            self.letter.stage_id.template_id = template
            subject, words = letter._letter_words()
            values = letter._letter_values(subject, words)
            yield (
                f'letter {template.name}',
                str(letter.env['ir.qweb']._render('ar_dunning.letter_page', values)),
            )
            yield f'mail {template.name}', self.letter._letter_mail('https://example.com')[1]
        # What a letter costs is explained in the customer's language where it goes on an invoice.
        report = self.env['ir.actions.report']
        for name, record in (
            ('ar_base.ar_customer_statement_report', self.account),
            ('ar_statement.ar_balance_confirmation_report', self.confirmation),
            ('ar_promise.payment_plan_document', self.plan_offered),
        ):
            yield name, report._render_qweb_html(name, record.ids)[0].decode()
        for name, record in (('ar_statement.mail_template_confirmation_reminder', self.confirmation),):
            template = self.env.ref(name)
            for field in ('subject', 'body_html'):
                text = template.with_context(link='https://example.com')._render_field(
                    field, record.ids, set_lang=code
                )[record.id]
                yield f'{name} {field}', f'<div>{text}</div>'

    def _pages(self):
        """Yield (address, page) of the customer's pages, as its browser gets them."""
        self.authenticate('languages', 'languages')
        for url in (
            '/my/receivables',
            f'/my/receivables?company={self.company.id}',
            f'/my/receivables/dispute/{self.items[0].id}',
            '/my/receivables/promise',
            f'/my/payment-plans/{self.plan_offered.id}',
            f'/my/confirmations/{self.confirmation.id}',
            f'/my/receivables/letters/{self.letter.id}',
        ):
            response = self.url_open(url)
            self.assertEqual(response.status_code, 200, url)
            yield url, response.text

    def _words(self, page):
        tree = html.fromstring(page)
        wrap = tree.xpath("//div[@id='wrap']")
        for node in (wrap[0] if wrap else tree).xpath('.//text()[not(ancestor::script or ancestor::style)]'):
            words = ' '.join(node.split())
            if words:
                yield words

    def _english(self, patterns, page):
        return sorted({words for words in self._words(page) if any(one.fullmatch(words) for one in patterns)})

    def _check(self, language):
        patterns = english(language)
        self.assertGreater(len(patterns), 150, "what is looked for is known")
        self._use_language(CODES[language])
        mails = self._send_all()
        self.assertEqual(len(mails), 4, "letter, offer, confirmation, statement")
        mails = [(subject, f'<div><p>{subject}</p>{page}</div>') for subject, page in mails]
        left = {
            name: words
            for name, page in (*self._documents(CODES[language]), *mails, *self._pages())
            if (words := self._english(patterns, page))
        }
        self.assertFalse(left, f"English on what a customer gets in {language}")

    def test_german(self):
        self._check('de')
        pages = dict(self._documents('de_DE'))
        page = next(page for name, page in pages.items() if name.startswith('letter '))
        for words in (
            "§§ 286, 288 Abs. 2 BGB",
            "Amtsgericht Stuttgart HRB 12345",
            "Verzugszinsen",
            "Zu zahlen",
        ):
            self.assertIn(words, page)
        for name in ('ar_base.ar_customer_statement_report', 'ar_promise.payment_plan_document'):
            self.assertIn("Amtsgericht Stuttgart HRB 12345", pages[name])

    def test_french(self):
        self.plan.stage_ids.interest_scheme_id = self.env.ref('ar_dunning_interest.scheme_fr')
        self._check('fr')
        page = next(page for name, page in self._documents('fr_FR') if name.startswith('letter '))
        self.assertIn("articles L441-10 et D441-5 du Code de commerce", page)

    def test_spanish(self):
        self._check('es')

    def test_italian(self):
        self._check('it')

    def test_dutch(self):
        self._check('nl')

    def test_portuguese(self):
        self._check('pt')

    def test_chinese(self):
        self._check('zh_CN')

    def test_nothing_reads_the_same(self):
        """What no list of terms knows is found as well: words that stay the same in another language."""
        shown = {}
        for code in ('en_US', 'de_DE'):
            self._use_language(code)
            if not shown:
                self._send_all()
            pages = (
                page for name, page in (*self._documents(code), *self._pages()) if '/letters/' not in name
            )
            shown[code] = {words for page in pages for words in self._words(page)}
        same = {words for words in shown['en_US'] & shown['de_DE'] if re.search(r'[a-z]{3}', words)}
        # Names, and types of documents: those of the confirmation were frozen when it was sent, in English.
        names = re.compile(
            r'company_1_data|Hua|Li|Long Road 1.*|Town.*|United States|.*@.*|aging_collector.*|Logo'
            r'|Amtsgericht .*|Because I am accountman!|Odoo Report|Invoice|Payment'
        )
        self.assertFalse({words for words in same if not names.fullmatch(words)})

    def test_english_is_found(self):
        """What the other tests rely on: a page left in English is noticed."""
        self._use_language('en_US')
        self._send_all()
        patterns = english('de')
        for name, page in (*self._documents('en_US'), *self._pages()):
            self.assertTrue(self._english(patterns, page), name)
