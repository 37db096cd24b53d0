import json
import re
from datetime import timedelta
from pathlib import Path

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.ar_credit_control.tests.common import CreditCommon

PAGE = Path(__file__).resolve().parents[1] / 'docs' / 'api.md'
CALL = re.compile(
    r'^`POST /json/2/(?P<model>[\w.]+)/(?P<method>\w+)` \((?P<role>\w+)\)\n\n'
    r'```json\n(?P<body>.*?)```\n'
    r'(?:\nAnswer(?: (?P<status>\d+))?:\n\n```json\n(?P<answer>.*?)```)?',
    re.DOTALL | re.MULTILINE,
)
NAME = re.compile(r'\b[A-Z]{3,}\b')


@tagged('post_install', '-at_install')
class TestApi(CreditCommon, HttpCase):
    """Each call of the page of the interface works as it stands there, for the role that it names."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {'seller': cls.seller, 'controller': cls.controller, 'manager': cls.manager}
        cls.users |= {
            role: cls._user(f'api_{role}', f'ar_base.group_{role}')
            for role in ('viewer', 'collector', 'accountant')
        }
        cls.account.credit_limit = 1000
        cls.env['ar.credit.rule'].search([('company_id', '=', cls.company.id)]).outcome = 'none'
        cls.env['ar.credit.rule'].search(
            [('company_id', '=', cls.company.id), ('code', '=', 'on_hold')]
        ).outcome = 'hold'
        day = fields.Date.to_date('2024-01-31')
        cls.invoice = cls._invoice(400, overdue=(fields.Date.context_today(cls.account) - day).days)
        cls.known = {
            'COMPANY': cls.company.id,
            'CUSTOMER': cls.customer.id,
            'CONTACT': cls.contact.id,
            'ORDER': cls._order(100).id,
            'ITEM': cls.invoice._ar_instalments().id,
            'DATE': str(fields.Date.context_today(cls.account) + timedelta(days=5)),
        }
        cls.env['ar.kpi']._refresh(cls.company, fields.Date.to_date('2024-02-29'))

    def _key(self, role):
        expires = fields.Datetime.now() + timedelta(days=1)
        return self.env['res.users.apikeys'].with_user(self.users[role])._generate('rpc', "test", expires)

    def _call(self, model, method, role, body, key=None):
        return self.url_open(
            f'/json/2/{model}/{method}',
            data=json.dumps(body),
            headers={
                'Authorization': f'bearer {key or self._key(role)}',
                'X-Odoo-Database': self.env.cr.dbname,
                'Content-Type': 'application/json',
            },
        )

    def _filled(self, text):
        return json.loads(NAME.sub(lambda found: str(self.known.get(found[0], found[0])), text))

    def _assert_shape(self, found, example, path):
        """The answer has the keys and kinds of the example; a word in capitals is an id to remember."""
        if isinstance(example, dict):
            self.assertLessEqual(set(example), set(found), path)
            for name, value in example.items():
                self._assert_shape(found[name], value, f'{path}.{name}')
        elif isinstance(example, list):
            self.assertIsInstance(found, list, path)
            self.assertTrue(found or not example, f"{path} is empty")
            for value, shown in zip(found, example, strict=False):
                self._assert_shape(value, shown, path)
        elif isinstance(example, str) and NAME.fullmatch(example):
            self.known[example] = found
        else:
            kinds = (int, float) if isinstance(example, float) else type(example)
            self.assertIsInstance(found, kinds, path)

    def test_every_call_of_the_page(self):
        calls = list(CALL.finditer(PAGE.read_text(encoding='utf-8')))
        self.assertEqual(len(calls), PAGE.read_text(encoding='utf-8').count('`POST /json/2/') - 1)
        for call in calls:
            name = f"{call['model']}/{call['method']}"
            status = int(call['status'] or 200)
            with mute_logger('odoo.http'):
                response = self._call(call['model'], call['method'], call['role'], self._filled(call['body']))
            self.assertEqual(response.status_code, status, f"{name}: {response.text}")
            if call['answer']:
                quoted = re.sub(r'(?<!")\b([A-Z]{3,})\b(?!")(?=[,\]}])', r'"\1"', call['answer'])
                self._assert_shape(response.json(), json.loads(quoted), name)
        order = self.env['sale.order'].browse(self.known['ORDER'])
        self.assertEqual((order.state, order.credit_state), ('sale', 'released'))
        self.assertEqual(self.known['ACCOUNT'], self.account.id, "the contact leads to the customer's file")

    def test_a_credit_account_is_created_once(self):
        partner = self.env['res.partner'].create({'name': "New", 'is_company': True})
        accounts = self.env['ar.credit.account'].search_count([])
        answers = [
            self._call('res.partner', 'ar_get_credit_account', 'controller', {'ids': partner.ids}).json()
            for _again in range(2)
        ]
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(self.env['ar.credit.account'].search_count([]), accounts + 1)

    @mute_logger('odoo.http', 'odoo.addons.base.models.ir_model', 'odoo.addons.base.models.ir_rule')
    def test_what_a_role_may_not_is_refused(self):
        stranger = self.env['res.partner'].create({'name': "Stranger", 'is_company': True})
        accounts = self.env['ar.credit.account'].search_count([])
        for status, role, model, method, body in (
            (403, 'seller', 'ar.hold', 'create', {'vals_list': [{'credit_account_id': 1, 'reason': "x"}]}),
            (403, 'seller', 'ar.credit.account', '_for_partner', {'partner': 1, 'company': 1}),
            (403, 'seller', 'res.partner', 'ar_get_credit_account', {'ids': stranger.ids}),
            (404, 'viewer', 'ar.credit.nothing', 'read', {}),
        ):
            response = self._call(model, method, role, body)
            self.assertIn(response.status_code, (status,), f"{role} {model}/{method}: {response.text[:300]}")
        self.assertEqual(self.env['ar.credit.account'].search_count([]), accounts, "none was created")
        wrong = self._call('ar.credit.account', 'read', 'viewer', {'ids': []}, key='0' * 40)
        self.assertEqual(wrong.status_code, 401)
